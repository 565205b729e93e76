//! The group `[machine]`: what only virtual machines need to know. It is not known to libvirt-sandbox 0.8.

use glib::KeyFile;

use super::value;
use crate::config::{Config, ConfigError, ConfigExt, VirtType};

const GROUP: &str = "machine";
const VIRT_TYPE: &str = "virttype";

pub(super) fn load(config: &Config, file: &KeyFile) -> Result<(), ConfigError> {
    let Some(name) = value::text(file, GROUP, VIRT_TYPE)? else {
        return Ok(());
    };
    let name = name.to_string_lossy();
    let virt_type = VirtType::from_name(&name)
        .ok_or_else(|| value::invalid(GROUP, VIRT_TYPE, &name, msgid!("'kvm' or 'qemu'")))?;
    config.set_virt_type(Some(virt_type));
    Ok(())
}

pub(super) fn save(config: &Config, file: &KeyFile) {
    if let Some(virt_type) = config.virt_type() {
        file.set_string(GROUP, VIRT_TYPE, virt_type.name());
    }
}
