//! From a sandbox's configuration to what libvirt starts.

mod base;
pub mod cache;
mod container;
mod decompress;
mod disks;
mod elements;
mod emulator;
mod error;
pub(crate) mod files;
mod filesystems;
pub(crate) mod images;
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
pub(crate) mod overlay;
mod plan;
mod release;
mod requests;
mod resources;
mod security;
mod system;
pub(crate) mod trace;
mod virt;
pub mod vmlinux;

pub use base::{Builder, BuilderExt, BuilderImpl, BuilderImplExt};
pub use container::BuilderContainer;
pub use error::BuilderError;
pub use initrd_class::BuilderInitrd;
pub use machine::BuilderMachine;
