//! The network interfaces of a sandbox.

mod address;
mod filterref;
mod interface;
mod parameter;
mod route;

pub use address::ConfigNetworkAddress;
pub use filterref::ConfigNetworkFilterref;
pub use interface::ConfigNetwork;
pub use parameter::ConfigNetworkFilterrefParameter;
pub use route::ConfigNetworkRoute;

/// The longest prefix of an address, that of an IPv6 host.
pub(crate) const MAX_PREFIX: u32 = 128;
