//! The groups `[core]` and `[identity]`: what runs, on which kernel, and as whom.

use std::path::Path;

use glib::KeyFile;
use glib::subclass::prelude::*;

use super::value;
use crate::config::{Config, ConfigError, ConfigExt, ConfigPropertiesExt};

const CORE: &str = "core";
const IDENTITY: &str = "identity";

pub(super) fn load(config: &Config, file: &KeyFile) -> Result<(), ConfigError> {
    type Setter = fn(&Config, Option<&Path>);
    let strings: [(&str, &str, Setter); 9] = [
        (CORE, "root", |config, text| config.set_root(text)),
        (CORE, "arch", |config, text| config.set_arch(text)),
        (CORE, "kernrelease", |config, text| {
            config.set_kernrelease(text)
        }),
        (CORE, "kernpath", |config, text| config.set_kernpath(text)),
        (CORE, "kmodpath", |config, text| config.set_kmodpath(text)),
        (CORE, "workdir", |config, text| config.set_workdir(text)),
        (CORE, "hostname", |config, text| config.set_hostname(text)),
        (IDENTITY, "username", |config, text| {
            config.set_username(text)
        }),
        (IDENTITY, "homedir", |config, text| config.set_homedir(text)),
    ];
    for (group, key, set) in strings {
        if let Some(text) = value::path(file, group, key)? {
            set(config, Some(&text));
        }
    }
    config.set_uuid(value::path(file, CORE, "uuid")?.as_deref());
    config.set_shell(value::boolean(file, CORE, "shell", false));
    config.set_debug(value::boolean(file, CORE, "debug", false));
    config.set_verbose(value::boolean(file, CORE, "verbose", false));
    if let Some(uid) = value::number::<u32>(file, IDENTITY, "uid", msgid!("a user id"))? {
        config.set_uid(uid);
    }
    if let Some(gid) = value::number::<u32>(file, IDENTITY, "gid", msgid!("a group id"))? {
        config.set_gid(gid);
    }
    config.set_privileged(value::boolean(file, IDENTITY, "privileged", false));
    Ok(())
}

pub(super) fn save(config: &Config, file: &KeyFile) {
    let imp = config.imp();
    value::set_cell(file, CORE, "name", &imp.name);
    value::set_cell(file, CORE, "uuid", &imp.uuid);
    value::set_cell(file, CORE, "root", &imp.root);
    value::set_cell(file, CORE, "arch", &imp.arch);
    value::set_cell(file, CORE, "kernrelease", &imp.kernrelease);
    value::set_cell(file, CORE, "kernpath", &imp.kernpath);
    value::set_cell(file, CORE, "kmodpath", &imp.kmodpath);
    value::set_cell(file, CORE, "workdir", &imp.workdir);
    value::set_cell(file, CORE, "hostname", &imp.hostname);
    file.set_boolean(CORE, "shell", config.shell());

    file.set_uint64(IDENTITY, "uid", config.uid().into());
    file.set_uint64(IDENTITY, "gid", config.gid().into());
    value::set_cell(file, IDENTITY, "username", &imp.username);
    value::set_cell(file, IDENTITY, "homedir", &imp.homedir);
    // libvirt-sandbox 0.8 does not know the key.
    if config.privileged() {
        file.set_boolean(IDENTITY, "privileged", true);
    }
}

/// The two keys that the format has at the end of the group.
pub(super) fn save_verbosity(config: &Config, file: &KeyFile) {
    file.set_boolean(CORE, "debug", config.debug());
    file.set_boolean(CORE, "verbose", config.verbose());
}
