//! From a sandbox's configuration to what libvirt starts.

pub mod cache;
mod decompress;
pub mod initrd;
pub mod kernel;
pub mod modules;
mod release;
pub mod vmlinux;
