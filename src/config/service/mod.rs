//! The configuration of sandboxes that run without anybody who waits for them.

mod base;
mod generic;
mod systemd;

pub use base::ConfigService;
pub use generic::ConfigServiceGeneric;
pub use systemd::ConfigServiceSystemd;
