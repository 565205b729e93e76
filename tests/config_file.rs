//! The configuration file: everything that libvirt-sandbox 0.8 wrote is read, and written as it was.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use glib::{KeyFile, KeyFileFlags};
use libvirt_sandbox::config::{
    Config, ConfigExt, ConfigInteractive, ConfigPropertiesExt, VirtType,
};

type Values = BTreeMap<String, BTreeMap<String, String>>;

/// The key file without the version of the library that wrote it.
fn values(data: &str) -> Values {
    let file = KeyFile::new();
    file.load_from_data(data, KeyFileFlags::NONE).unwrap();
    let groups = file.groups();
    groups
        .iter()
        .map(|group| {
            let keys = file.keys(group).unwrap();
            let values = keys
                .iter()
                .filter(|key| (group.as_str(), key.as_str()) != ("api", "version"))
                .map(|key| (key.to_string(), file.value(group, key).unwrap().into()))
                .collect();
            (group.to_string(), values)
        })
        .collect()
}

fn samples() -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/config-samples");
    let entries = fs::read_dir(directory).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn samples_are_read_and_written_as_they_were() {
    let samples = samples();
    assert!(!samples.is_empty());
    for sample in samples {
        let config = Config::load_from_path(&sample).unwrap();
        let written = config.save_to_data();
        let expected = fs::read_to_string(&sample).unwrap();
        assert_eq!(values(&written), values(&expected), "{}", sample.display());
    }
}

#[test]
fn the_version_is_that_of_the_library() {
    let written = ConfigInteractive::new(c"box").save_to_data();
    assert!(written.contains("version=0.9.0\n"), "{written}");
}

#[test]
fn every_byte_of_a_command_survives() {
    let config = ConfigInteractive::new(c"\xff");
    let command = vec![c"/bin/\xfe".into(), c" a\tb\n;\\".into(), c"".into()];
    config.set_command(command.clone());
    config.add_env(c"K\xfd", c"\xfc");
    let read = Config::load_from_data(config.save_to_data().as_bytes()).unwrap();
    assert_eq!(read.command(), command);
    assert_eq!(read.name(), config.name());
    assert_eq!(read.envs(), config.envs());
}

#[test]
fn an_environment_is_nobody_elses_business() {
    let directory = tempfile();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let config = ConfigInteractive::new(c"box");
    let open = directory.join("open.cfg");
    config.save_to_path(&open).unwrap();
    assert_ne!(mode(&open) & 0o044, 0);
    config.add_env(c"PASSWORD", c"secret");
    let private = directory.join("private.cfg");
    config.save_to_path(&private).unwrap();
    assert_eq!(mode(&private), 0o600);
    fs::remove_dir_all(directory).unwrap();
}

#[test]
fn an_existing_file_is_left_alone() {
    let directory = tempfile();
    let path = directory.join("box.cfg");
    fs::write(&path, "mine").unwrap();
    let error = ConfigInteractive::new(c"box")
        .save_to_path(&path)
        .unwrap_err();
    let error = glib::Error::from(error);
    assert!(error.matches(gio::IOErrorEnum::Exists), "{error:?}");
    assert!(error.message().contains(path.to_str().unwrap()));
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
    fs::remove_dir_all(directory).unwrap();
}

#[test]
fn a_missing_file_is_named() {
    let error = Config::load_from_path(Path::new("/nonexistent/box.cfg")).unwrap_err();
    let error = glib::Error::from(error);
    assert!(error.matches(glib::FileError::Noent), "{error:?}");
    assert!(error.message().contains("/nonexistent/box.cfg"));
}

#[test]
fn the_hypervisor_is_kept_and_checked() {
    let config = ConfigInteractive::new(c"box");
    assert!(!config.save_to_data().contains("[machine]"));
    config.set_virt_type(Some(VirtType::Qemu));
    let written = config.save_to_data();
    let read = Config::load_from_data(written.as_bytes()).unwrap();
    assert_eq!(read.virt_type(), Some(VirtType::Qemu));
    let wrong = written.replace("virttype=qemu", "virttype=xen");
    let error = Config::load_from_data(wrong.as_bytes()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "'xen' is no valid value of 'virttype' in group [machine], use 'kvm' or 'qemu'"
    );
}

/// A new directory of this test.
fn tempfile() -> PathBuf {
    let template = std::env::temp_dir().join("config-file-XXXXXX");
    nix::unistd::mkdtemp(&template).unwrap()
}
