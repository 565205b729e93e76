//! The contract between host and guest: what the guest carries out, and how both sides talk while it runs.
#![forbid(unsafe_code)]

mod decoder;
mod plan;
mod superblock;
mod window;
mod wire;

pub use decoder::Decoder;
pub use plan::{
    Address, Channel, Disk, Driver, Filter, Identity, Interface, Kind, Machine, Mount, Overlay,
    Plan, PlanError, Program, Route, Store,
};
pub use superblock::{FILE_SYSTEMS, FileSystem, SUPERBLOCK_SIZE};
pub use window::Window;
pub use wire::{
    GuestMessage, HEADER_SIZE, HostMessage, MAX_PAYLOAD, Message, SEEKABLE_LIMIT, Stream, VERSION,
    WINDOW, WindowSize, WireError,
};

/// What the names of extended attributes begin with in the archives that fill a mount.
pub const ATTRIBUTE: &str = "SCHILY.xattr.";

/// What a single file is called in the directory that the host shares with a virtual machine instead of it.
pub const ONLY_FILE: &str = "file";
