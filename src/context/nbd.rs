//! Whether the host's kernel can give a container images that are not raw.

use std::path::{Path, PathBuf};

use glib::prelude::*;
use libvirt_glib::gconfig::DomainDiskFormat;
use nix::sys::utsname::uname;

use super::interactive::StartError;
use crate::builder::modules::ModuleTree;
use crate::config::{
    Config, ConfigExt, ConfigMountFile, ConfigMountFilePropertiesExt, ConfigMountHostImage,
};

/// Refuses images that libvirt could connect with a container only through a module that is missing.
pub(super) fn check(config: &Config) -> Result<(), StartError> {
    match image(config) {
        Some(path) if !is_there() => Err(StartError::Nbd(path)),
        _ => Ok(()),
    }
}

/// The first image that is not raw.
fn image(config: &Config) -> Option<PathBuf> {
    let disks = config.disks().into_iter();
    let disks = disks.map(|disk| (disk.format(), disk.source()));
    let mounts = config.mounts().into_iter();
    let mounts = mounts.filter_map(|mount| {
        let image = mount.downcast::<ConfigMountHostImage>().ok()?;
        let path = image.upcast_ref::<ConfigMountFile>().source();
        Some((image.format(), path))
    });
    disks
        .chain(mounts)
        .find(|(format, _)| *format != DomainDiskFormat::Raw)
        .map(|(_, path)| path.unwrap_or_default())
}

/// libvirt loads the module if need be.
fn is_there() -> bool {
    let installed = || {
        let system = uname().ok()?;
        let modules = Path::new("/lib/modules").join(system.release());
        ModuleTree::open(&modules).ok()?.resolve(["nbd"], []).ok()
    };
    Path::new("/sys/module/nbd").exists() || installed().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ConfigInteractive;

    #[test]
    fn raw_images_need_no_module() {
        let config = ConfigInteractive::new(c"box");
        config.add_disk_opts(c"file:a=/a.img").unwrap();
        config.add_mount_opts(c"host-image:/m=/b.raw").unwrap();
        assert_eq!(image(config.upcast_ref()), None);
        config.add_mount_opts(c"host-image:/n=/c.qcow2").unwrap();
        assert_eq!(image(config.upcast_ref()), Some("/c.qcow2".into()));
        config.add_disk_opts(c"file:d=/d.vmdk").unwrap();
        assert_eq!(image(config.upcast_ref()), Some("/d.vmdk".into()));
    }
}
