//! Keeps the host's Unix sockets and named pipes that are in a container's root from its programs.
//!
//! A read-only mount stops nobody from connecting to a socket or writing to a pipe. Through overlayfs the same files are
//! files of their own, with nobody at the other end.

use std::ffi::OsString;
use std::fs;
use std::os::fd::OwnedFd;
use std::path::Path;

use nix::errno::Errno;
use nix::mount::{MsFlags, mount};

use crate::error::{Error, OrError};
use crate::log::Log;
use crate::mount_point::{NONE, PRIVATE, descriptor_path, open_directory};
use crate::overlay::{STAGING, STORE, enter, leave_store, mounts_at_root};

const ACTION: &str = "keep the host's sockets from the sandbox";

/// File systems that look at who reads a file by themselves, which would be the first process, or that mount others.
const AS_THEY_ARE: [&str; 10] = [
    "9p", "afs", "autofs", "ceph", "cifs", "fuse", "lustre", "nfs", "smb3", "virtiofs",
];

/// Puts a read-only overlay over the root and over each file system that the host has mounted below it, but what is at
/// `kept` or below: those mounts are the sandbox's own.
///
/// Where the kernel can't, as it has no overlayfs, the root stays as it is.
///
/// # Errors
/// When a mount can't be brought along.
pub fn isolate_root(kept: &[OsString], log: Log) -> Result<(), Error> {
    let mounts = mounts_at_root().or_error(|| ACTION.into())?;
    let (staging, empty) = (Path::new(STAGING), Path::new(STORE));
    for directory in [staging, empty] {
        fs::create_dir(directory).or_error(|| format!("create {}", directory.display()))?;
    }
    // An overlay without an upper layer needs a second lower one.
    let tmpfs = Some("tmpfs");
    let flags = PRIVATE | MsFlags::MS_RDONLY;
    mount(tmpfs, empty, tmpfs, flags, Some("mode=755,size=4k")).or_error(|| ACTION.into())?;
    let second = open_directory(empty).or_error(|| ACTION.into())?;
    let is_stackable = |path: &Path| {
        let is_kept = kept.iter().any(|kept| path.starts_with(kept));
        let has_fit_type = mounts.get(path).is_none_or(|fstype| can_be_stacked(fstype));
        !is_kept && has_fit_type && path.is_dir()
    };
    let root = Path::new("/");
    let outcome = if is_stackable(root) {
        stack(root, &second, staging)
    } else {
        Err(Errno::EINVAL)
    };
    if let Err(errno) = outcome {
        log.step(format_args!(
            "leave the root as it is, with the host's sockets: {errno}"
        ));
        drop(second);
        leave_store(empty)?;
        return fs::remove_dir(staging).or_error(|| ACTION.into());
    }
    for path in mounts.keys().filter(|path| *path != root) {
        let target = staging.join(path.strip_prefix("/").unwrap_or(path));
        if is_stackable(path) && stack(path, &second, &target).is_ok() {
            continue;
        }
        match mount(Some(path), &target, NONE, MsFlags::MS_BIND, NONE) {
            // Another mount hides it.
            Err(Errno::ENOENT) => {}
            bound => bound.or_error(|| format!("keep {}", path.display()))?,
        }
    }
    drop(second);
    leave_store(empty)?;
    enter(staging).or_error(|| ACTION.into())
}

fn can_be_stacked(fstype: &str) -> bool {
    // `fuse.sshfs` and `nfs4` are of the same kind.
    let kind = fstype.split('.').next().unwrap_or(fstype);
    let kind = kind.trim_end_matches('4');
    !AS_THEY_ARE.contains(&kind) && !fstype.starts_with("fuse")
}

/// Shows at `target` what is in the directory `lower`, read-only.
fn stack(lower: &Path, second: &OwnedFd, target: &Path) -> nix::Result<()> {
    let lower = open_directory(lower)?;
    let [lower, second] = [&lower, second].map(|fd| descriptor_path(fd).display().to_string());
    let options = format!("lowerdir={lower}:{second},redirect_dir=nofollow,metacopy=off,xino=auto");
    let fstype = Some("overlay");
    let flags = MsFlags::MS_RDONLY | MsFlags::MS_NODEV;
    mount(fstype, target, fstype, flags, Some(options.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_file_systems_of_the_host_itself_are_stacked() {
        for (fstype, fit) in [
            ("ext4", true),
            ("btrfs", true),
            ("tmpfs", true),
            ("nfs", false),
            ("nfs4", false),
            ("fuse.sshfs", false),
            ("fuseblk", false),
            ("9p", false),
        ] {
            assert_eq!(can_be_stacked(fstype), fit, "{fstype}");
        }
    }
}
