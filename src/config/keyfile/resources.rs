//! The groups `[resources]` and `[overlay]`: what the sandbox can use of the host. libvirt-sandbox 0.8 does not know them.

use glib::KeyFile;
use glib::subclass::prelude::*;

use super::value;
use crate::config::{Config, ConfigError, ConfigPropertiesExt};

const RESOURCES: &str = "resources";
const OVERLAY: &str = "overlay";
const OVERLAY_INCLUDE: &str = "overlay.include";
const BYTES: &str = msgid!("a number of bytes");

pub(super) fn load(config: &Config, file: &KeyFile) -> Result<(), ConfigError> {
    if let Some(memory) = value::number::<u64>(file, RESOURCES, "memory", BYTES)? {
        config.set_memory(memory);
    }
    if let Some(vcpus) =
        value::number::<u32>(file, RESOURCES, "vcpus", msgid!("a number of processors"))?
    {
        config.set_vcpus(vcpus);
    }
    if let Some(limit) = value::number::<u32>(
        file,
        RESOURCES,
        "cpulimit",
        msgid!("a number of thousandths of a processor"),
    )? {
        config.set_cpu_limit(limit);
    }
    if let Some(timeout) = value::number::<u64>(
        file,
        RESOURCES,
        "timeout",
        msgid!("a number of milliseconds"),
    )? {
        config.set_timeout(timeout);
    }
    config.set_overlay(value::boolean(file, OVERLAY, "enabled", false));
    if let Some(dir) = value::path(file, OVERLAY, "dir")? {
        config.set_overlay_dir(Some(dir));
    }
    for (_, group) in value::indexes(file, OVERLAY_INCLUDE, 0) {
        let target = value::required(file, &group, "dst")?;
        let source = value::required(file, &group, "src")?;
        let includes = &config.imp().root_includes;
        includes.borrow_mut().push((target, source));
    }
    if let Some(size) = value::number::<u64>(file, OVERLAY, "size", BYTES)? {
        config.set_overlay_size(size);
    }
    Ok(())
}

/// Only what is not the default, so that what 0.8 can understand is what it would have written.
pub(super) fn save(config: &Config, file: &KeyFile) {
    for (group, key, number) in [
        (RESOURCES, "memory", config.memory()),
        (RESOURCES, "vcpus", config.vcpus().into()),
        (RESOURCES, "cpulimit", config.cpu_limit().into()),
        (RESOURCES, "timeout", config.timeout()),
        (OVERLAY, "size", config.overlay_size()),
    ] {
        if number != 0 {
            file.set_uint64(group, key, number);
        }
    }
    if config.overlay() {
        file.set_boolean(OVERLAY, "enabled", true);
    }
    value::set_cell(file, OVERLAY, "dir", &config.imp().overlay_dir);
    let includes = config.imp().root_includes.borrow();
    for (index, (target, source)) in includes.iter().enumerate() {
        let group = format!("{OVERLAY_INCLUDE}.{index}");
        value::set_text(file, &group, "dst", target);
        value::set_text(file, &group, "src", source);
    }
}
