//! An empty directory and an empty file, to be mounted over what a program must not see.

use std::ffi::OsStr;
use std::fs;
use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::fs::{CWD, Mode, OFlags, mkdirat, openat};

use crate::attach::{self, PRIVATE, SEALED, attach, copy_of, detach, errno};
use crate::error::{Error, OrError};

const ACTION: &str = "hide what a sandbox must not see";

const DIRECTORY: &str = "directory";
const FILE: &str = "file";

/// Both, in a file system of their own, which is attached in the sandbox's own `/dev` for as long as it is used.
#[derive(Debug)]
pub struct Nothing {
    root: OwnedFd,
    place: &'static str,
}

impl Nothing {
    /// Makes it at `place`, which must not be there.
    pub fn new(place: &'static str) -> Result<Self, Error> {
        fs::create_dir(place).or_error(|| format!("create {place}"))?;
        let make = || -> nix::Result<OwnedFd> {
            let options = [("mode", "755"), ("size", "4k")];
            let root = attach::new("tmpfs", &options, PRIVATE)?;
            let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            let directory = openat(CWD, place, flags, Mode::empty()).map_err(errno)?;
            attach(&root, directory)?;
            mkdirat(&root, DIRECTORY, Mode::from_raw_mode(0o555)).map_err(errno)?;
            let flags = OFlags::CREATE | OFlags::WRONLY | OFlags::CLOEXEC;
            openat(&root, FILE, flags, Mode::from_raw_mode(0o444)).map_err(errno)?;
            attach::restrict(&root, SEALED)?;
            Ok(root)
        };
        let root = make().or_error(|| ACTION.into())?;
        Ok(Self { root, place })
    }

    /// A mount of the one or the other.
    pub fn copy(&self, is_directory: bool) -> Result<OwnedFd, Error> {
        let name = if is_directory { DIRECTORY } else { FILE };
        copy_of(&self.root, OsStr::new(name), false).or_error(|| ACTION.into())
    }

    /// The directory itself.
    pub fn directory(&self) -> Result<OwnedFd, Error> {
        let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let directory = openat(&self.root, DIRECTORY, flags, Mode::empty());
        directory.map_err(errno).or_error(|| ACTION.into())
    }

    /// Takes it away. The copies stay.
    pub fn leave(self) -> Result<(), Error> {
        detach(Path::new(self.place)).or_error(|| format!("unmount {}", self.place))
    }
}
