//! Tells file systems that hold files from those that are the kernel's own.

use std::fs;
use std::os::fd::OwnedFd;

use nix::sys::statfs::fstatfs;
use sandbox_plan::{AUTOFS, kernel_file_system};

use super::found::{Source, shown};

const TMPFS: u32 = 0x0102_1994;
const RAMFS: u32 = 0x8584_58f6;

/// Whether a directory waits for somebody to need what is mounted there.
pub(super) fn is_automount(directory: &OwnedFd) -> bool {
    kind(directory) == Some(AUTOFS)
}

/// The name of the file system that something is on, if it is the kernel's own: what is in it are no files, but the host
/// itself.
pub(super) fn own_kind(handle: &OwnedFd, device: u64) -> Option<&'static str> {
    let kind = kind(handle)?;
    // The devices' own looks like any other in memory.
    kernel_file_system(kind)
        .or_else(|| ((kind == TMPFS || kind == RAMFS) && is_devtmpfs(device)).then_some("devtmpfs"))
}

/// Whether something that was opened as a path, on the file system `device`, is of the kernel's own.
pub(crate) fn is_of_the_kernel(handle: &OwnedFd, device: u64) -> bool {
    own_kind(handle, device).is_some()
}

/// Refuses to give a sandbox what is on a file system of the kernel's own.
pub(crate) fn refuse_kernel_files(source: &Source) -> Result<(), String> {
    match own_kind(&source.handle, source.identity.device) {
        None => Ok(()),
        Some(kind) => Err(tr!(
            "{path} is on a file system of the host's kernel ({kind}), which a sandbox can't be given: what is in it are no files",
            path = shown(&source.path),
            kind,
        )),
    }
}

fn kind(handle: &OwnedFd) -> Option<u32> {
    // The type differs between processors, and with it the sign of some.
    Some(fstatfs(handle).ok()?.filesystem_type().0 as u32)
}

fn is_devtmpfs(device: u64) -> bool {
    let mounts = fs::read("/proc/self/mountinfo").unwrap_or_default();
    is_devtmpfs_in(&mounts, device)
}

fn is_devtmpfs_in(mounts: &[u8], device: u64) -> bool {
    let (major, minor) = (nix::sys::stat::major(device), nix::sys::stat::minor(device));
    let device = format!("{major}:{minor}");
    mounts.split(|byte| *byte == b'\n').any(|line| {
        let mut words = line.split(|byte| *byte == b' ');
        let is_it = words.nth(2) == Some(device.as_bytes());
        is_it && words.skip_while(|word| *word != b"-").nth(1) == Some(b"devtmpfs")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_told_from_other_files_in_memory() {
        let mounts = b"22 1 0:5 / /dev rw,nosuid shared:2 - devtmpfs udev rw\n\
            23 1 0:6 / /tmp rw - tmpfs devtmpfs rw\n";
        let device = |minor| nix::sys::stat::makedev(0, minor);
        assert!(is_devtmpfs_in(mounts, device(5)));
        assert!(!is_devtmpfs_in(mounts, device(6)));
        assert!(!is_devtmpfs_in(mounts, device(7)));
    }
}
