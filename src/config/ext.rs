//! What can be done with any configuration, beyond its properties.

use std::ffi::{CStr, CString};
use std::path::Path;

use glib::prelude::*;
use glib::subclass::prelude::*;

use super::{
    Config, ConfigDisk, ConfigError, ConfigMount, ConfigNetwork, ConfigPropertiesExt, VirtType,
    keyfile, mounts, options,
};
use crate::abi::Dispatch;
use crate::cstring_cell::as_path;

/// What can be done with any configuration.
pub trait ConfigExt: IsA<Config> {
    /// The program to run and its arguments.
    fn command(&self) -> Vec<CString> {
        Dispatch::of(self.upcast_ref::<Config>()).command()
    }

    /// Reads the settings that the class keeps in `file`.
    fn load_config(&self, file: &glib::KeyFile) -> Result<(), glib::Error> {
        Dispatch::of(self.upcast_ref::<Config>()).load_config(file)
    }

    /// Writes the settings of the class to `file`.
    fn save_config(&self, file: &glib::KeyFile) {
        Dispatch::of(self.upcast_ref::<Config>()).save_config(file);
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

    /// Which hypervisor must run the virtual machine; `None` leaves that to the library.
    fn virt_type(&self) -> Option<VirtType> {
        self.upcast_ref().imp().virt_type.get()
    }

    /// Decides which hypervisor runs the virtual machine.
    fn set_virt_type(&self, virt_type: Option<VirtType>) {
        self.upcast_ref().imp().virt_type.set(virt_type);
    }

    /// Sets an environment variable of the program; one of the same name is replaced and keeps its place.
    fn add_env(&self, key: &CStr, value: &CStr) {
        let mut envs = self.upcast_ref().imp().envs.borrow_mut();
        match envs.iter_mut().find(|(known, _)| known.as_c_str() == key) {
            Some((_, known)) => *known = value.to_owned(),
            None => envs.push((key.to_owned(), value.to_owned())),
        }
    }

    /// Sets the environment variable that `KEY=VALUE` describes.
    fn add_env_opts(&self, option: &CStr) -> Result<(), ConfigError> {
        let (key, value) = options::env::parse(option)?;
        self.add_env(&key, &value);
        Ok(())
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
        let security = options::security::parse(option)?;
        let config: &Config = self.upcast_ref();
        config.set_security_dynamic(security.dynamic);
        if let Some(label) = security.label {
            config.set_security_label(Some(as_path(&label)));
        }
        Ok(())
    }

    /// Mounts something in the sandbox, over what was mounted there before.
    fn add_mount(&self, mount: &impl IsA<ConfigMount>) {
        let mut mounts = self.upcast_ref().imp().mounts.borrow_mut();
        mounts.push(mount.clone().upcast());
    }

    /// Mounts what `TYPE:TARGET=SOURCE[,format=FORMAT][,backing=allow]` describes.
    fn add_mount_opts(&self, option: &CStr) -> Result<(), ConfigError> {
        self.add_mount(&options::mount::parse(option)?);
        Ok(())
    }

    /// The mounts, in the order they were added.
    fn mounts(&self) -> Vec<ConfigMount> {
        self.upcast_ref().imp().mounts.borrow().clone()
    }

    /// The mounts of a class and of its subclasses, in the order they were added.
    fn mounts_with_type(&self, mount_type: glib::Type) -> Vec<ConfigMount> {
        mounts::with_type(self.upcast_ref(), mount_type)
    }

    /// Whether anything is mounted in the sandbox.
    fn has_mounts(&self) -> bool {
        !self.upcast_ref().imp().mounts.borrow().is_empty()
    }

    /// Whether something else than a directory of the host is the sandbox's root.
    fn has_root_mount(&self) -> bool {
        self.find_mount(c"/").is_some()
    }

    /// The first mount at exactly the directory `target`.
    fn find_mount(&self, target: &CStr) -> Option<ConfigMount> {
        mounts::find(self.upcast_ref(), target)
    }

    /// Copies the file that `GUEST[=HOST]` describes into the mount that GUEST is below.
    fn add_host_include(&self, option: &CStr) -> Result<(), ConfigError> {
        mounts::add_include(self.upcast_ref(), option)
    }

    /// Copies the files that a file describes, each line as in [`ConfigExt::add_host_include`].
    fn add_host_include_file(&self, path: &Path) -> Result<(), ConfigError> {
        mounts::add_include_file(self.upcast_ref(), path)
    }

    /// Gives the sandbox a disk.
    fn add_disk(&self, disk: &ConfigDisk) {
        let mut disks = self.upcast_ref().imp().disks.borrow_mut();
        disks.push(disk.clone());
    }

    /// Gives the sandbox the disk that `TYPE:TAG=SOURCE[,format=FORMAT][,backing=allow]` describes.
    fn add_disk_opts(&self, option: &CStr) -> Result<(), ConfigError> {
        self.add_disk(&options::disk::parse(option)?);
        Ok(())
    }

    /// The disks, in the order they were added.
    fn disks(&self) -> Vec<ConfigDisk> {
        self.upcast_ref().imp().disks.borrow().clone()
    }

    /// Whether the sandbox has disks.
    fn has_disks(&self) -> bool {
        !self.upcast_ref().imp().disks.borrow().is_empty()
    }

    /// Gives the sandbox a network interface.
    fn add_network(&self, network: &ConfigNetwork) {
        let mut networks = self.upcast_ref().imp().networks.borrow_mut();
        networks.push(network.clone());
    }

    /// Gives the sandbox the network interface that a list of settings describes.
    fn add_network_opts(&self, option: &CStr) -> Result<(), ConfigError> {
        self.add_network(&options::network::parse(option)?);
        Ok(())
    }

    /// The network interfaces, in the order they were added.
    fn networks(&self) -> Vec<ConfigNetwork> {
        self.upcast_ref().imp().networks.borrow().clone()
    }

    /// Whether the sandbox has network interfaces.
    fn has_networks(&self) -> bool {
        !self.upcast_ref().imp().networks.borrow().is_empty()
    }
}

impl<T: IsA<Config>> ConfigExt for T {}

impl Config {
    /// Creates the configuration that a file describes, an object of the class that is named in it.
    pub fn load_from_path(path: &Path) -> Result<Self, ConfigError> {
        keyfile::load_from_path(path, None)
    }

    /// Creates the configuration that the key file at `path` describes, under the name `name` instead of its own.
    pub fn load_renamed(path: &Path, name: &Path) -> Result<Self, ConfigError> {
        keyfile::load_from_path(path, Some(name))
    }

    /// Creates the configuration that the text of a key file describes.
    pub fn load_from_data(data: &[u8]) -> Result<Self, ConfigError> {
        keyfile::load_from_data(data)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ConfigInteractive;

    #[test]
    fn a_variable_that_is_set_again_keeps_its_place() {
        let config = ConfigInteractive::new(c"box");
        assert!(!config.has_envs());
        config.add_env(c"A", c"1");
        config.add_env(c"B", c"2");
        config.add_env_opts(c"A=3=4").unwrap();
        assert!(config.has_envs());
        assert_eq!(
            config.envs(),
            [
                (c"A".to_owned(), c"3=4".to_owned()),
                (c"B".to_owned(), c"2".to_owned())
            ]
        );
    }
}
