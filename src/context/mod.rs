//! Running sandboxes.

mod base;
mod changes;
mod controller;
pub mod default_uri;
mod dry_run;
pub mod embedded;
mod guest;
mod host_kernel;
mod interactive;
pub mod kvm;
mod leftovers;
pub mod list;
mod loop_devices;
pub(crate) mod plan_text;
mod predecessor;
mod qemu_capabilities;
mod qemu_rights;
pub mod reaper;
mod refusal;
mod remains;
mod reserved;
mod root;
mod service;
mod servicedir;
mod shutdown;
mod sources;
mod start_error;
pub mod statedir;
mod trace;
pub mod uri;

pub use base::{Context, ContextError, ContextExt, ContextImpl, ContextImplExt};
pub use dry_run::{DryRun, DryRunError};
pub use interactive::{ContextInteractive, is_name_in_use};
pub use service::{ContextService, ContextServiceExt, ContextServiceImpl, ContextServiceImplExt};
