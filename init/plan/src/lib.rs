//! The contract between host and guest: what the guest carries out, and how both sides talk while it runs.
#![forbid(unsafe_code)]

mod decoder;
mod kernel_file_systems;
mod outbox;
mod plan;
mod put;
mod superblock;
mod visible;
mod window;
mod wire;

pub use decoder::Decoder;
pub use kernel_file_systems::{AUTOFS, is_kernel_file_system, kernel_file_system};
pub use outbox::{Full, Outbox, Room};
pub use plan::{
    Address, Below, Channel, Container, Disk, Driver, FileIdentity, Filter, Gap, Identity,
    Interface, Kind, Machine, Mount, Overlay, Plan, PlanError, Program, Route, Source, Store, Tree,
    View,
};
pub use put::Put;
pub use superblock::{FILE_SYSTEMS, FileSystem, SUPERBLOCK_SIZE};
pub use visible::visible;
pub use window::Window;
pub use wire::{
    GuestMessage, HEADER_SIZE, HostMessage, MAX_PAYLOAD, Message, SEEKABLE_LIMIT, SetupTimes,
    Stream, VERSION, WINDOW, WindowSize, WireError, announce,
};

/// The key of an extended attribute in the archives that fill a mount. The usual one takes no value with line breaks in it.
pub const ATTRIBUTE: &str = "LIBVIRT-SANDBOX.xattr";

/// An extended attribute as the archives hold it.
pub fn encode_attribute(name: &[u8], value: &[u8]) -> String {
    let hex = |bytes: &[u8]| -> String { bytes.iter().map(|byte| format!("{byte:02x}")).collect() };
    format!("{}:{}", hex(name), hex(value))
}

/// The name and the value of an extended attribute, if `text` is one.
pub fn decode_attribute(text: &str) -> Option<(Vec<u8>, Vec<u8>)> {
    let bytes = |text: &str| -> Option<Vec<u8>> {
        let digits = text.as_bytes().chunks(2);
        let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
        digits.map(byte).collect()
    };
    let (name, value) = text.split_once(':')?;
    Some((bytes(name)?, bytes(value)?))
}

/// The directory in a container's own `/dev` where the host mounts what the first process makes the sandbox of, each under
/// its number.
pub const SOURCES: &str = "/dev/libvirt-sandbox-mounts";

/// Where a container finds the file of the host that takes what a service writes.
pub const SERVICE_LOG: &str = "/dev/libvirt-sandbox-log";

/// What a single file is called in the directory that the host shares with a virtual machine instead of it.
pub const ONLY_FILE: &str = "file";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_hold_any_bytes() {
        let (name, value) = (b"user.a=b".to_vec(), b"\0\n:\xff".to_vec());
        let text = encode_attribute(&name, &value);
        assert_eq!(decode_attribute(&text), Some((name, value)));
        assert_eq!(decode_attribute("zz:00"), None);
        assert_eq!(decode_attribute(""), None);
    }
}
