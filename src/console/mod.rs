//! The consoles of a running sandbox.

pub mod attach;
mod base;
pub mod channel;
pub(crate) mod controller;
pub(crate) mod device;
pub(crate) mod guest_log;
mod guest_reason;
pub mod local;
mod log_file;
pub(crate) mod peer;
mod pump;
mod raw;
pub mod relay;
pub mod relay_error;
mod rpc;
mod sink;
mod subclass;
pub mod terminal;
mod time_limit;
mod watch;
pub(crate) mod xml;

pub use base::{Console, ConsoleError, ConsoleExt, ConsolePropertiesExt};
pub use raw::ConsoleRaw;
pub use rpc::ConsoleRpc;
pub use subclass::{ConsoleImpl, ConsoleImplExt};
