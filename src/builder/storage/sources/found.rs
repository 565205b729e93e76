//! What was found on the host.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use nix::fcntl::{AT_FDCWD, AtFlags, OFlag};
use nix::unistd::linkat;

use crate::builder::storage::identity::Identity;

/// What something on the host is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Directory,
    File,
    Block,
    /// A pipe, a socket, a character device, or a link that was not to be followed.
    Other,
}

/// Something of the host that a sandbox is given, as it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// Where it is: without symbolic links, `.` and `..`.
    pub path: PathBuf,
    pub identity: Identity,
    pub kind: Kind,
}

/// Something of the host that is looked at.
#[derive(Debug)]
pub(crate) struct Source {
    /// Where it is: without symbolic links, `.` and `..`.
    pub path: PathBuf,
    pub identity: Identity,
    pub kind: Kind,
    /// Whether it belongs to root or the caller.
    pub is_trusted: bool,
    /// The thing itself, opened as a path: as long as that is there, no other file gets its inode number.
    pub handle: OwnedFd,
}

impl Source {
    /// What is kept of it.
    pub(crate) fn found(self) -> Found {
        Found {
            path: self.path,
            identity: self.identity,
            kind: self.kind,
        }
    }

    /// Makes another name for a file: for the one that was found, whatever its path leads to now.
    pub(crate) fn link(&self, path: &Path) -> io::Result<()> {
        let found = format!("/proc/self/fd/{}", self.handle.as_raw_fd());
        linkat(
            AT_FDCWD,
            &*found,
            AT_FDCWD,
            path,
            AtFlags::AT_SYMLINK_FOLLOW,
        )?;
        Ok(())
    }

    /// Opens a file or a block device to read it: the one that was found, whatever its path leads to now.
    pub(crate) fn open(&self) -> io::Result<File> {
        if !matches!(self.kind, Kind::File | Kind::Block) {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let mut options = OpenOptions::new();
        let flags = OFlag::O_NONBLOCK | OFlag::O_NOCTTY;
        options.read(true).custom_flags(flags.bits());
        options.open(format!("/proc/self/fd/{}", self.handle.as_raw_fd()))
    }
}

/// A path in a message. What a link says may have been written by anybody, also for the terminal.
pub(crate) fn shown(path: &Path) -> String {
    const MOST: usize = 4096;
    let text = path.to_string_lossy();
    let mut shown = String::new();
    for letter in text.chars().take(MOST) {
        if letter.is_control() {
            shown.extend(letter.escape_default());
        } else {
            shown.push(letter);
        }
    }
    shown
}
