//! The option strings, one a line: what is accepted survives its way through the configuration file, byte for byte.
#![no_main]

use std::ffi::CString;
use std::fs;

use glib::prelude::*;
use glib::{KeyFile, KeyFileFlags};
use libfuzzer_sys::fuzz_target;
use libvirt_sandbox::config::{
    Config, ConfigError, ConfigExt, ConfigInteractive, ConfigMountExt, ConfigMountFile,
    ConfigMountFilePropertiesExt, ConfigMountPropertiesExt, ConfigPropertiesExt,
};
use sandbox_fuzz::{Input, room, shown};

/// Every string that the options can set.
fn settings(config: &Config) -> String {
    let mounts: Vec<_> = config
        .mounts()
        .iter()
        .map(|mount| {
            let source = mount
                .downcast_ref::<ConfigMountFile>()
                .map(|file| file.source());
            (mount.type_(), mount.target(), source, mount.includes())
        })
        .collect();
    let disks: Vec<_> = config
        .disks()
        .iter()
        .map(|disk| (disk.disk_type(), disk.tag(), disk.source(), disk.format()))
        .collect();
    let networks: Vec<_> = config
        .networks()
        .iter()
        .map(|network| {
            let addresses: Vec<_> = network
                .addresses()
                .iter()
                .map(|a| (a.primary().map(|ip| ip.to_string()), a.prefix()))
                .collect();
            let routes: Vec<_> = network
                .routes()
                .iter()
                .map(|r| (r.target().map(|ip| ip.to_string()), r.prefix()))
                .collect();
            let filter = network.filterref().map(|filter| {
                let parameters = filter.parameters();
                let parameters: Vec<_> = parameters.iter().map(|p| (p.name(), p.value())).collect();
                (filter.name(), parameters)
            });
            (
                network.source(),
                network.mac(),
                network.dhcp(),
                addresses,
                routes,
                filter,
            )
        })
        .collect();
    format!(
        "{mounts:?}\n{disks:?}\n{networks:?}\n{:?}\n{:?} {:?}",
        config.envs(),
        config.security_dynamic(),
        config.security_label()
    )
}

/// Includes are from a list in a file, too.
fn include_file(config: &Config, lines: &[u8]) -> Result<(), ConfigError> {
    let list = room().join("includes");
    fs::write(&list, lines).unwrap();
    config.add_host_include_file(&list)
}

fuzz_target!(|data: &[u8]| {
    let config = ConfigInteractive::new(c"box");
    let mut input = Input(data);
    while !input.is_empty() {
        let kind = input.byte();
        let option: CString = input.string();
        let accepted = match kind {
            b'm' => config.add_mount_opts(&option),
            b'd' => config.add_disk_opts(&option),
            b'n' => config.add_network_opts(&option),
            b'e' => config.add_env_opts(&option),
            b's' => config.set_security_opts(&option),
            b'i' => config.add_host_include(&option),
            _ => include_file(config.upcast_ref(), option.to_bytes()),
        };
        if let Err(error) = accepted {
            assert!(!error.to_string().contains('\0'));
        }
    }
    let config: &Config = config.upcast_ref();
    let written = config.save_to_data();
    let read = Config::load_from_data(written.as_bytes()).unwrap();
    assert_eq!(settings(&read), settings(config));
    // For GLib it is text, as well as that goes: it passes over a form feed before a value, and blanks after that.
    let seen = |text| match shown(text) {
        text if text.starts_with('\x0c') => text.trim_start_matches(['\x0c', ' ', '\t']).to_owned(),
        text => text,
    };
    let file = KeyFile::new();
    file.load_from_data(&written, KeyFileFlags::NONE).unwrap();
    for (index, (key, value)) in config.envs().iter().enumerate() {
        let group = format!("env.{index}");
        assert_eq!(file.string(&group, "key").unwrap(), seen(key));
        assert_eq!(file.string(&group, "value").unwrap(), seen(value));
    }
});
