//! The groups `[mount.N]` and `[mount.N.include.M]`: the mounts and the files that are copied into them.

use glib::KeyFile;
use glib::prelude::*;
use glib::subclass::prelude::*;
use libvirt_glib::gconfig::DomainDiskFormat;

use super::value;
use crate::abi;
use crate::config::{
    Config, ConfigError, ConfigExt, ConfigMount, ConfigMountExt, ConfigMountFile,
    ConfigMountFilePropertiesExt, ConfigMountGuestBind, ConfigMountHostBind, ConfigMountHostImage,
    ConfigMountRam,
};

const LIMIT: usize = 1024;

pub(super) fn load(config: &Config, file: &KeyFile) -> Result<(), ConfigError> {
    register_classes();
    for (_, group) in value::indexes(file, "mount", LIMIT) {
        let mount = load_mount(file, &group)?;
        for (_, group) in value::indexes(file, &format!("{group}.include"), 0) {
            let target = value::required(file, &group, "dst")?;
            let source =
                value::text(file, &group, "src")?.ok_or_else(|| value::not_found(&group, "src"))?;
            mount.add_include(&source, &target);
        }
        config.add_mount(&mount);
    }
    Ok(())
}

fn load_mount(file: &KeyFile, group: &str) -> Result<ConfigMount, ConfigError> {
    let target = value::required_path(file, group, "target")?;
    let mount_type = value::named(
        file,
        group,
        "type",
        msgid!("the class of a mount"),
        |name| {
            glib::Type::from_name(name).filter(|mount_type| {
                mount_type.is_a(ConfigMount::static_type()) && !abi::is_abstract(*mount_type)
            })
        },
    )?;
    let mut mount = glib::Object::builder_with_type(mount_type).property("target", target);
    if mount_type.is_a(ConfigMountRam::static_type()) {
        let usage: Option<u64> = value::number(file, group, "usage", msgid!("a number of bytes"))?;
        mount = mount.property(
            "usage",
            usage.ok_or_else(|| value::missing(group, "usage"))?,
        );
    }
    if mount_type.is_a(ConfigMountHostImage::static_type()) {
        let format = value::named(
            file,
            group,
            "format",
            msgid!("the name of a disk image format"),
            DomainDiskFormat::from_nick,
        )?;
        mount = mount
            .property("format", format)
            .property("backing", value::boolean(file, group, "backing", false));
    }
    if mount_type.is_a(ConfigMountFile::static_type()) {
        mount = mount
            .property("source", value::required_path(file, group, "source")?)
            .property("readonly", value::boolean(file, group, "readonly", false));
    }
    mount.build().downcast().map_err(|_| {
        value::invalid(
            group,
            "type",
            mount_type.name(),
            msgid!("the class of a mount"),
        )
    })
}

pub(super) fn save(config: &Config, file: &KeyFile) {
    for (index, mount) in config.mounts().iter().enumerate() {
        let group = format!("mount.{index}");
        file.set_string(&group, "type", mount.type_().name());
        value::set_required(file, &group, "target", &mount.imp().target);
        if let Some(ram) = mount.downcast_ref::<ConfigMountRam>() {
            file.set_uint64(&group, "usage", ram.usage());
        }
        if let Some(image) = mount.downcast_ref::<ConfigMountHostImage>() {
            file.set_string(&group, "format", &image.format().nick().unwrap_or_default());
            if image.backing() {
                file.set_boolean(&group, "backing", true);
            }
        }
        if let Some(mount) = mount.downcast_ref::<ConfigMountFile>() {
            value::set_required(file, &group, "source", &mount.imp().source);
            // libvirt-sandbox 0.8 does not know the key.
            if mount.readonly() {
                file.set_boolean(&group, "readonly", true);
            }
        }
        for (index, (target, source)) in mount.includes().iter().enumerate() {
            let group = format!("{group}.include.{index}");
            value::set_text(file, &group, "dst", target);
            value::set_text(file, &group, "src", source);
        }
    }
}

/// GObject finds a class by its name only after somebody has used it.
fn register_classes() {
    ConfigMountHostBind::ensure_type();
    ConfigMountHostImage::ensure_type();
    ConfigMountGuestBind::ensure_type();
    ConfigMountRam::ensure_type();
}
