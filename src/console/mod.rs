//! The consoles of a running sandbox.

pub mod channel;
pub mod local;
pub mod relay;
mod sink;
pub mod terminal;
mod watch;
