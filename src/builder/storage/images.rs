//! The file systems of the images that a machine mounts, and the kernel modules for them.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use libvirt_glib::gconfig::DomainDiskFormat;
use sandbox_plan::{FILE_SYSTEMS, FileSystem, SUPERBLOCK_SIZE};

use super::mount::{Image, Medium};
use super::{Storage, sources};
use crate::builder::BuilderError;
use crate::builder::boot::modules::ModuleTree;
use crate::config::Config;

/// How long the path of a file may be that libvirt gives to a loop device, in bytes: Linux keeps 64 with the one at its end.
const LOOP_PATH: usize = 63;

/// The module files of a file system, in load order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DriverFiles {
    pub fstype: &'static str,
    pub files: Vec<PathBuf>,
}

/// What a machine needs to mount its images. The guest looks what is on an image that this process can't look into.
pub(crate) fn drivers(
    config: &Config,
    storage: &Storage,
    tree: &ModuleTree,
) -> Result<Vec<DriverFiles>, BuilderError> {
    let mut needed: Vec<&FileSystem> = Vec::new();
    let mut possible: &[FileSystem] = &[];
    for (mount, image) in storage.images() {
        match start_of(config, &image.path, image.format) {
            None => possible = &FILE_SYSTEMS,
            Some(start) => {
                let found = FileSystem::detect(&start)
                    .ok_or_else(|| mount.refused(unknown(&image.path)))?;
                if !needed.contains(&found) {
                    needed.push(found);
                }
            }
        }
    }
    if storage.kept().is_some() {
        // Where it is kept is an image, too.
        needed.extend(FileSystem::named("ext4").filter(|found| !needed.contains(found)));
    }
    let mut all = Vec::new();
    for found in needed {
        all.push(driver(found, tree)?);
    }
    // A kernel that lacks one of these may mount the image all the same.
    all.extend(possible.iter().filter_map(|known| driver(known, tree).ok()));
    Ok(all)
}

/// Refuses files that a container can't have as block devices: libvirt tells the path of each to a loop device.
pub(crate) fn refuse_long_paths(storage: &Storage) -> Result<(), BuilderError> {
    let problem = |image: &Image| {
        let is_loop = image.medium == Medium::File && image.format == DomainDiskFormat::Raw;
        let length = image.path.as_os_str().len();
        (is_loop && length > LOOP_PATH).then(|| {
            tr!(
                "the path {path} is too long: libvirt takes at most {most} bytes for an image of a container; move it, or use a virtual machine",
                path = image.path.display(),
                most = LOOP_PATH
            )
        })
    };
    for disk in &storage.disks {
        if let Some(problem) = problem(&disk.image) {
            return Err(BuilderError::Disk {
                tag: disk.tag.clone(),
                problem,
            });
        }
    }
    for (mount, image) in storage.images() {
        if let Some(problem) = problem(image) {
            return Err(mount.refused(problem));
        }
    }
    Ok(())
}

/// What is said of an image without a file system.
pub(crate) fn unknown(image: &Path) -> String {
    let known = FILE_SYSTEMS.each_ref().map(|known| known.fstype).join(", ");
    tr!(
        "{image} holds no file system that sandboxes know: make one of {known} on it, without partitions",
        image = image.display(),
        known
    )
}

fn driver(found: &FileSystem, tree: &ModuleTree) -> Result<DriverFiles, BuilderError> {
    // Drivers look for them while they are loaded.
    let mut files = tree.resolve([], found.helpers.iter().copied())?;
    files.extend(tree.resolve([found.module()], [])?);
    Ok(DriverFiles {
        fstype: found.fstype,
        files,
    })
}

/// The start of an image, unless it can't be read here, or not without knowledge of its format. Whether it can be given to the
/// sandbox is told elsewhere.
pub(crate) fn start_of(config: &Config, path: &Path, format: DomainDiskFormat) -> Option<Vec<u8>> {
    if format != DomainDiskFormat::Raw {
        return None;
    }
    let image = sources::find(config, path).ok()?;
    let read = || -> io::Result<Vec<u8>> {
        let mut start = Vec::with_capacity(SUPERBLOCK_SIZE);
        image
            .open()?
            .take(SUPERBLOCK_SIZE as u64)
            .read_to_end(&mut start)?;
        Ok(start)
    };
    read().ok()
}

#[cfg(test)]
mod tests {
    use glib::prelude::*;

    use super::*;
    use crate::config::{ConfigExt, ConfigInteractive};

    const DEPENDENCIES: &str = "\
kernel/xfs.ko: kernel/libcrc32c.ko
kernel/libcrc32c.ko:
kernel/crc32c_generic.ko:
kernel/isofs.ko:
";

    fn tree() -> (tempfile::TempDir, ModuleTree) {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("modules.dep"), DEPENDENCIES).unwrap();
        let tree = ModuleTree::open(dir.path()).unwrap();
        (dir, tree)
    }

    fn found(image: &[u8], format: &str) -> Result<Vec<(&'static str, Vec<String>)>, String> {
        let (dir, tree) = tree();
        let path = dir.path().join("image");
        std::fs::write(&path, image).unwrap();
        let option = format!(
            "host-image:/data={},format={format},backing=allow",
            path.display()
        );
        let config = ConfigInteractive::new(c"box");
        config
            .add_mount_opts(&std::ffi::CString::new(option).unwrap())
            .unwrap();
        let storage = Storage::look_up(config.upcast_ref()).map_err(|error| error.to_string())?;
        let drivers =
            drivers(config.upcast_ref(), &storage, &tree).map_err(|error| error.to_string())?;
        let names = |files: &[PathBuf]| -> Vec<String> {
            files
                .iter()
                .map(|file| crate::builder::boot::modules::guest_file_name(file))
                .collect()
        };
        Ok(drivers
            .iter()
            .map(|driver| (driver.fstype, names(&driver.files)))
            .collect())
    }

    #[test]
    fn an_image_needs_the_driver_of_its_file_system_and_no_other() {
        let needed = ["crc32c_generic.ko", "libcrc32c.ko", "xfs.ko"].map(str::to_owned);
        assert_eq!(found(b"XFSB", "raw").unwrap(), [("xfs", needed.to_vec())]);
    }

    #[test]
    fn an_image_without_a_file_system_is_refused_by_name() {
        let message = found(b"nothing", "raw").unwrap_err();
        assert!(message.contains("/image holds no file system"), "{message}");
        assert!(message.contains("'/data'"), "{message}");
    }

    #[test]
    fn a_kernel_without_the_driver_is_told() {
        let message = found(b"hsqs", "raw").unwrap_err();
        assert!(message.contains("has no module squashfs"), "{message}");
    }

    #[test]
    fn what_cannot_be_looked_into_gets_every_driver_there_is() {
        let found: Vec<_> = found(b"QFI\xfb", "qcow2").unwrap();
        let fstypes: Vec<_> = found.into_iter().map(|(fstype, _)| fstype).collect();
        assert_eq!(fstypes, ["xfs", "iso9660"]);
    }
}
