//! Whether the host's kernel, which is a container's too, has what a container is to be given.

use std::fs;
use std::path::{Path, PathBuf};

use glib::prelude::*;
use libvirt_glib::gconfig::DomainDiskFormat;
use nix::sys::utsname::uname;
use sandbox_plan::FileSystem;
use thiserror::Error;

use crate::builder::boot::modules::ModuleTree;
use crate::builder::storage::{configured, images};
use crate::config::{
    Config, ConfigExt, ConfigMountFile, ConfigMountFilePropertiesExt, ConfigMountHostImage,
};

/// What the host's kernel lacks.
#[derive(Debug, Error)]
pub enum HostKernelError {
    /// libvirt could not connect an image with the container.
    #[error(
        "{}",
        tr!(
            "cannot use the image {path} in a container: it is not raw, and the kernel of this host has no module nbd; convert it with 'qemu-img convert', or use a virtual machine",
            path = .0.display(),
        )
    )]
    Nbd(PathBuf),
    /// An image can't be mounted.
    #[error(
        "{}",
        tr!(
            "cannot mount the image {image} in a container: the kernel of this host has no file system {fstype}; use a virtual machine",
            image = image.display(),
            fstype,
        )
    )]
    FileSystem {
        /// The image.
        image: PathBuf,
        /// What is on it.
        fstype: &'static str,
    },
    /// An image holds nothing to mount.
    #[error("{}", tr!("cannot mount an image: {problem}", problem = images::unknown(.0)))]
    NoFileSystem(PathBuf),
    /// The root can't be made writable.
    #[error(
        "{}",
        tr!(
            "cannot make the root of a container writable: the kernel of this host has no overlayfs; use a virtual machine"
        )
    )]
    Overlay,
}

/// Refuses what a container can't be given here.
pub(super) fn check(config: &Config) -> Result<(), HostKernelError> {
    if let Some(path) = image_with_format(config)
        && !has_module("nbd")
    {
        return Err(HostKernelError::Nbd(path));
    }
    if configured::has_overlay(config) && !has_file_system("overlay", "overlay") {
        return Err(HostKernelError::Overlay);
    }
    for (image, _) in mounted_images(config) {
        // What can't be read here libvirt may be able to.
        let Some(start) = images::start_of(config, &image, DomainDiskFormat::Raw) else {
            continue;
        };
        match FileSystem::detect(&start) {
            None => return Err(HostKernelError::NoFileSystem(image)),
            Some(found) if has_file_system(found.fstype, found.module()) => {}
            Some(FileSystem { fstype, .. }) => {
                return Err(HostKernelError::FileSystem { image, fstype });
            }
        }
    }
    Ok(())
}

/// The first image that is not raw.
fn image_with_format(config: &Config) -> Option<PathBuf> {
    let disks = config.disks().into_iter();
    let disks = disks.map(|disk| (disk.source().unwrap_or_default(), disk.format()));
    disks
        .chain(mounted_images(config))
        .find(|(_, format)| *format != DomainDiskFormat::Raw)
        .map(|(path, _)| path)
}

fn mounted_images(config: &Config) -> Vec<(PathBuf, DomainDiskFormat)> {
    let mounts = config.mounts().into_iter();
    let images = mounts.filter_map(|mount| {
        let image = mount.downcast::<ConfigMountHostImage>().ok()?;
        let path = image.upcast_ref::<ConfigMountFile>().source();
        Some((path.unwrap_or_default(), image.format()))
    });
    images.collect()
}

/// The kernel loads the module of a file system when it is mounted.
fn has_file_system(fstype: &str, module: &str) -> bool {
    let known = fs::read_to_string("/proc/filesystems").unwrap_or_default();
    known
        .lines()
        .any(|line| line.split_whitespace().next_back() == Some(fstype))
        || has_module(module)
}

/// libvirt, or the kernel itself, loads the module if need be.
fn has_module(name: &str) -> bool {
    let installed = || {
        let system = uname().ok()?;
        let modules = Path::new("/lib/modules").join(system.release());
        ModuleTree::open(&modules).ok()?.resolve([name], []).ok()
    };
    Path::new("/sys/module").join(name).exists() || installed().is_some()
}

#[cfg(test)]
mod tests {
    use std::ffi::CString;

    use super::*;
    use crate::config::ConfigInteractive;

    #[test]
    fn raw_images_need_no_module() {
        let config = ConfigInteractive::new(c"box");
        let image = || image_with_format(config.upcast_ref());
        config.add_disk_opts(c"file:a=/a.img").unwrap();
        config.add_mount_opts(c"host-image:/m=/b.raw").unwrap();
        assert_eq!(image(), None);
        config.add_mount_opts(c"host-image:/n=/c.qcow2").unwrap();
        assert_eq!(image(), Some("/c.qcow2".into()));
        config.add_disk_opts(c"file:d=/d.vmdk").unwrap();
        assert_eq!(image(), Some("/d.vmdk".into()));
    }

    #[test]
    fn an_image_is_looked_into_before_the_start() {
        let image = tempfile::NamedTempFile::new().unwrap();
        let config = ConfigInteractive::new(c"box");
        let option = format!("host-image:/m={},format=raw", image.path().display());
        config
            .add_mount_opts(&CString::new(option).unwrap())
            .unwrap();
        let message = check(config.upcast_ref()).unwrap_err().to_string();
        assert!(message.contains("holds no file system"), "{message}");
    }

    #[test]
    fn the_kernel_tells_what_it_has() {
        assert!(has_file_system("proc", "proc"));
        assert!(!has_file_system("nosuchfs", "nosuchfs"));
    }
}
