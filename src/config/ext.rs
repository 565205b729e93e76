//! What can be done with any configuration, beyond its properties.

use std::ffi::{CStr, CString};
use std::path::Path;

use glib::prelude::*;
use glib::subclass::prelude::*;

use super::{Config, ConfigError, VirtType, env, keyfile, security};
use crate::capi::config_class as class;

/// What can be done with any configuration.
pub trait ConfigExt: IsA<Config> {
    /// The program to run and its arguments.
    fn command(&self) -> Vec<CString> {
        class::get_command(self.upcast_ref())
    }

    /// Reads the settings that the class keeps in `file`.
    fn load_config(&self, file: &glib::KeyFile) -> Result<(), glib::Error> {
        class::load_config(self.upcast_ref(), file)
    }

    /// Writes the settings of the class to `file`.
    fn save_config(&self, file: &glib::KeyFile) {
        class::save_config(self.upcast_ref(), file);
    }

    /// Writes the configuration to a new file, readable by its owner alone when there is an environment in it.
    fn save_to_path(&self, path: &Path) -> Result<(), ConfigError> {
        keyfile::save_to_path(self.upcast_ref(), path)
    }

    /// The configuration as the text of a key file.
    fn save_to_data(&self) -> glib::GString {
        keyfile::save_to_data(self.upcast_ref())
    }

    /// Sets the UUID of the sandbox's domain.
    fn set_uuid(&self, uuid: Option<&Path>) {
        let config: &Config = self.upcast_ref();
        config.imp().uuid.set_os(uuid.map(Path::as_os_str));
        config.notify("uuid");
    }

    /// Whether the sandbox and the library report what they do in detail.
    fn debug(&self) -> bool {
        self.upcast_ref().imp().debug.get()
    }

    /// Makes the sandbox and the library report what they do in detail, or not.
    fn set_debug(&self, debug: bool) {
        self.upcast_ref().imp().debug.set(debug);
    }

    /// Whether the library reports what it does.
    fn verbose(&self) -> bool {
        self.upcast_ref().imp().verbose.get()
    }

    /// Makes the library report what it does, or not.
    fn set_verbose(&self, verbose: bool) {
        self.upcast_ref().imp().verbose.set(verbose);
    }

    /// Whether the program keeps capabilities.
    fn privileged(&self) -> bool {
        self.upcast_ref().imp().privileged.get()
    }

    /// Lets the program keep the capabilities that its kind of sandbox has for root, or none.
    fn set_privileged(&self, privileged: bool) {
        self.upcast_ref().imp().privileged.set(privileged);
    }

    /// Which hypervisor must run the virtual machine; `None` leaves that to the library.
    fn virt_type(&self) -> Option<VirtType> {
        self.upcast_ref().imp().virt_type.get()
    }

    /// Decides which hypervisor runs the virtual machine.
    fn set_virt_type(&self, virt_type: Option<VirtType>) {
        self.upcast_ref().imp().virt_type.set(virt_type);
    }

    /// Sets an environment variable of the program; it replaces one of the same name.
    fn add_env(&self, key: &CStr, value: &CStr) {
        env::add(self.upcast_ref(), key, value);
    }

    /// Sets the environment variable that `KEY=VALUE` describes.
    fn add_env_opts(&self, option: &CStr) -> Result<(), ConfigError> {
        env::add_opts(self.upcast_ref(), option)
    }

    /// The environment variables of the program, in the order they were added.
    fn envs(&self) -> Vec<(CString, CString)> {
        self.upcast_ref().imp().envs.borrow().clone()
    }

    /// Whether the program gets environment variables.
    fn has_envs(&self) -> bool {
        !self.upcast_ref().imp().envs.borrow().is_empty()
    }

    /// Sets how the sandbox is confined: `dynamic`, `static` or `inherit`, then `,label=LABEL` if need be.
    fn set_security_opts(&self, option: &CStr) -> Result<(), ConfigError> {
        security::set_opts(self.upcast_ref(), option)
    }
}

impl<T: IsA<Config>> ConfigExt for T {}

impl Config {
    /// Creates the configuration that a file describes, an object of the class that is named in it.
    pub fn load_from_path(path: &Path) -> Result<Self, ConfigError> {
        keyfile::load_from_path(path)
    }

    /// Creates the configuration that the text of a key file describes.
    pub fn load_from_data(data: &[u8]) -> Result<Self, ConfigError> {
        keyfile::load_from_data(data)
    }
}
