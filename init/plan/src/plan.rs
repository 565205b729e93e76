//! The plan: everything the host decided, in the form in which the guest carries it out.

use std::ffi::OsString;
use std::net::{IpAddr, Ipv4Addr};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;

/// First bytes of every encoded plan.
const MAGIC: [u8; 8] = *b"vsb-plan";

/// Raised whenever a type below changes, since the encoding carries no field names.
const FORMAT_VERSION: u16 = 10;

/// What the first process of a sandbox does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Host name of the sandbox.
    pub hostname: String,
    /// Whether the first process tells each of its steps on its standard error.
    pub debug: bool,
    /// How the program is run.
    pub kind: Kind,
    /// What only a virtual machine needs; none for a container.
    pub machine: Option<Machine>,
    /// What only a container needs; none for a virtual machine.
    pub container: Option<Container>,
    /// What makes the root writable; none where it stays as it is.
    pub overlay: Option<Overlay>,
    /// File systems to mount, in this order.
    pub mounts: Vec<Mount>,
    /// Disks to name in `/dev/disk/by-tag`.
    pub disks: Vec<Disk>,
    /// Network interfaces: `eth0` and so on.
    pub interfaces: Vec<Interface>,
    /// What `/etc/resolv.conf` says where no DHCP server tells; none leaves the file as it is.
    pub resolver: Option<Vec<u8>>,
    /// What `/etc/hosts` says; none leaves the file as it is.
    pub hosts: Option<Vec<u8>>,
    /// Terminal device that gets an interactive shell next to the program.
    pub shell: Option<OsString>,
    /// The program to run.
    pub program: Program,
}

/// How the program of a sandbox is run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Kind {
    /// With its streams relayed to a client, which the first process reaches over the channel.
    Interactive(Channel),
    /// Without a client: on this terminal device, until it ends.
    Service(OsString),
    /// As an init system, which takes the place of the first process.
    System,
}

/// Where the first process reaches the host.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Channel {
    /// Path of a Unix stream socket to connect to.
    Socket(OsString),
    /// Name of a virtio-serial port.
    VirtioPort(String),
}

/// What only a virtual machine needs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Machine {
    /// Kernel modules to load, as file names below `/modules` of the initrd, in load order.
    pub modules: Vec<String>,
    /// What to load before a file system of an image is mounted.
    pub drivers: Vec<Driver>,
    /// The root file system; its mount point is `/`.
    pub root: Mount,
    /// The file systems that the host has below it, those with short paths first.
    pub below_root: Vec<Mount>,
    /// Paths of the root and of what is below it that the host's side refuses, since something else is mounted there.
    pub gaps: Vec<Gap>,
}

/// A path that the host's side of a file system refuses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Gap {
    /// The path.
    pub path: OsString,
    /// Whether a directory is there.
    pub is_directory: bool,
}

/// What only a container needs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Container {
    /// The root directory, which the first process puts together.
    pub root: Tree,
    /// How the program sees it, where there is no overlay.
    pub view: View,
    /// Whether the root is an image that has to be whole on the host before the program's end is told.
    pub is_settled: bool,
    /// Directories in the root, without symbolic links in their paths, that the program gets to see empty.
    pub hidden: Vec<OsString>,
    /// Path of a Unix stream socket over which the sources come; none where they are mounted already.
    pub sources: Option<OsString>,
}

/// How a program sees the root of its container.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum View {
    /// As it is: it was made for the sandbox, which may write to it.
    Own,
    /// Read-only, and with nobody at the other end of its sockets and pipes.
    Covered,
}

/// A directory or file of the host, with what is mounted below it there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tree {
    /// The directory or file itself.
    pub top: Source,
    /// What is mounted below, in the order of paths.
    pub below: Vec<Below>,
}

/// A mount below the top of a [`Tree`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Below {
    /// Path of the mount point, relative to the top, without symbolic links in it.
    pub path: OsString,
    /// What is mounted there. None is what a sandbox must not see: something empty is in its place.
    pub source: Option<Source>,
    /// Whether it is a directory.
    pub is_directory: bool,
}

/// A directory, file or image of the host that a container has.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// Its number among those of the sandbox.
    pub number: u32,
    /// What the host has found there, so that nothing else is taken for it; none where that changes by itself.
    pub identity: Option<FileIdentity>,
}

/// Which file something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileIdentity {
    /// Number of the device.
    pub device: u64,
    /// Number of the inode.
    pub inode: u64,
}

/// A layer over the root that takes what is written to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Overlay {
    /// Where it is kept. The program does not get to see that.
    pub store: Store,
    /// Directory of the sandbox that shows the store, too, and is hidden from the program.
    pub hidden: Option<OsString>,
}

impl Overlay {
    /// Whether a former sandbox may have written to it.
    pub fn is_kept(&self) -> bool {
        !matches!(&self.store, Store::Mount(store) if store.fstype == "tmpfs")
    }
}

/// Where the layer over a root is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Store {
    /// In a directory that is mounted already.
    Directory(OsString),
    /// In a file system to mount; the mount point is of no concern.
    Mount(Mount),
}

/// The kernel modules of a file system.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Driver {
    /// File system type, such as `ext4`.
    pub fstype: String,
    /// File names below `/modules` of the initrd, in load order.
    pub modules: Vec<String>,
}

/// A file system to mount in the sandbox.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Mount {
    /// File system type; `bind` mounts `source`, a path in the sandbox, a second time, `tree` is the tree of the host in
    /// `tree`, `root` is the root itself, which is only filled, and `auto` is whatever the device `source` of a virtual machine
    /// holds. `9p-file` is the one file on a 9p
    /// file system.
    pub fstype: String,
    /// Source of the mount: a device, a tag or, for `bind`, a path.
    pub source: OsString,
    /// Path of the mount point in the sandbox.
    pub target: OsString,
    /// Comma-separated options of the file system.
    pub options: String,
    /// Whether nothing may be written to it.
    pub read_only: bool,
    /// Path of an archive in the sandbox that is unpacked there; its directory is of no use afterwards.
    pub content: Option<OsString>,
    /// What a container mounts of the host.
    pub tree: Option<Tree>,
    /// Whether it is an image that has to be whole on the host before the program's end is told.
    pub is_settled: bool,
}

/// A network interface.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Interface {
    /// Whether a DHCP server is asked for an address.
    pub dhcp: bool,
    /// Whether a filter of the host learns the address from the server's answer, and lets nothing pass before.
    pub learned: bool,
    /// Addresses that it has besides.
    pub addresses: Vec<Address>,
    /// Routes through it.
    pub routes: Vec<Route>,
}

/// An address of a network interface.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Address {
    /// The address.
    pub ip: IpAddr,
    /// How many bits of it are the network's.
    pub prefix: u8,
    /// The broadcast address of the network.
    pub broadcast: Option<Ipv4Addr>,
}

/// A route to a network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Route {
    /// The network.
    pub target: IpAddr,
    /// How many bits of the address are the network's.
    pub prefix: u8,
    /// Where it is reached.
    pub gateway: IpAddr,
}

/// A block device under the name that the user gave it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Disk {
    /// The name in `/dev/disk/by-tag`.
    pub tag: OsString,
    /// Path of the device.
    pub device: OsString,
}

/// The program to run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Program {
    /// Program and arguments; without `/` the program is looked up in `PATH` of `env`.
    pub argv: Vec<OsString>,
    /// The whole environment, as names and values.
    pub env: Vec<(OsString, OsString)>,
    /// Working directory.
    pub cwd: OsString,
    /// Whether the program must not run where the working directory can't be entered; else `/` is used.
    pub cwd_required: bool,
    /// Whether the program runs on a terminal instead of three pipes.
    pub tty: bool,
    /// File mode creation mask.
    pub umask: u32,
    /// As whom it runs.
    pub identity: Identity,
    /// Which system calls it can't make.
    pub filter: Filter,
    /// Whether it is kept from making files that run with the rights of their owner or group.
    pub plain_files: bool,
}

/// Which system calls are taken away from a program.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Filter {
    /// None.
    Nothing,
    /// Those that no ordinary program needs.
    Unusual,
}

/// As whom a program runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Identity {
    /// User ID, real, effective and saved.
    pub uid: u32,
    /// Group ID, real, effective and saved.
    pub gid: u32,
    /// Supplementary groups.
    pub groups: Vec<u32>,
    /// Bit mask of the capabilities in the bounding, permitted, effective and inheritable sets; 0 for none. Of an init system
    /// it is only the bounding set.
    pub capabilities: u64,
}

/// Why bytes are not a plan.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum PlanError {
    /// The magic bytes are missing.
    #[error("not a sandbox plan")]
    Magic,
    /// The other side was built from another version.
    #[error(
        "sandbox plan has format {found}, not {FORMAT_VERSION}: host and guest parts of different versions"
    )]
    Version {
        /// The format version found.
        found: u16,
    },
    /// The plan ends early or holds an impossible value.
    #[error("sandbox plan is truncated or damaged")]
    Damaged,
    /// There is something behind the plan.
    #[error("sandbox plan is followed by {0} unknown bytes")]
    Trailing(usize),
}

impl Plan {
    /// Encodes the plan.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut header = Vec::with_capacity(1024);
        header.extend_from_slice(&MAGIC);
        header.extend_from_slice(&FORMAT_VERSION.to_le_bytes());
        postcard::to_extend(self, header)
            .expect("writing plain types to a growing buffer can't fail")
    }

    /// What tells one encoded plan from all others: its SHA-256 in hexadecimal digits.
    pub fn hash(bytes: &[u8]) -> String {
        let digest = Sha256::digest(bytes);
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Decodes a plan.
    ///
    /// # Errors
    /// When `bytes` is anything else than exactly one plan of this version.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, PlanError> {
        let rest = bytes.strip_prefix(&MAGIC).ok_or(PlanError::Magic)?;
        let (version, body) = rest.split_first_chunk().ok_or(PlanError::Damaged)?;
        let found = u16::from_le_bytes(*version);
        if found != FORMAT_VERSION {
            return Err(PlanError::Version { found });
        }
        let (plan, trailing) = postcard::take_from_bytes(body).map_err(|_| PlanError::Damaged)?;
        if trailing.is_empty() {
            Ok(plan)
        } else {
            Err(PlanError::Trailing(trailing.len()))
        }
    }
}

#[cfg(test)]
mod tests;
