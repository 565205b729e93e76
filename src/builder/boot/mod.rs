//! What a virtual machine boots: a kernel of the host, its modules, and the archive that they come in.

pub mod cache;
pub(crate) mod decompress;
pub mod initrd;
pub mod kernel;
pub mod modules;
pub(crate) mod release;
pub(crate) mod virt;
pub mod vmlinux;
