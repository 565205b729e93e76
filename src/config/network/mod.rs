//! The network interfaces of a sandbox.

mod address;
mod filterref;
mod interface;
mod parameter;
mod route;

pub use address::ConfigNetworkAddress;
pub(crate) use address::MAX_PREFIX;
pub use filterref::ConfigNetworkFilterref;
pub use interface::ConfigNetwork;
pub use parameter::ConfigNetworkFilterrefParameter;
pub use route::ConfigNetworkRoute;
