//! Removes a directory with everything in it, but follows no link and leaves every mount alone.

use std::ffi::{CStr, CString};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use nix::dir::Dir;
use nix::errno::Errno;
use nix::fcntl::{OFlag, OpenHow, ResolveFlag, open, openat2};
use nix::sys::stat::Mode;
use nix::unistd::{UnlinkatFlags, unlinkat};

const DIRECTORY: OFlag = OFlag::O_DIRECTORY.union(OFlag::O_CLOEXEC);

/// Removes what `path` names. What is missing is removed already; what can't be removed stays.
pub fn remove(path: &Path) {
    let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
        return;
    };
    let Ok(name) = CString::new(name.as_bytes()) else {
        return;
    };
    if let Ok(parent) = open(parent, DIRECTORY | OFlag::O_PATH, Mode::empty()) {
        // There is nobody to tell.
        let _ = remove_at(parent.as_fd(), &name);
    }
}

/// As [`remove`], but the directory's file `last` goes last: while it is there, nobody else puts files in.
pub fn remove_with(path: &Path, last: &CStr) {
    let Ok(directory) = open(path, DIRECTORY | OFlag::O_NOFOLLOW, Mode::empty()) else {
        return;
    };
    if let Ok(content) = directory.try_clone() {
        // There is nobody to tell.
        let _ = empty(content, Some(last));
    }
    let _ = unlinkat(&directory, last, UnlinkatFlags::NoRemoveDir);
    let _ = std::fs::remove_dir(path);
}

fn remove_at(parent: impl AsFd, name: &CStr) -> nix::Result<()> {
    match unlinkat(&parent, name, UnlinkatFlags::NoRemoveDir) {
        Err(Errno::EISDIR | Errno::EPERM) => {}
        other => return other,
    }
    empty(open_beneath(&parent, name)?, None)?;
    unlinkat(&parent, name, UnlinkatFlags::RemoveDir)
}

fn open_beneath(parent: impl AsFd, name: &CStr) -> nix::Result<OwnedFd> {
    let how = OpenHow::new().flags(DIRECTORY | OFlag::O_NOFOLLOW).resolve(
        ResolveFlag::RESOLVE_NO_XDEV
            | ResolveFlag::RESOLVE_NO_SYMLINKS
            | ResolveFlag::RESOLVE_BENEATH,
    );
    openat2(parent, name, how)
}

fn empty(directory: OwnedFd, except: Option<&CStr>) -> nix::Result<()> {
    let mut directory = Dir::from_fd(directory)?;
    let names: Vec<CString> = directory
        .iter()
        .flatten()
        .map(|entry| entry.file_name().to_owned())
        .filter(|name| ![c".", c".."].contains(&name.as_c_str()) && except != Some(name.as_c_str()))
        .collect();
    for name in names {
        // One that stays must not keep the others.
        let _ = remove_at(&directory, &name);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::path::PathBuf;

    use super::*;

    fn scratch(name: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("reaper-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        path
    }

    #[test]
    fn removes_links_and_not_what_they_point_to() {
        let base = scratch("links");
        let (root, cache) = (base.join("root"), base.join("cache"));
        fs::create_dir_all(root.join("lib/qemu/deep")).unwrap();
        fs::create_dir(&cache).unwrap();
        fs::write(cache.join("kept"), "x").unwrap();
        fs::write(root.join("lib/qemu/deep/file"), "x").unwrap();
        symlink(&cache, root.join("cache")).unwrap();
        symlink("/nonexistent", root.join("dangling")).unwrap();

        remove(&root);
        assert!(!root.exists());
        assert_eq!(fs::read(cache.join("kept")).unwrap(), b"x");

        symlink(&cache, &root).unwrap();
        remove(&root);
        assert!(root.symlink_metadata().is_err());
        assert!(cache.join("kept").exists());
        remove(&base);
        assert!(!base.exists());
    }

    #[test]
    fn what_goes_last_goes_too() {
        let base = scratch("last");
        let path = base.join("state");
        fs::create_dir_all(path.join("config")).unwrap();
        fs::write(path.join("config/plan"), "x").unwrap();
        fs::write(path.join("lock"), "").unwrap();
        remove_with(&path, c"lock");
        assert!(!path.exists());
        remove(&base);
    }

    #[test]
    fn what_is_missing_is_removed_already() {
        let base = scratch("missing");
        remove(&base.join("no/such/directory"));
        remove(&base.join("nothing"));
        remove(&base);
        assert!(!base.exists());
    }
}
