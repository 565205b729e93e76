//! Mounts as descriptors: made, copied and put into their places without a look at any path twice.

use std::ffi::OsStr;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::libc;
use nix::mount::{MntFlags, umount2};
use nix::unistd::{chdir, fchdir, pivot_root};
use rustix::mount::{
    FsMountFlags, FsOpenFlags, MountAttrFlags, MoveMountFlags, OpenTreeFlags, fsconfig_create,
    fsconfig_reconfigure, fsconfig_set_flag, fsconfig_set_string, fsmount, fsopen, fspick,
    move_mount, open_tree,
};

use crate::system::{MountAttributes, set_mount_attributes};

/// What the mounts have that the sandbox makes itself.
pub const PRIVATE: MountAttrFlags =
    MountAttrFlags::MOUNT_ATTR_NOSUID.union(MountAttrFlags::MOUNT_ATTR_NODEV);

/// The same, read-only.
pub const SEALED: MountAttrFlags = PRIVATE.union(MountAttrFlags::MOUNT_ATTR_RDONLY);

/// A mount of its own of what is at `name` in `directory`, or of that itself where `name` is empty. With `is_deep` what is
/// mounted below comes along. It is not attached anywhere.
pub fn copy_of(directory: impl AsFd, name: &OsStr, is_deep: bool) -> nix::Result<OwnedFd> {
    let mut flags = OpenTreeFlags::OPEN_TREE_CLONE
        | OpenTreeFlags::OPEN_TREE_CLOEXEC
        | OpenTreeFlags::AT_SYMLINK_NOFOLLOW
        | OpenTreeFlags::AT_NO_AUTOMOUNT;
    flags.set(OpenTreeFlags::AT_EMPTY_PATH, name.is_empty());
    flags.set(OpenTreeFlags::AT_RECURSIVE, is_deep);
    open_tree(directory, name.as_bytes(), flags).map_err(errno)
}

/// Attaches a mount that is not attached on `place`, over what may be mounted there.
pub fn attach(mount: impl AsFd, place: impl AsFd) -> nix::Result<()> {
    let flags = MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH | MoveMountFlags::MOVE_MOUNT_T_EMPTY_PATH;
    move_mount(mount, "", place, "", flags).map_err(errno)
}

/// A new file system of type `fstype`, which is not attached anywhere.
pub fn new(fstype: &str, options: &[(&str, &str)], flags: MountAttrFlags) -> nix::Result<OwnedFd> {
    let make = || {
        let context = fsopen(fstype, FsOpenFlags::FSOPEN_CLOEXEC)?;
        // What the table of mounts shows, for a file system that comes from nowhere.
        fsconfig_set_string(&context, "source", fstype)?;
        for (key, value) in options {
            if value.is_empty() {
                fsconfig_set_flag(&context, *key)?;
            } else {
                fsconfig_set_string(&context, *key, *value)?;
            }
        }
        fsconfig_create(&context)?;
        fsmount(&context, FsMountFlags::FSMOUNT_CLOEXEC, flags)
    };
    make().map_err(errno)
}

/// Makes a mount read-only, with `is_deep` also those below it.
pub fn make_read_only(mount: impl AsFd, is_deep: bool) -> nix::Result<()> {
    let attributes = MountAttributes {
        set: u64::from(MountAttrFlags::MOUNT_ATTR_RDONLY.bits()),
        ..MountAttributes::default()
    };
    let flags = libc::AT_EMPTY_PATH | if is_deep { libc::AT_RECURSIVE } else { 0 };
    set_mount_attributes(mount.as_fd(), flags, &attributes)
}

/// Adds flags such as `nosuid` to a mount.
pub fn restrict(mount: impl AsFd, flags: MountAttrFlags) -> nix::Result<()> {
    let attributes = MountAttributes {
        set: u64::from(flags.bits()),
        ..MountAttributes::default()
    };
    set_mount_attributes(mount.as_fd(), libc::AT_EMPTY_PATH, &attributes)
}

/// Makes the file system of a mount read-only, wherever else it is mounted.
pub fn freeze(mount: impl AsFd) -> nix::Result<()> {
    let reconfigure = || {
        let flags = rustix::mount::FsPickFlags::FSPICK_EMPTY_PATH
            | rustix::mount::FsPickFlags::FSPICK_CLOEXEC;
        let context = fspick(mount, "", flags)?;
        fsconfig_set_flag(&context, "ro")?;
        fsconfig_reconfigure(&context)
    };
    reconfigure().map_err(errno)
}

/// Takes what is mounted on `path` out of the tree, and removes the mount point. Only for directories that nobody else
/// can change.
pub fn detach(path: &Path) -> nix::Result<()> {
    match umount2(path, MntFlags::MNT_DETACH | MntFlags::UMOUNT_NOFOLLOW) {
        // Not a mount point, or not there at all.
        Err(Errno::EINVAL | Errno::ENOENT) => return Ok(()),
        other => other?,
    }
    // The mount point is the host's own directory where /dev is not private, and stays then.
    let _ = std::fs::remove_dir(path).or_else(|_| std::fs::remove_file(path));
    Ok(())
}

/// Makes a mount that is attached over the root the root, and leaves the former one.
pub fn enter(root: impl AsFd) -> nix::Result<()> {
    fchdir(root)?;
    // What is mounted over the root of a process is no root yet: absolute paths lead to the old one.
    pivot_root(".", ".")?;
    umount2(".", MntFlags::MNT_DETACH)?;
    chdir("/")
}

/// A path that leads to what the descriptor is of, whatever is mounted on it, as long as `/proc` is there.
pub fn descriptor_path(fd: impl AsFd) -> PathBuf {
    format!("/proc/self/fd/{}", fd.as_fd().as_raw_fd()).into()
}

/// An error of one library as that of the other.
pub fn errno(error: rustix::io::Errno) -> Errno {
    Errno::from_raw(error.raw_os_error())
}
