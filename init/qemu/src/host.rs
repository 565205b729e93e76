//! What the host gives: the root file system, and what is mounted below it there.

use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::mount::{MsFlags, mount};
use sandbox_init::{Error, Options, OrError};
use sandbox_plan::Mount;

/// Mount point of the root file system in the initrd.
pub const ROOT: &str = "/root";

pub const PRIVATE: MsFlags = MsFlags::MS_NOSUID.union(MsFlags::MS_NODEV);

/// Where a path of the root is before it is entered.
pub fn in_root(path: &Path) -> PathBuf {
    Path::new(ROOT).join(path.strip_prefix("/").unwrap_or(path))
}

/// Mounts the root or what is below it. The host may have unmounted what is below meanwhile: then it is not there.
pub fn mount_host(host: &Mount, target: &Path) -> Result<bool, Error> {
    let mut options = Options::parse(&host.options);
    options.flags |= PRIVATE;
    if host.read_only {
        options.flags |= MsFlags::MS_RDONLY;
    }
    let is_root = host.target == "/";
    let (source, data) = (host.source.as_os_str(), options.data.as_str());
    let fstype = Some(host.fstype.as_str());
    match mount(Some(source), target, fstype, options.flags, Some(data)) {
        Err(Errno::ENODEV) if !is_root => Ok(false),
        mounted => mounted.map(|()| true).or_error(|| {
            let (what, source) = (
                if is_root { "root" } else { "file system" },
                source.display(),
            );
            format!("mount the {what} {source} of type {}", host.fstype)
        }),
    }
}
