//! The configuration file against GLib's reader: the same is accepted, with the same values, and what is written is read
//! back as it was.
#![no_main]

use std::ffi::OsStr;
use std::iter::zip;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use glib::prelude::*;
use glib::{KeyFile, KeyFileFlags};
use libfuzzer_sys::fuzz_target;
use libvirt_sandbox::config::{Config, ConfigExt, ConfigInteractive, ConfigPropertiesExt};

/// Reads with GLib alone.
fn parse(data: &[u8]) -> Option<KeyFile> {
    let file = KeyFile::new();
    let data = glib::Bytes::from(data);
    file.load_from_bytes(&data, KeyFileFlags::NONE).ok()?;
    Some(file)
}

/// The strings of `[core]` and others, and where they are kept.
fn strings(config: &Config) -> [(&'static str, &'static str, Option<PathBuf>); 9] {
    [
        ("core", "name", config.name()),
        ("core", "uuid", config.uuid()),
        ("core", "kernrelease", config.kernrelease()),
        ("core", "kernpath", config.kernpath()),
        ("core", "kmodpath", config.kmodpath()),
        ("core", "workdir", config.workdir()),
        ("core", "hostname", config.hostname()),
        ("security", "label", config.security_label()),
        ("overlay", "dir", config.overlay_dir()),
    ]
}

/// The settings have the values that GLib finds for them, or those of a new configuration.
fn compare(config: &Config, file: &KeyFile) {
    let text = |group: &str, key: &str| {
        let exact = file
            .has_key(group, &format!("{key}.bytes"))
            .unwrap_or(false);
        (!exact).then(|| {
            file.string(group, key)
                .ok()
                .map(|text| PathBuf::from(text.as_str()))
        })
    };
    let new = ConfigInteractive::new(c"sandbox");
    for ((group, key, value), (.., default)) in zip(strings(config), strings(new.upcast_ref())) {
        if let Some(found) = text(group, key) {
            assert_eq!(value, found.or(default), "{group} {key}");
        }
    }
    // A list of the groups can't be had where the name of one is not UTF-8.
    let exists = |index: &usize| file.has_group(&format!("env.{index}"));
    let groups = (0..2000).filter(exists).count();
    for (index, (key, value)) in config.envs().iter().enumerate() {
        let group = format!("env.{index}");
        if let Some(Some(found)) = text(&group, "value")
            && config.envs().len() == groups
            && text(&group, "key") == Some(Some(OsStr::from_bytes(key.to_bytes()).into()))
        {
            assert_eq!(OsStr::from_bytes(value.to_bytes()), found);
        }
    }
    let uid = file.uint64("identity", "uid");
    assert!(uid.map_or(true, |uid| uid == u64::from(config.uid())));
}

fuzz_target!(|data: &[u8]| {
    let file = parse(data);
    match Config::load_from_data(data) {
        Err(error) => assert!(!error.to_string().is_empty()),
        Ok(config) => {
            compare(&config, &file.expect("GLib refuses it"));
            let written = config.save_to_data();
            let file = parse(written.as_bytes()).expect("GLib reads what is written");
            compare(&config, &file);
            let again = Config::load_from_data(written.as_bytes()).expect("it is read back");
            assert_eq!(again.save_to_data(), written);
        }
    }
});
