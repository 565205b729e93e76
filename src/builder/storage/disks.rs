//! The block devices of a sandbox: its disks and, in a virtual machine, the images it mounts.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use glib::prelude::*;
use libvirt_glib::gconfig::{self, DomainDisk, DomainDiskFormat, DomainDiskType};
use quick_xml::escape::escape;

use crate::builder::Builder;
use crate::builder::BuilderError;
use crate::builder::BuilderExt;
use crate::builder::elements::make;
use crate::builder::elements::text;
use crate::builder::storage::filesystems::Medium;
use crate::builder::storage::filesystems::image;
use crate::builder::storage::filesystems::image_source;
use crate::builder::storage::filesystems::nick;
use crate::builder::storage::filesystems::read_only;
use crate::builder::storage::image_header;
use crate::builder::storage::names;
use crate::builder::storage::sources::Source;
use crate::config::{Config, ConfigDisk, ConfigExt, ConfigMountHostImage};

/// Adds the disks of the configuration, in their order.
pub(crate) fn add_disks(
    builder: &Builder,
    config: &Config,
    domain: &gconfig::Domain,
) -> Result<(), BuilderError> {
    let disks = config.disks();
    check_tags(&disks)?;
    for (index, disk) in disks.iter().enumerate() {
        let path = disk.source().unwrap_or_default();
        let refused = |problem| BuilderError::Disk {
            tag: tag(disk),
            problem,
        };
        let (source, medium) = disk_source(config, disk.disk_type(), &path).map_err(refused)?;
        if !disk.backing() {
            image_header::refuse_others(&source, disk.format()).map_err(refused)?;
        }
        let prefix = builder
            .disk_prefix(config, disk)
            .ok_or_else(|| refused(tr!("the builder has no device names for disks")))?;
        let name = names::disk_name(&prefix.to_string_lossy(), index);
        let alone = alone(disk.backing());
        domain.add_device(&element(&source.path, medium, disk.format(), &name, alone)?);
    }
    Ok(())
}

/// Adds the images that a virtual machine mounts, after its disks.
pub(crate) fn add_images(config: &Config, domain: &gconfig::Domain) -> Result<(), BuilderError> {
    for mounted in names::machine_mounts(&config.mounts(), config.disks().len()) {
        let Some(image) = mounted.mount.downcast_ref::<ConfigMountHostImage>() else {
            continue;
        };
        let (source, medium) = image_source(config, &mounted.mount)?;
        let device = mounted.source.unwrap_or_default();
        let name = device.trim_start_matches("/dev/");
        let read_only = read_only(&mounted.mount);
        domain.add_device(&element(
            &source.path,
            medium,
            image.format(),
            name,
            read_only,
        )?);
    }
    Ok(())
}

/// What says that nothing is behind an image: libvirt does not look for more then, and gives QEMU nothing else.
pub(crate) fn alone(has_backing: bool) -> &'static str {
    if has_backing { "" } else { "<backingStore/>" }
}

/// A disk, with the elements `more`.
pub(crate) fn element(
    path: &Path,
    medium: Medium,
    format: DomainDiskFormat,
    name: &str,
    more: &str,
) -> Result<DomainDisk, BuilderError> {
    let (kind, attribute) = medium.names();
    let bus = if name.starts_with(names::MACHINE_DISKS) {
        " bus='virtio'"
    } else {
        ""
    };
    make(&format!(
        "<disk type='{kind}'><source {attribute}='{}'/><target dev='{}'{bus}/><driver type='{}'/>{more}</disk>",
        text(path)?,
        escape(name),
        nick(format),
    ))
}

fn disk_source(
    config: &Config,
    configured: DomainDiskType,
    path: &Path,
) -> Result<(Source, Medium), String> {
    match (configured, image(config, path)?) {
        (DomainDiskType::Block, (_, Medium::File)) => {
            Err(tr!("{path} is not a block device", path = path.display()))
        }
        (DomainDiskType::File | DomainDiskType::Block, found) => Ok(found),
        (other, _) => Err(tr!(
            "a sandbox can't have a disk of type '{kind}', use file or block",
            kind = other.nick().unwrap_or_default()
        )),
    }
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

    use libvirt_glib::gconfig::ToXml;
    use libvirt_glib::gobject::Connection;

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
        let builder = Builder::for_connection(&Connection::new(Some("lxc:///"))).unwrap();
        let domain = gconfig::Domain::new();
        add_disks(&builder, config.upcast_ref(), &domain)?;
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
