//! Looks at what is in a root directory as its programs will: no link leads out of it.

use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

use nix::errno::Errno;
use nix::fcntl::{OFlag, OpenHow, ResolveFlag, open, openat2};
use nix::libc::{S_IFDIR, S_IFMT};
use nix::sys::stat::{Mode, fstat};

/// Opens `path` below the directory `root` as a path. The kernel's own links, which lead anywhere, are not followed, and with
/// `no_crossing` other file systems are not entered.
pub(crate) fn look(root: impl AsFd, path: &Path, no_crossing: bool) -> Result<OwnedFd, Errno> {
    let mut resolve = ResolveFlag::RESOLVE_IN_ROOT | ResolveFlag::RESOLVE_NO_MAGICLINKS;
    resolve.set(ResolveFlag::RESOLVE_NO_XDEV, no_crossing);
    let how = OpenHow::new()
        .flags(OFlag::O_PATH | OFlag::O_CLOEXEC)
        .resolve(resolve);
    loop {
        match openat2(&root, path, how) {
            // Where something is renamed or mounted meanwhile, anywhere on the host, the kernel can't tell what ".." leads to.
            Err(Errno::EAGAIN) => {}
            found => return found,
        }
    }
}

/// Whether there is something at `path` below the directory `root`.
pub(crate) fn exists(root: &Path, path: &str) -> bool {
    mode(root, path).is_some()
}

/// Whether there is a directory at `path` below the directory `root`.
pub(crate) fn is_dir(root: &Path, path: &str) -> bool {
    mode(root, path).is_some_and(|mode| mode & S_IFMT == S_IFDIR)
}

fn mode(root: &Path, path: &str) -> Option<u32> {
    let directory = OFlag::O_PATH | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
    let root = open(root, directory, Mode::empty()).ok()?;
    let found = look(&root, Path::new(path), false).ok()?;
    Some(fstat(&found).ok()?.st_mode)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_stay_in_the_root() {
        let room = tempfile::tempdir().unwrap();
        let root = room.path().join("root");
        fs::create_dir_all(root.join("inside/deep")).unwrap();
        fs::create_dir_all(room.path().join("outside")).unwrap();
        symlink("/inside", root.join("absolute")).unwrap();
        symlink(room.path().join("outside"), root.join("out")).unwrap();
        symlink("../outside", root.join("up")).unwrap();
        fs::write(root.join("file"), "").unwrap();
        for (path, there, directory) in [
            ("inside", true, true),
            ("absolute/deep", true, true),
            ("../inside", true, true),
            ("file", true, false),
            ("out", false, false),
            ("up", false, false),
            ("none", false, false),
        ] {
            assert_eq!(exists(&root, path), there, "{path}");
            assert_eq!(is_dir(&root, path), directory, "{path}");
        }
        assert!(root.join("out").exists(), "but by name they do not");
    }
}
