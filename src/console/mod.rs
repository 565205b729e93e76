//! The consoles of a running sandbox.

mod base;
pub mod channel;
pub mod local;
mod raw;
pub mod relay;
mod rpc;
mod sink;
pub mod terminal;
mod watch;

pub use base::{
    Console, ConsoleError, ConsoleExt, ConsoleImpl, ConsoleImplExt, ConsolePropertiesExt,
};
pub use raw::ConsoleRaw;
pub use rpc::ConsoleRpc;
