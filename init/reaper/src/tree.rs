//! Removes a directory with everything in it, but follows no link and leaves every mount alone.

use std::ffi::{CStr, CString};
use std::fs::{self, Permissions};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use nix::dir::Dir;
use nix::errno::Errno;
use nix::fcntl::{OFlag, OpenHow, ResolveFlag, open, openat, openat2};
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

/// Removes what the links in `directory` lead to.
pub fn remove_targets(directory: &Path) {
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        // What is no link is removed with the directory.
        if let Ok(target) = fs::read_link(entry.path()) {
            remove(&target);
        }
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
    let flags = DIRECTORY | OFlag::O_NOFOLLOW;
    let how = OpenHow::new().flags(flags | OFlag::O_PATH).resolve(
        ResolveFlag::RESOLVE_NO_XDEV
            | ResolveFlag::RESOLVE_NO_SYMLINKS
            | ResolveFlag::RESOLVE_BENEATH,
    );
    let directory = openat2(parent, name, how)?;
    // A program may have made it without the right to change it. Where that does not help, it stays.
    let path = format!("/proc/self/fd/{}", directory.as_raw_fd());
    let _ = fs::set_permissions(path, Permissions::from_mode(0o700));
    openat(&directory, c".", flags, Mode::empty())
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
    fn what_is_linked_goes_even_where_it_can_not_be_written_to() {
        let base = scratch("targets");
        let (state, outside) = (base.join("state"), base.join("elsewhere"));
        fs::create_dir_all(outside.join("closed/deep")).unwrap();
        fs::create_dir(&state).unwrap();
        fs::write(outside.join("closed/deep/file"), "x").unwrap();
        for closed in ["closed/deep", "closed"] {
            fs::set_permissions(outside.join(closed), Permissions::from_mode(0o100)).unwrap();
        }
        symlink(&outside, state.join("scratch")).unwrap();
        remove_targets(&state);
        assert!(!outside.exists() && state.exists());
        remove_targets(&base.join("none"));
        remove(&base);
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
