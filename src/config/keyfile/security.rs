//! The group `[security]`: the label that confines the sandbox.

use glib::KeyFile;
use glib::subclass::prelude::*;

use super::value;
use crate::config::{Config, ConfigError, ConfigPropertiesExt};

const GROUP: &str = "security";

pub(super) fn load(config: &Config, file: &KeyFile) -> Result<(), ConfigError> {
    config.set_security_label(value::path(file, GROUP, "label")?.as_deref());
    config.set_security_dynamic(value::boolean(file, GROUP, "dynamic", true));
    config.set_seccomp(value::boolean(file, GROUP, "seccomp", true));
    config.set_userns(value::boolean(file, GROUP, "userns", false));
    Ok(())
}

pub(super) fn save(config: &Config, file: &KeyFile) {
    value::set_cell(file, GROUP, "label", &config.imp().security_label);
    file.set_boolean(GROUP, "dynamic", config.security_dynamic());
    // libvirt-sandbox 0.8 does not know these keys.
    if !config.seccomp() {
        file.set_boolean(GROUP, "seccomp", false);
    }
    if config.userns() {
        file.set_boolean(GROUP, "userns", true);
    }
}
