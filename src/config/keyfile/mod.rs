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

use super::{Config, ConfigError};

pub(crate) use store::saved_command;
pub(super) use store::{load_from_data, load_from_path, save_to_data, save_to_path};

/// Reads what every configuration has; name and class were read when the object was created.
pub(super) fn load(config: &Config, file: &KeyFile) -> Result<(), ConfigError> {
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
pub(super) fn save(config: &Config, file: &KeyFile) {
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
