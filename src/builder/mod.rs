//! From a sandbox's configuration to what libvirt starts.

pub mod cache;
mod decompress;
mod elements;
mod error;
pub mod initrd;
pub mod kernel;
pub mod modules;
mod plan;
mod release;
mod virt;
pub mod vmlinux;

pub use error::BuilderError;
