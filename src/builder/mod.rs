//! From a sandbox's configuration to what libvirt starts.

mod archive;
mod base;
pub mod cache;
mod container;
pub(crate) mod decompress;
mod disks;
mod elements;
pub(crate) mod emulator;
mod error;
pub(crate) mod files;
mod filesystems;
#[allow(dead_code, reason = "for the plan")]
mod hosts;
pub(crate) mod image_header;
#[allow(dead_code, reason = "the builders take it up one after the other")]
pub(crate) mod host_mounts;
pub(crate) mod images;
mod in_root;
mod includes;
pub mod initrd;
mod initrd_class;
mod interfaces;
pub mod kernel;
mod machine;
pub mod modules;
pub(crate) mod mounts;
pub mod names;
mod networks;
pub(crate) mod outside;
pub(crate) mod overlay;
mod plan;
pub(crate) mod release;
mod requests;
mod resources;
mod run;
pub(crate) mod security;
pub(crate) mod sources;
mod system;
pub(crate) mod trace;
mod userns;
mod virt;
pub mod vmlinux;

pub use base::{Builder, BuilderExt, BuilderImpl, BuilderImplExt};
pub use container::BuilderContainer;
pub use error::BuilderError;
pub use initrd_class::BuilderInitrd;
pub use machine::BuilderMachine;
