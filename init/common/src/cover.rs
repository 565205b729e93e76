//! Covers a directory in which nothing can be made with one that shows the same entries, and has room for more.

use std::ffi::OsStr;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;

use nix::errno::Errno;
use rustix::fs::{
    AtFlags, Dir, FileType, Gid, Mode, OFlags, Uid, fchmod, fchown, fstat, mkdirat, openat,
    readlinkat, statat, symlinkat, unlinkat,
};

use crate::attach::{PRIVATE, attach, copy_of, enter, errno, new};

const DIRECTORY: OFlags = OFlags::RDONLY
    .union(OFlags::DIRECTORY)
    .union(OFlags::NOFOLLOW)
    .union(OFlags::CLOEXEC);

/// Mounts a file system in memory on `directory`, whose entries are mounts of the original ones, and gives it. Where
/// `is_root`, it becomes the root.
pub fn over(directory: &OwnedFd, is_root: bool) -> nix::Result<OwnedFd> {
    let original = openat(directory, ".", DIRECTORY, Mode::empty()).map_err(errno)?;
    let cover = new("tmpfs", &[("mode", "755")], PRIVATE)?;
    attach(&cover, directory)?;
    let open = openat(&cover, ".", DIRECTORY, Mode::empty()).map_err(errno)?;
    let about = fstat(&original).map_err(errno)?;
    let (user, group) = (Uid::from_raw(about.st_uid), Gid::from_raw(about.st_gid));
    fchown(&open, Some(user), Some(group)).map_err(errno)?;
    fchmod(&open, Mode::from_raw_mode(about.st_mode & 0o7777)).map_err(errno)?;
    for entry in Dir::read_from(&original).map_err(errno)? {
        let entry = entry.map_err(errno)?;
        let name = OsStr::from_bytes(entry.file_name().to_bytes());
        if name != "." && name != ".." {
            match show(&original, &cover, name) {
                // Another file system of the host, which its side of 9p refuses: room to mount it.
                Err(Errno::ENODEV) if entry.file_type() == FileType::Directory => {
                    mkdirat(&cover, name, Mode::from_raw_mode(0o755)).map_err(errno)?;
                }
                Err(Errno::ENODEV) => {}
                shown => shown?,
            }
        }
    }
    if is_root {
        enter(&cover)?;
    }
    Ok(cover)
}

/// Shows one entry of the directory `original` in `cover`.
fn show(original: &OwnedFd, cover: &OwnedFd, name: &OsStr) -> nix::Result<()> {
    let about = match statat(original, name, AtFlags::SYMLINK_NOFOLLOW).map_err(errno) {
        // Removed in the meantime.
        Err(Errno::ENOENT) => return Ok(()),
        about => about?,
    };
    let kind = FileType::from_raw_mode(about.st_mode);
    match kind {
        FileType::Symlink => {
            let target = readlinkat(original, name, Vec::new()).map_err(errno)?;
            return symlinkat(target, cover, name).map_err(errno);
        }
        FileType::Directory => mkdirat(cover, name, Mode::from_raw_mode(0o755)),
        _ => {
            let flags = OFlags::CREATE | OFlags::EXCL | OFlags::WRONLY | OFlags::CLOEXEC;
            openat(cover, name, flags, Mode::from_raw_mode(0o644)).map(drop)
        }
    }
    .map_err(errno)?;
    let place = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let place = openat(cover, name, place, Mode::empty()).map_err(errno)?;
    match copy_of(original, name, true).and_then(|copy| attach(copy, place)) {
        // Removed, or exchanged for another kind of file, in the meantime.
        Err(Errno::ENOENT | Errno::ENOTDIR | Errno::EISDIR) => {
            let flags = if kind == FileType::Directory {
                AtFlags::REMOVEDIR
            } else {
                AtFlags::empty()
            };
            unlinkat(cover, name, flags).map_err(errno)
        }
        shown => shown,
    }
}
