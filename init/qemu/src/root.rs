//! The root file system and the kernel's own file systems around it.

use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::Path;

use nix::mount::{MsFlags, mount};
use nix::unistd::{chdir, chroot};
use sandbox_init::{Error, Options, OrError, hide, leave_store, open_store, stack};
use sandbox_plan::{Mount, Overlay};

/// Mount point of the root file system in the initrd.
const ROOT: &str = "/root";

/// Where it is mounted when it is covered by a layer, and where that is meanwhile.
const LOWER: &str = "/lower";
const STORE: &str = "/store";

const NOSUID_NOEXEC: MsFlags = MsFlags::MS_NOSUID.union(MsFlags::MS_NOEXEC);
const KERNEL: MsFlags = NOSUID_NOEXEC.union(MsFlags::MS_NODEV);
const PRIVATE: MsFlags = MsFlags::MS_NOSUID.union(MsFlags::MS_NODEV);

/// Mounts what the first steps need, in the initrd.
pub fn mount_basics() -> Result<(), Error> {
    for (fstype, target) in [("proc", "/proc"), ("sysfs", "/sys"), ("devtmpfs", "/dev")] {
        mount_kernel(fstype, target, MsFlags::empty(), "")?;
    }
    Ok(())
}

/// Mounts the root file system, with fresh kernel file systems on it, and goes there for good.
pub fn enter(root: &Mount, overlay: Option<&Overlay>) -> Result<(), Error> {
    if let Some(overlay) = overlay {
        let (lower, store) = (Path::new(LOWER), Path::new(STORE));
        mount_root(root, LOWER)?;
        open_store(&overlay.store, store)?;
        fs::create_dir_all(ROOT).or_error(|| format!("create {ROOT}"))?;
        stack(lower, &store.join("root"), Path::new(ROOT), PRIVATE)?;
        leave_store(store)?;
    } else {
        mount_root(root, ROOT)?;
    }
    mount_kernel_file_systems()?;
    switch().or_error(|| "enter the root file system".into())?;
    overlay.map_or(Ok(()), hide)
}

fn mount_root(root: &Mount, target: &str) -> Result<(), Error> {
    let mut options = Options::parse(&root.options);
    options.flags |= PRIVATE;
    if root.read_only {
        options.flags |= MsFlags::MS_RDONLY;
    }
    fs::create_dir_all(target).or_error(|| format!("create {target}"))?;
    mount(
        Some(root.source.as_os_str()),
        target,
        Some(root.fstype.as_str()),
        options.flags,
        Some(options.data.as_str()),
    )
    .or_error(|| {
        let source = root.source.to_string_lossy();
        format!("mount the root {source} of type {}", root.fstype)
    })
}

fn mount_kernel_file_systems() -> Result<(), Error> {
    mount_kernel("devtmpfs", "/root/dev", NOSUID_NOEXEC, "mode=755")?;
    mount_kernel("proc", "/root/proc", KERNEL, "")?;
    mount_kernel("sysfs", "/root/sys", KERNEL | MsFlags::MS_RDONLY, "")?;
    mount_kernel("tmpfs", "/root/run", PRIVATE, "mode=755")?;
    for path in ["/root/dev/pts", "/root/dev/shm"] {
        fs::create_dir_all(path).or_error(|| format!("create {path}"))?;
    }
    let pty_options = "gid=5,mode=620,ptmxmode=666";
    mount_kernel("devpts", "/root/dev/pts", NOSUID_NOEXEC, pty_options)?;
    mount_kernel("tmpfs", "/root/dev/shm", PRIVATE, "mode=1777")?;
    link_standard_streams().or_error(|| "create links in /dev".into())
}

fn mount_kernel(fstype: &str, target: &str, flags: MsFlags, options: &str) -> Result<(), Error> {
    if !Path::new(target).exists() {
        // The initrd may be without it; on a read-only root the mount tells what is missing.
        let _ = fs::create_dir(target);
    }
    mount(Some(fstype), target, Some(fstype), flags, Some(options))
        .or_error(|| format!("mount {fstype} on {target}"))
}

fn link_standard_streams() -> io::Result<()> {
    for (target, name) in [
        ("/proc/self/fd", "fd"),
        ("/proc/self/fd/0", "stdin"),
        ("/proc/self/fd/1", "stdout"),
        ("/proc/self/fd/2", "stderr"),
    ] {
        match symlink(target, Path::new("/root/dev").join(name)) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            other => other?,
        }
    }
    Ok(())
}

fn switch() -> nix::Result<()> {
    let none = None::<&str>;
    chdir(ROOT)?;
    mount(Some("."), "/", none, MsFlags::MS_MOVE, none)?;
    chroot(".")?;
    chdir("/")
}
