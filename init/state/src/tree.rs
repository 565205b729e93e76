//! Removes what is in a directory, but follows no link and leaves every mount alone.
//!
//! However deep it is, a few descriptors do: directories come up to the one that is emptied before they are looked into.

use std::collections::HashSet;
use std::ffi::{CStr, CString};
use std::fs::{self, Permissions};
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::PermissionsExt;
use std::path::{Component, Path};

use nix::dir::Dir;
use nix::errno::Errno;
use nix::fcntl::{OFlag, RenameFlags, open, openat, renameat2};
use nix::sys::stat::Mode;
use nix::unistd::{UnlinkatFlags, unlinkat};
use rustix::fs::{AtFlags, StatxFlags, statx};

/// How a directory is opened to be read.
pub(crate) const DIRECTORY: OFlag = OFlag::O_DIRECTORY
    .union(OFlag::O_CLOEXEC)
    .union(OFlag::O_NOFOLLOW);

/// How often a directory is looked at: once for each directory below it, and not for ever where somebody fills it.
const LOOKS: usize = 1 << 20;

/// How often a directory may have got something new in it meanwhile.
const TIMEOUT: u32 = 100;

/// Removes all that is in `top` but the entry `except`. What can't be removed stays, and the first reason is told.
pub(crate) fn empty(top: BorrowedFd<'_>, except: &str) -> io::Result<()> {
    let mut emptying = Emptying {
        top,
        fresh: 0,
        patience: TIMEOUT,
        stays: CString::new(except).into_iter().collect(),
        problem: None,
    };
    for _ in 0..LOOKS {
        let names = entries(top)?;
        let mut names = names
            .into_iter()
            .filter(|name| !emptying.stays.contains(name))
            .peekable();
        if names.peek().is_none() {
            break;
        }
        for name in names.collect::<Vec<_>>() {
            emptying.try_remove(name);
        }
    }
    emptying.problem.map_or(Ok(()), |errno| Err(errno.into()))
}

struct Emptying<'a> {
    top: BorrowedFd<'a>,
    /// The next name for a directory that comes up.
    fresh: u64,
    patience: u32,
    /// What is not looked at again.
    stays: HashSet<CString>,
    problem: Option<Errno>,
}

impl Emptying<'_> {
    fn try_remove(&mut self, name: CString) {
        match self.remove(&name) {
            Ok(()) => {}
            Err(Errno::ENOTEMPTY | Errno::EEXIST)
                if self.problem.is_none() && self.patience > 0 =>
            {
                self.patience -= 1;
            }
            Err(errno) => {
                self.stays.insert(name);
                self.problem.get_or_insert(errno);
            }
        }
    }

    /// Removes an entry. One that is a directory with others in it is gone after them.
    fn remove(&mut self, name: &CStr) -> nix::Result<()> {
        if unlink(self.top, name)? {
            return Ok(());
        }
        let directory = open_beneath(self.top, name)?;
        for inner in entries(directory.as_fd())? {
            let removed = unlink(directory.as_fd(), &inner).and_then(|removed| {
                if removed {
                    Ok(())
                } else {
                    self.lift(&directory, &inner)
                }
            });
            if let Err(errno) = removed {
                self.problem.get_or_insert(errno);
            }
        }
        gone(unlinkat(self.top, name, UnlinkatFlags::RemoveDir))
    }

    /// Moves a directory up to those that are emptied next.
    fn lift(&mut self, parent: &OwnedFd, name: &CStr) -> nix::Result<()> {
        match unlinkat(parent, name, UnlinkatFlags::RemoveDir) {
            Err(Errno::ENOTEMPTY | Errno::EEXIST | Errno::EACCES) => {}
            removed => return gone(removed),
        }
        // Opened, since only what its owner may write to can be moved; a mount can't be.
        drop(open_beneath(parent.as_fd(), name)?);
        loop {
            let fresh = format!("removed-{}", self.fresh);
            self.fresh += 1;
            let flags = RenameFlags::RENAME_NOREPLACE;
            match renameat2(parent, name, self.top, fresh.as_str(), flags) {
                Err(Errno::EEXIST) => {}
                moved => return gone(moved),
            }
        }
    }
}

/// Removes what is no directory; whether it was none.
fn unlink(parent: BorrowedFd<'_>, name: &CStr) -> nix::Result<bool> {
    match unlinkat(parent, name, UnlinkatFlags::NoRemoveDir) {
        Err(Errno::EISDIR | Errno::EPERM) => Ok(false),
        removed => gone(removed).map(|()| true),
    }
}

/// What is gone already is as good as removed.
pub(crate) fn gone(removed: nix::Result<()>) -> nix::Result<()> {
    match removed {
        Err(Errno::ENOENT) => Ok(()),
        removed => removed,
    }
}

/// Opens a directory that is on the same file system as its parent, and makes it one that can be changed.
pub(crate) fn open_beneath(parent: BorrowedFd<'_>, name: &CStr) -> nix::Result<OwnedFd> {
    let directory = open_name(parent, name)?;
    // A program may have made it without the right to change it. Where that does not help, it stays.
    let path = format!("/proc/self/fd/{}", directory.as_raw_fd());
    let _ = fs::set_permissions(path, Permissions::from_mode(0o700));
    openat(&directory, c".", DIRECTORY, Mode::empty())
}

/// Opens the directory `name` as a path, unless it is a link or another mount. Not by openat2(2), which some filters of system
/// calls and valgrind don't know.
pub(crate) fn open_name(parent: BorrowedFd<'_>, name: &CStr) -> nix::Result<OwnedFd> {
    if name.to_bytes() == b".." || name.to_bytes().contains(&b'/') {
        return Err(Errno::EXDEV);
    }
    let directory = openat(parent, name, DIRECTORY | OFlag::O_PATH, Mode::empty())?;
    if mount_of(parent)? != mount_of(directory.as_fd())? {
        return Err(Errno::EXDEV);
    }
    Ok(directory)
}

fn mount_of(directory: BorrowedFd<'_>) -> nix::Result<u64> {
    let about = statx(directory, "", AtFlags::EMPTY_PATH, StatxFlags::MNT_ID);
    let about = about.map_err(|error| Errno::from_raw(error.raw_os_error()))?;
    Ok(about.stx_mnt_id)
}

/// Opens a directory as a path, part by part, so that no link is followed.
pub(crate) fn open_without_links(path: &Path) -> nix::Result<OwnedFd> {
    let flags = DIRECTORY | OFlag::O_PATH;
    let mut directory = open("/", flags, Mode::empty())?;
    for part in path.components() {
        match part {
            Component::RootDir | Component::CurDir => {}
            Component::Normal(name) => {
                directory = openat(&directory, name, flags, Mode::empty())?;
            }
            Component::ParentDir | Component::Prefix(_) => return Err(Errno::ELOOP),
        }
    }
    Ok(directory)
}

/// The names in a directory.
pub(crate) fn entries(directory: BorrowedFd<'_>) -> nix::Result<Vec<CString>> {
    let own = openat(directory, c".", DIRECTORY, Mode::empty())?;
    let mut names = Vec::new();
    for entry in Dir::from_fd(own)?.iter() {
        let name = entry?.file_name().to_owned();
        if ![c".", c".."].contains(&name.as_c_str()) {
            names.push(name);
        }
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;
    use std::path::Path;

    use nix::fcntl::open;

    use super::*;

    fn empty_at(path: &Path) -> io::Result<()> {
        let top = open(path, DIRECTORY, Mode::empty()).unwrap();
        empty(top.as_fd(), "last")
    }

    fn count(path: &Path) -> usize {
        fs::read_dir(path).unwrap().count()
    }

    #[test]
    fn removes_links_and_not_what_they_point_to() {
        let (top, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::create_dir_all(top.path().join("lib/qemu/deep")).unwrap();
        fs::write(top.path().join("lib/qemu/deep/file"), "x").unwrap();
        fs::write(top.path().join("last"), "x").unwrap();
        fs::write(elsewhere.path().join("kept"), "x").unwrap();
        symlink(elsewhere.path(), top.path().join("link")).unwrap();
        symlink(elsewhere.path(), top.path().join("lib/link")).unwrap();
        symlink("/nonexistent", top.path().join("dangling")).unwrap();
        empty_at(top.path()).unwrap();
        assert_eq!(count(top.path()), 1);
        assert!(top.path().join("last").exists() && elsewhere.path().join("kept").exists());
    }

    #[test]
    fn what_can_not_be_written_to_goes_too() {
        let top = tempfile::tempdir().unwrap();
        fs::create_dir_all(top.path().join("closed/deep")).unwrap();
        fs::write(top.path().join("closed/deep/file"), "x").unwrap();
        for closed in ["closed/deep", "closed"] {
            fs::set_permissions(top.path().join(closed), Permissions::from_mode(0o100)).unwrap();
        }
        empty_at(top.path()).unwrap();
        assert_eq!(count(top.path()), 0);
    }

    #[test]
    fn depth_costs_no_descriptors() {
        let top = tempfile::tempdir().unwrap();
        // Names that are in the way of those that come up.
        fs::create_dir_all(top.path().join("removed-0/removed-1")).unwrap();
        let mut directory = open(top.path(), DIRECTORY, Mode::empty()).unwrap();
        for _ in 0..3000 {
            nix::sys::stat::mkdirat(&directory, c"d", Mode::S_IRWXU).unwrap();
            fs::write(format!("/proc/self/fd/{}/file", directory.as_raw_fd()), "x").unwrap();
            directory = openat(&directory, c"d", DIRECTORY, Mode::empty()).unwrap();
        }
        empty_at(top.path()).unwrap();
        assert_eq!(count(top.path()), 0);
    }
}
