//! Tells file systems that hold files from those that are the kernel's own.

use std::fs;
use std::os::fd::OwnedFd;

use nix::sys::statfs::fstatfs;

use super::{Source, shown};

const AUTOFS: u32 = 0x0187;
const TMPFS: u32 = 0x0102_1994;
const RAMFS: u32 = 0x8584_58f6;

/// The numbers of those that are the kernel's own, and what they are called.
const OWN: [(u32, &str); 32] = [
    (AUTOFS, "autofs"),
    (0x1cd1, "devpts"),
    (0x9fa0, "proc"),
    (0x9fa2, "usbdevfs"),
    (0x0027_e0eb, "cgroup"),
    (0x0765_5821, "resctrl"),
    (0x0a64_7361, "functionfs"),
    (0x1980_0202, "mqueue"),
    (0x4249_4e4d, "binfmt_misc"),
    (0x4341_5d53, "smackfs"),
    (0x444d_4142, "dmabuf"),
    (0x5049_4446, "pidfs"),
    (0x534f_434b, "sockfs"),
    (0x5049_5045, "pipefs"),
    (0x5a3c_69f0, "apparmorfs"),
    (0x6165_676c, "pstore"),
    (0x6265_6570, "configfs"),
    (0x6265_6572, "sysfs"),
    (0x6367_7270, "cgroup2"),
    (0x6462_6720, "debugfs"),
    (0x6573_5543, "fusectl"),
    (0x6759_6969, "rpc_pipefs"),
    (0x6c6f_6f70, "binder"),
    (0x6e66_7364, "nfsd"),
    (0x6e73_6673, "nsfs"),
    (0x7363_6673, "securityfs"),
    (0x7472_6163, "tracefs"),
    (0x9584_58f6, "hugetlbfs"),
    (0xabba_1974, "xenfs"),
    (0xcafe_4a11, "bpf"),
    (0xde5e_81e4, "efivarfs"),
    (0xf97c_ff8c, "selinuxfs"),
];

/// Whether a directory waits for somebody to need what is mounted there.
pub(super) fn is_automount(directory: &OwnedFd) -> bool {
    kind(directory) == Some(AUTOFS)
}

/// The name of the file system that something is on, if it is the kernel's own: what is in it are no files, but the host
/// itself.
pub(super) fn own_kind(handle: &OwnedFd, device: u64) -> Option<&'static str> {
    let kind = kind(handle)?;
    if let Some((_, name)) = OWN.iter().find(|(own, _)| *own == kind) {
        return Some(name);
    }
    // The devices' own looks like any other in memory.
    ((kind == TMPFS || kind == RAMFS) && is_devtmpfs(device)).then_some("devtmpfs")
}

/// Whether something that was opened as a path, on the file system `device`, is of the kernel's own.
pub(crate) fn is_of_the_kernel(handle: &OwnedFd, device: u64) -> bool {
    own_kind(handle, device).is_some()
}

/// Refuses to give a sandbox what is on a file system of the kernel's own.
pub(crate) fn refuse_kernel_files(source: &Source) -> Result<(), String> {
    match own_kind(&source.handle, source.device) {
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
