//! From a sandbox's configuration to what libvirt starts.

mod base;
pub mod boot;
mod choice;
mod container;
mod domain;
mod error;
pub(crate) mod files;
mod host;
mod initrd_class;
mod machine;
mod memory;
mod network;
mod part;
mod parts;
mod prepared;
pub(crate) mod program;
mod resources;
pub(crate) mod security;
mod spec;
pub(crate) mod storage;
mod subclass;

pub use base::{Builder, BuilderExt};
pub use container::BuilderContainer;
pub use error::BuilderError;
pub use initrd_class::BuilderInitrd;
pub use machine::BuilderMachine;
pub use subclass::{BuilderImpl, BuilderImplExt};

pub(crate) use spec::{Guest, Spec};
