//! What a program may see of `/proc`: its processes, and of the kernel's own files what everybody may read.

use std::ffi::OsString;
use std::fs;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;

use nix::errno::Errno;
use rustix::fs::{CWD, Mode, OFlags, openat};

use crate::attach::{attach, copy_of, errno, make_read_only};
use crate::error::{Error, OrError};
use crate::nothing::Nothing;

const PROC: &str = "/proc";

/// Where what hides is meanwhile.
const NOTHING: &str = "/dev/libvirt-sandbox-nothing";

/// What everybody may read, but what tells of the host's hardware and keys.
const HIDDEN: [&str; 8] = [
    "acpi",
    "asound",
    "keys",
    "key-users",
    "latency_stats",
    "sched_debug",
    "scsi",
    "timer_list",
];

const NO_LINK: OFlags = OFlags::PATH.union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

/// Makes everything in `/proc` read-only that is no process, and hides what only root may read.
///
/// Whoever has user ID 0 owns these files, also without capabilities, and the kernel has them only once.
///
/// # Errors
/// When the kernel refuses.
pub fn protect() -> Result<(), Error> {
    let action = || "protect /proc".to_owned();
    let directory = openat(CWD, PROC, NO_LINK | OFlags::DIRECTORY, Mode::empty());
    let directory = directory.map_err(errno).or_error(action)?;
    let nothing = Nothing::new(NOTHING)?;
    for entry in fs::read_dir(PROC).or_error(action)? {
        let entry = entry.or_error(action)?;
        let name = entry.file_name();
        // A process may have ended meanwhile; a link leads to one.
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        if name.as_bytes()[0].is_ascii_digit() || kind.is_symlink() {
            continue;
        }
        let is_open = fs::metadata(entry.path()).is_ok_and(|about| about.mode() & 0o044 != 0);
        let is_hidden = !is_open || HIDDEN.iter().any(|hidden| name == *hidden);
        let mounted = if is_hidden {
            let copy = nothing.copy(kind.is_dir())?;
            place(&directory, &name).and_then(|place| attach(&copy, place))
        } else {
            freeze(&directory, &name)
        };
        match mounted {
            // The kernel has it no more.
            Err(Errno::ENOENT) => {}
            mounted => mounted.or_error(|| format!("protect /proc/{}", name.display()))?,
        }
    }
    nothing.leave()
}

/// Mounts a file or directory on itself, read-only.
fn freeze(directory: &OwnedFd, name: &OsString) -> nix::Result<()> {
    // What libvirt has mounted below comes along.
    let copy = copy_of(directory, name, true)?;
    make_read_only(&copy, true)?;
    attach(&copy, place(directory, name)?)
}

fn place(directory: &OwnedFd, name: &OsString) -> nix::Result<OwnedFd> {
    openat(directory, name.as_os_str(), NO_LINK, Mode::empty()).map_err(errno)
}
