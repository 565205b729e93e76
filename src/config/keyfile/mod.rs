//! The key file that a configuration is kept in: which group holds what.

pub(super) mod command;
mod core;
mod disk;
mod env;
mod machine;
mod mount;
mod network;
mod resources;
mod security;
mod store;
pub(super) mod value;

use glib::KeyFile;
use glib::subclass::prelude::*;

use super::base::imp;
use super::{Config, ConfigError};
use crate::abi::config_slots::ConfigSlots;

pub(crate) use store::saved_command;
pub(super) use store::{load_from_data, load_from_path, save_to_data, save_to_path};

/// The defaults of the class.
impl ConfigSlots for imp::Config {
    fn load_config(&self, file: &KeyFile) -> Result<(), glib::Error> {
        Ok(load(&self.obj(), file)?)
    }

    fn save_config(&self, file: &KeyFile) {
        save(&self.obj(), file);
    }
}

/// Reads what every configuration has; name and class were read when the object was created.
fn load(config: &Config, file: &KeyFile) -> Result<(), ConfigError> {
    core::load(config, file)?;
    mount::load(config, file)?;
    env::load(config, file)?;
    disk::load(config, file)?;
    network::load(config, file)?;
    security::load(config, file)?;
    resources::load(config, file)?;
    machine::load(config, file)
}

/// Writes what every configuration has.
fn save(config: &Config, file: &KeyFile) {
    core::save(config, file);
    mount::save(config, file);
    env::save(config, file);
    disk::save(config, file);
    network::save(config, file);
    security::save(config, file);
    core::save_verbosity(config, file);
    machine::save(config, file);
    resources::save(config, file);
}
