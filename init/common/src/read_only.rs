//! Makes mounts read-only with everything that is mounted below them.

use std::ffi::{CString, OsStr};
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::libc;

const MOUNT_ATTR_RDONLY: u64 = 1;

/// `struct mount_attr` of the kernel.
#[repr(C)]
#[derive(Default)]
struct Attributes {
    set: u64,
    clear: u64,
    propagation: u64,
    user_namespace: u64,
}

/// Makes the mount at `target`, and those below it, read-only.
pub fn below(target: &Path) -> nix::Result<()> {
    let attributes = Attributes {
        set: MOUNT_ATTR_RDONLY,
        ..Attributes::default()
    };
    change(target, libc::AT_RECURSIVE, &attributes)
}

/// Makes the root read-only with all that is mounted below it, but what can be written to in `/dev` and `/proc`.
pub fn seal_root() -> nix::Result<()> {
    let table = fs::read("/proc/self/mountinfo").map_err(|_| Errno::EIO)?;
    let own = table.split(|byte| *byte == b'\n').filter_map(|line| {
        let mut words = line.split(|byte| *byte == b' ');
        let path = Path::new(OsStr::from_bytes(words.nth(4)?)).to_owned();
        let is_writable = words.next()?.starts_with(b"rw");
        let is_own = path.starts_with("/dev") || path.starts_with("/proc");
        (is_writable && is_own).then_some(path)
    });
    let own: Vec<PathBuf> = own.collect();
    below(Path::new("/"))?;
    let attributes = Attributes {
        clear: MOUNT_ATTR_RDONLY,
        ..Attributes::default()
    };
    for path in own {
        match change(&path, 0, &attributes) {
            // Another mount hides it.
            Err(Errno::EINVAL | Errno::ENOENT) => {}
            changed => changed?,
        }
    }
    Ok(())
}

fn change(target: &Path, flags: i32, attributes: &Attributes) -> nix::Result<()> {
    let path = CString::new(target.as_os_str().as_bytes()).map_err(|_| Errno::EINVAL)?;
    // SAFETY: the path is a C string, the structure has the size that is given; both outlive the call.
    let result = unsafe {
        libc::syscall(
            libc::SYS_mount_setattr,
            libc::AT_FDCWD,
            path.as_ptr(),
            flags | libc::AT_SYMLINK_NOFOLLOW,
            std::ptr::from_ref(attributes),
            size_of::<Attributes>(),
        )
    };
    Errno::result(result).map(drop)
}
