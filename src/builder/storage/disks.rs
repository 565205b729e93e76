//! The block devices of a sandbox: its disks and, in a virtual machine, the images it mounts.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use libvirt_glib::gconfig::{self, DomainDisk, DomainDiskType};
use quick_xml::escape::escape;

use super::mount::{Image, Medium, Mount};
use super::names;
use crate::builder::BuilderError;
use crate::builder::domain::xml::{make, nick, text};
use crate::config::{Config, ConfigDisk, ConfigExt};

/// A disk of a sandbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Disk {
    /// What the sandbox knows it by.
    pub tag: PathBuf,
    pub image: Image,
}

fn refused(tag: &Path, problem: String) -> BuilderError {
    BuilderError::Disk {
        tag: tag.to_owned(),
        problem,
    }
}

/// Looks up the disks of a configuration, in their order, and refuses what can't be had.
pub(crate) fn look_up(config: &Config) -> Result<Vec<Disk>, BuilderError> {
    let disks = config.disks();
    check_tags(&disks)?;
    let look_up = |disk: &ConfigDisk| {
        let image = find(config, disk).map_err(|problem| refused(&tag(disk), problem))?;
        Ok(Disk {
            tag: tag(disk),
            image,
        })
    };
    disks.iter().map(look_up).collect()
}

fn find(config: &Config, disk: &ConfigDisk) -> Result<Image, String> {
    let path = disk.source().unwrap_or_default();
    let image = Image::find(config, &path, disk.format(), disk.backing())?;
    match (disk.disk_type(), image.medium) {
        (DomainDiskType::Block, Medium::File) => {
            Err(tr!("{path} is not a block device", path = path.display()))
        }
        (DomainDiskType::File | DomainDiskType::Block, _) => Ok(image),
        (other, _) => Err(tr!(
            "a sandbox can't have a disk of type '{kind}', use file or block",
            kind = other.nick().unwrap_or_default()
        )),
    }
}

/// Adds the disks, in their order; `prefixes` are what the names of their devices start with.
pub(crate) fn add_disks(
    disks: &[Disk],
    prefixes: &[String],
    domain: &gconfig::Domain,
) -> Result<(), BuilderError> {
    for (index, (disk, prefix)) in disks.iter().zip(prefixes).enumerate() {
        let name = names::disk_name(prefix, index);
        let alone = alone(disk.image.has_backing);
        domain.add_device(&element(&disk.image, &name, alone)?);
    }
    Ok(())
}

/// Adds the images that a virtual machine mounts, after its disks.
pub(crate) fn add_images(
    mounts: &[Mount],
    disks: &[Disk],
    domain: &gconfig::Domain,
) -> Result<(), BuilderError> {
    let sources = names::machine_sources(mounts, disks.len());
    for (mount, source) in mounts.iter().zip(sources) {
        let (Some(image), Some(device)) = (mount.image(), source) else {
            continue;
        };
        let name = device.trim_start_matches("/dev/");
        domain.add_device(&element(image, name, read_only(mount.read_only))?);
    }
    Ok(())
}

/// The element that keeps something from being written to.
pub(crate) fn read_only(is_read_only: bool) -> &'static str {
    if is_read_only { "<readonly/>" } else { "" }
}

/// What says that nothing is behind an image: libvirt does not look for more then, and gives QEMU nothing else.
pub(crate) fn alone(has_backing: bool) -> &'static str {
    if has_backing { "" } else { "<backingStore/>" }
}

/// A disk, with the elements `more`.
pub(crate) fn element(image: &Image, name: &str, more: &str) -> Result<DomainDisk, BuilderError> {
    let (kind, attribute) = image.medium.names();
    let bus = if name.starts_with(names::MACHINE_DISKS) {
        " bus='virtio'"
    } else {
        ""
    };
    make(&format!(
        "<disk type='{kind}'><source {attribute}='{}'/><target dev='{}'{bus}/><driver type='{}'/>{more}</disk>",
        text(&image.path)?,
        escape(name),
        nick(image.format),
    ))
}

/// A tag becomes the name of a link in the sandbox's /dev/disk/by-tag.
fn check_tags(disks: &[ConfigDisk]) -> Result<(), BuilderError> {
    let mut seen = HashSet::new();
    for disk in disks {
        let tag = tag(disk);
        let name = tag.to_string_lossy();
        let problem = if name.is_empty() || name == "." || name == ".." || name.len() > 255 {
            tr!("a tag has to be a file name")
        } else if name.contains(|letter: char| letter == '/' || letter.is_control()) {
            tr!("a tag has no '/' and no control characters")
        } else if !seen.insert(tag.clone()) {
            tr!("another disk has the same tag")
        } else {
            continue;
        };
        return Err(BuilderError::Disk { tag, problem });
    }
    Ok(())
}

fn tag(disk: &ConfigDisk) -> PathBuf {
    disk.tag().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::ffi::CString;

    use glib::prelude::*;
    use libvirt_glib::gconfig::{DomainDiskFormat, ToXml};

    use super::*;
    use crate::config::ConfigInteractive;

    fn built(disks: &[(DomainDiskType, &str, &Path)]) -> Result<String, BuilderError> {
        let config = ConfigInteractive::new(c"box");
        for (disk_type, tag, path) in disks {
            let path = CString::new(path.to_str().unwrap()).unwrap();
            let tag = CString::new(*tag).unwrap();
            config.add_disk(&ConfigDisk::new(
                *disk_type,
                &tag,
                &path,
                DomainDiskFormat::Raw,
            ));
        }
        let domain = gconfig::Domain::new();
        let found = look_up(config.upcast_ref())?;
        let prefixes = vec!["sd".to_owned(); found.len()];
        add_disks(&found, &prefixes, &domain)?;
        Ok(domain.to_xml().to_string())
    }

    #[test]
    fn a_disk_that_cannot_be_used_is_refused_by_its_tag() {
        let image = tempfile::NamedTempFile::new().unwrap();
        let file = (DomainDiskType::File, "a", image.path());
        let xml = built(&[file]).unwrap();
        assert!(xml.contains(r#"<target dev="sda"/>"#), "{xml}");
        for (disks, problem) in [
            (&[file, file][..], "'a': another disk has the same tag"),
            (
                &[(DomainDiskType::File, "", image.path())],
                "'': a tag has to be a file name",
            ),
            (
                &[(DomainDiskType::File, "..", image.path())],
                "'..': a tag has to be a file name",
            ),
            (
                &[(DomainDiskType::File, "a/b", image.path())],
                "'a/b': a tag has no '/'",
            ),
            (
                &[(DomainDiskType::File, "a\tb", image.path())],
                "a tag has no '/' and no control",
            ),
            (
                &[(DomainDiskType::File, "a", Path::new("/none.img"))],
                "/none.img: No such file",
            ),
            (
                &[(DomainDiskType::File, "a", Path::new("x.img"))],
                "'x.img' is not an absolute path",
            ),
            (
                &[(DomainDiskType::File, "a", Path::new("/tmp"))],
                "/tmp is neither a file nor",
            ),
            (
                &[(DomainDiskType::Block, "a", image.path())],
                "is not a block device",
            ),
            (
                &[(DomainDiskType::Network, "a", image.path())],
                "a disk of type 'network'",
            ),
        ] {
            let message = built(disks).unwrap_err().to_string();
            assert!(message.contains(problem), "{message}");
        }
    }
}
