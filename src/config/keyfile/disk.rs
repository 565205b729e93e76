//! The groups `[disk.N]`: the disks of the sandbox.

use glib::KeyFile;
use glib::subclass::prelude::*;
use libvirt_glib::gconfig::{DomainDiskFormat, DomainDiskType};

use super::value;
use crate::config::{Config, ConfigDisk, ConfigError, ConfigExt};

const LIMIT: usize = 1024;

pub(super) fn load(config: &Config, file: &KeyFile) -> Result<(), ConfigError> {
    for (_, group) in value::indexes(file, "disk", LIMIT) {
        let disk_type = value::named(
            file,
            &group,
            "type",
            msgid!("'file', 'block', 'dir' or 'network'"),
            DomainDiskType::from_nick,
        )?;
        let source = value::required(file, &group, "source")?;
        let tag = value::required(file, &group, "tag")?;
        let format = value::named(
            file,
            &group,
            "format",
            msgid!("the name of a disk image format"),
            DomainDiskFormat::from_nick,
        )?;
        let disk = ConfigDisk::new(disk_type, &tag, &source, format);
        disk.set_backing(value::boolean(file, &group, "backing", false));
        config.add_disk(&disk);
    }
    Ok(())
}

pub(super) fn save(config: &Config, file: &KeyFile) {
    for (index, disk) in config.disks().iter().enumerate() {
        let group = format!("disk.{index}");
        file.set_string(&group, "type", &disk.disk_type().nick().unwrap_or_default());
        value::set_required(file, &group, "source", &disk.imp().source);
        value::set_required(file, &group, "tag", &disk.imp().tag);
        file.set_string(&group, "format", &disk.format().nick().unwrap_or_default());
        // libvirt-sandbox 0.8 does not know the key.
        if disk.backing() {
            file.set_boolean(&group, "backing", true);
        }
    }
}
