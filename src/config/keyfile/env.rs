//! The groups `[env.N]`: the environment of the program.

use glib::KeyFile;

use super::value;
use crate::config::{Config, ConfigError, ConfigExt};

const LIMIT: usize = 1024;

pub(super) fn load(config: &Config, file: &KeyFile) -> Result<(), ConfigError> {
    for (_, group) in value::indexes(file, "env", LIMIT) {
        let key = value::required(file, &group, "key")?;
        let text = value::required(file, &group, "value")?;
        config.add_env(&key, &text);
    }
    Ok(())
}

pub(super) fn save(config: &Config, file: &KeyFile) {
    for (index, (key, text)) in config.envs().iter().enumerate() {
        let group = format!("env.{index}");
        value::set_text(file, &group, "key", key);
        value::set_text(file, &group, "value", text);
    }
}
