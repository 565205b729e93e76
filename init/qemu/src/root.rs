//! The root file system and the kernel's own file systems around it.

use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::Path;

use nix::mount::{MsFlags, mount};
use nix::unistd::{chdir, chroot};
use sandbox_init::{Error, OrError, hide};
use sandbox_plan::{Machine, Overlay};

use crate::cover::Covers;
use crate::host::{PRIVATE, ROOT, in_root, mount_host};
use crate::layers;

const NOSUID_NOEXEC: MsFlags = MsFlags::MS_NOSUID.union(MsFlags::MS_NOEXEC);
const KERNEL: MsFlags = NOSUID_NOEXEC.union(MsFlags::MS_NODEV);

/// Mounts what the first steps need, in the initrd.
pub fn mount_basics() -> Result<(), Error> {
    for (fstype, target) in [("proc", "/proc"), ("sysfs", "/sys"), ("devtmpfs", "/dev")] {
        mount_kernel(fstype, target, MsFlags::empty(), "")?;
    }
    Ok(())
}

/// Mounts the root file system, with what the host has mounted below it and fresh kernel file systems, and goes there for good.
pub fn enter(machine: &Machine, overlay: Option<&Overlay>) -> Result<(), Error> {
    match overlay {
        Some(overlay) => layers::mount_all(machine, overlay)?,
        None => mount_covered(machine)?,
    }
    mount_kernel_file_systems()?;
    switch().or_error(|| "enter the root file system".into())?;
    overlay.map_or(Ok(()), hide)
}

fn mount_covered(machine: &Machine) -> Result<(), Error> {
    let mut covers = Covers::default();
    fs::create_dir_all(ROOT).or_error(|| format!("create {ROOT}"))?;
    mount_host(&machine.root, Path::new(ROOT))?;
    // A cover of the root would hide what is mounted below it before.
    for path in ["/root/dev", "/root/proc", "/root/sys", "/root/run"] {
        if !covers.make_room(Path::new(path))? {
            // On a read-only root the mount tells what is missing.
            let _ = fs::create_dir(path);
        }
    }
    for host in &machine.below_root {
        let target = in_root(Path::new(&host.target));
        if covers.make_room(&target)? {
            mount_host(host, &target)?;
        }
    }
    covers.seal()
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
        // The initrd may be without it; on a root that can't be written to the mount tells what is missing.
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
