//! Running sandboxes.

mod base;
pub mod default_uri;
pub mod embedded;
mod interactive;
mod nbd;
mod qemu_capabilities;
pub mod reaper;
mod refusal;
mod service;
mod servicedir;
mod shutdown;
pub mod statedir;
pub mod uri;

pub use base::{Context, ContextError, ContextExt, ContextImpl, ContextImplExt};
pub use interactive::{ContextInteractive, is_name_in_use};
pub use service::{ContextService, ContextServiceExt, ContextServiceImpl, ContextServiceImplExt};
