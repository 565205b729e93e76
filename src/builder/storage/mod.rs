//! What a sandbox has of the host's files: its root, mounts, disks and images, and the layer that takes what it writes.

mod archive;
mod content;
pub(crate) mod disks;
pub(crate) mod filesystems;
pub(crate) mod host_mounts;
pub(crate) mod image_header;
pub(crate) mod images;
pub(crate) mod in_root;
pub(crate) mod includes;
pub(crate) mod mounts;
pub mod names;
pub(crate) mod outside;
pub(crate) mod overlay;
pub(crate) mod ownership;
pub(crate) mod run;
pub(crate) mod shares;
pub(crate) mod sources;
pub(crate) mod trees;
