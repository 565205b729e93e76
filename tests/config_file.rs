//! The configuration file: everything that libvirt-sandbox 0.8 wrote is read, and written as it was.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use glib::prelude::*;
use glib::{KeyFile, KeyFileFlags};
use libvirt_sandbox::config::{
    Config, ConfigExt, ConfigInteractive, ConfigMountExt, ConfigPropertiesExt, VirtType,
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

/// Files that mean something else here than to 0.8, and whether they can be read.
const DIFFERENCES: [(&str, bool); 12] = [
    // What can be saved can be read.
    ("no-command", true),
    ("systemd-no-target", true),
    // 0.8 ignored the index.
    ("mount-1024", true),
    ("net-100", true),
    // 0.8 crashed.
    ("abstract-service", false),
    ("mount-include-no-dst", false),
    // 0.8 took something else for them.
    ("uid-garbage", false),
    ("uid-neg", false),
    ("uid-big", false),
    ("net-addr-bad", false),
    ("net-route-bad", false),
    ("invalid-utf8-escape", false),
];

const MINIMAL: &str = "[api]\nclass=GVirSandboxConfigInteractive\n[command]\nargv.0=/bin/sh\n";

#[test]
fn hand_written_files_are_read_or_refused() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/config-load-probe.tsv");
    let table = fs::read_to_string(path).unwrap();
    for row in table.lines() {
        let row: Vec<_> = row.split('\t').collect();
        let (name, text, expected) = (row[0], unescape(row[1]), row[3]);
        let data = if name == "empty" || text.starts_with("[api]") {
            text
        } else {
            format!("{MINIMAL}{text}")
        };
        let read = Config::load_from_data(data.as_bytes());
        let difference = DIFFERENCES.iter().find(|(known, _)| *known == name);
        let ok = difference.map_or(expected.starts_with("OK "), |(_, ok)| *ok);
        assert_eq!(read.is_ok(), ok, "{name}: {read:?}");
        match read {
            Ok(config) if difference.is_none() => {
                let (_, expected) = expected.split_once('\'').unwrap();
                let expected = unescape(expected.trim_end_matches('\''));
                assert_eq!(
                    comparable(&config.save_to_data()),
                    comparable(&expected),
                    "{name}"
                );
            }
            Ok(config) => {
                // What was read can be written and read again.
                let written = config.save_to_data();
                let again = Config::load_from_data(written.as_bytes()).unwrap();
                assert_eq!(again.save_to_data(), written, "{name}");
            }
            Err(error) if difference.is_none() => {
                let domain = glib::Error::from(error).domain();
                let expected = expected.split_whitespace().nth(1);
                assert_eq!(expected, Some(domain.as_str().as_str()), "{name}");
            }
            Err(_) => {}
        }
    }
}

#[test]
fn values_that_0_8_misread_are_errors() {
    const MOUNT: &str = "[mount.0]\ntarget=/x\n";
    const ADDRESS: &str = "[network.0]\n[network.0.address.0]\nprimary=10.0.0.1\n";
    const ROUTE: &str = "[network.0]\n[network.0.route.0]\ntarget=10.0.0.0\n";
    for (known, wrong) in [
        (MOUNT, "type=GVirSandboxConfigMount"),
        (MOUNT, "type=GVirSandboxConfigMountFile\nsource=/y"),
        (MOUNT, "type=GVirSandboxConfigInteractive\nsource=/y"),
        (MOUNT, "type=GVirSandboxConfigMountRam\nusage=1k"),
        (MOUNT, "type=GVirSandboxConfigMountRam\nusage=-1"),
        (
            MOUNT,
            "type=GVirSandboxConfigMountRam\nusage=18446744073709551616",
        ),
        (ADDRESS, "prefix=129"),
        (ADDRESS, "prefix=-1"),
        (ADDRESS, "prefix=many"),
        (ADDRESS, "broadcast=all"),
        (ROUTE, "gateway=here"),
        ("[identity]\n", "gid=4294967296"),
        ("[identity]\n", "gid="),
        ("[disk.0]\ntype=file\nsource=/x\ntag=x\n", "format=zz"),
    ] {
        let data = format!("{MINIMAL}{known}{wrong}\n");
        let error = Config::load_from_data(data.as_bytes()).expect_err(wrong);
        let error = glib::Error::from(error);
        assert_eq!(error.domain().as_str(), "gvir-sandbox-config", "{wrong}");
        let named = wrong.lines().any(|line| {
            let (key, _) = line.split_once('=').unwrap();
            error.message().contains(&format!("'{key}'"))
        });
        assert!(named, "{wrong}: {error}");
    }
}

#[test]
fn nothing_ends_at_a_nul() {
    let data = format!("{MINIMAL}argv.1=before\0after\n");
    let directory = tempfile();
    let path = directory.join("nul.cfg");
    fs::write(&path, &data).unwrap();
    let loaded = [
        Config::load_from_data(data.as_bytes()),
        Config::load_from_path(&path),
    ];
    fs::remove_dir_all(directory).unwrap();
    for error in loaded.map(Result::unwrap_err) {
        assert!(error.to_string().contains("line 5 has a NUL"), "{error}");
        assert!(glib::Error::from(error).matches(glib::KeyFileError::Parse));
    }
}

#[test]
fn a_name_that_is_given_counts() {
    let directory = tempfile();
    let path = directory.join("box.cfg");
    let config = ConfigInteractive::new(c"\xff");
    config.save_to_path(&path).unwrap();
    let renamed = Config::load_renamed(&path, Path::new("mine")).unwrap();
    let own = Config::load_from_path(&path).unwrap();
    fs::remove_dir_all(directory).unwrap();
    assert_eq!(renamed.name().as_deref(), Some(Path::new("mine")));
    assert_eq!(own.name(), config.name());
}

#[test]
fn more_entries_than_0_8_looked_for_are_kept() {
    let config = ConfigInteractive::new(c"box");
    config.set_command(vec![c"x".into(); 2000]);
    for index in 0..1100 {
        let (key, value) = (format!("K{index}"), c"v");
        config.add_env(&std::ffi::CString::new(key).unwrap(), value);
    }
    for _ in 0..101 {
        config.add_network_opts(c"dhcp").unwrap();
    }
    let read = Config::load_from_data(config.save_to_data().as_bytes()).unwrap();
    assert_eq!(read.command().len(), 2000);
    assert_eq!(read.envs().len(), 1100);
    assert_eq!(read.networks().len(), 101);
}

/// What a file says beyond who saved it where, and the name, which 0.8 left out.
fn comparable(data: &str) -> Values {
    let mut values = values(data);
    values.remove("identity");
    let core = values.get_mut("core").unwrap();
    core.remove("arch");
    core.remove("name");
    values
}

/// The text behind the escapes of the table.
fn unescape(text: &str) -> String {
    text.replace("\\n", "\n").replace("\\\\", "\\")
}

#[test]
fn every_group_is_read_back() {
    let config = ConfigInteractive::new(c"box");
    for mount in [
        c"host-bind:/a=/b",
        c"guest-bind:/c=/d",
        c"ram:/e=5000000000",
        c"host-image:/f=/g.vmdk",
    ] {
        config.add_mount_opts(mount).unwrap();
    }
    config.add_host_include(c"/a/x=/etc/hosts").unwrap();
    config.add_host_include(c"/a/w=/etc/passwd").unwrap();
    config
        .add_disk_opts(c"file:data=/h\\,i,format=qed")
        .unwrap();
    for network in [
        c"dhcp,source=default,mac=52:54:00:00:00:01,filter=clean-traffic,filter.ip=10.0.0.9",
        c"address=10.0.0.1/8%10.255.255.255,address=2001:db8::1,route=10.1.0.0/16%10.0.0.254",
    ] {
        config.add_network_opts(network).unwrap();
    }
    let written = config.save_to_data();
    let read = Config::load_from_data(written.as_bytes()).unwrap();
    assert_eq!(read.save_to_data(), written);
    assert_eq!(read.mounts().len(), 4);
    assert_eq!(read.mounts()[0].includes(), config.mounts()[0].includes());
    let filterref = read.networks()[0].filterref().unwrap();
    let parameter = &filterref.parameters()[0];
    assert_eq!(parameter.name().as_deref(), Some(Path::new("IP")));
    assert_eq!(parameter.value().as_deref(), Some(Path::new("10.0.0.9")));
    for (group, key) in [
        ("mount.2", "usage"),
        ("disk.0", "tag"),
        ("network.1.route.0", "target"),
    ] {
        let value = &values(&written)[group][key];
        let broken = written.replace(&format!("\n{key}={value}\n"), "\n");
        assert_ne!(broken, written);
        assert!(Config::load_from_data(broken.as_bytes()).is_err(), "{key}");
    }
}

#[test]
fn what_0_8_did_not_know_is_read_back_and_only_written_when_asked_for() {
    let config = ConfigInteractive::new(c"box");
    config.add_mount_opts(c"host-bind:/a=/b").unwrap();
    let plain = config.save_to_data();
    config.set_memory(5 << 30);
    config.set_vcpus(3);
    config.set_cpu_limit(2500);
    config.set_workdir(Some(Path::new("/srv")));
    config.set_hostname(Some(Path::new("tester")));
    config.set_timeout(1500);
    config.set_privileged(true);
    config.set_seccomp(false);
    config.set_userns(true);
    config.set_overlay(true);
    config.set_overlay_dir(Some(Path::new("/keep")));
    config.set_overlay_size(7 << 32);
    let image = c"host-image:/c=/d.img,backing=allow,ro";
    config.add_mount_opts(image).unwrap();
    config.add_mount_opts(c"guest-bind:/e=/f,ro").unwrap();
    config.add_disk_opts(c"file:g=/h.qcow2").unwrap();
    let disk = c"file:i=/j.qcow2,backing=allow";
    config.add_disk_opts(disk).unwrap();
    let written = config.save_to_data();
    let read = Config::load_from_data(written.as_bytes()).unwrap();
    assert_eq!(read.save_to_data(), written);
    assert_eq!((read.memory(), read.vcpus()), (5 << 30, 3));
    assert_eq!(read.cpu_limit(), 2500);
    assert_eq!(read.workdir().as_deref(), Some(Path::new("/srv")));
    assert_eq!(read.hostname().as_deref(), Some(Path::new("tester")));
    assert_eq!(read.timeout(), 1500);
    assert!(read.privileged() && !read.seccomp() && read.userns() && read.overlay());
    assert_eq!(read.overlay_dir().as_deref(), Some(Path::new("/keep")));
    assert_eq!(read.overlay_size(), 7 << 32);
    let mounts = read.mounts();
    let read_only: Vec<_> = mounts
        .iter()
        .map(|mount| mount.property::<bool>("readonly"))
        .collect();
    assert_eq!(read_only, [false, true, true]);
    assert!(mounts[1].property::<bool>("backing"));
    let disks: Vec<_> = read.disks().iter().map(|disk| disk.backing()).collect();
    assert_eq!(disks, [false, true]);

    let plain = values(&plain);
    for group in ["resources", "overlay"] {
        assert!(!plain.contains_key(group), "{group}");
    }
    for (group, key) in [
        ("core", "workdir"),
        ("core", "hostname"),
        ("identity", "privileged"),
        ("security", "seccomp"),
        ("security", "userns"),
        ("mount.0", "readonly"),
    ] {
        assert!(!plain[group].contains_key(key), "{key}");
    }
    for (key, wrong) in [
        ("memory", "512M"),
        ("vcpus", "-1"),
        ("cpulimit", "0.5"),
        ("timeout", "1.5"),
        ("size", "much"),
    ] {
        let group = if key == "size" {
            "overlay"
        } else {
            "resources"
        };
        let right = &values(&written)[group][key];
        let broken = written.replace(&format!("\n{key}={right}\n"), &format!("\n{key}={wrong}\n"));
        let error = Config::load_from_data(broken.as_bytes()).unwrap_err();
        let message = error.to_string();
        assert!(
            message.contains(wrong) && message.contains(key),
            "{message}"
        );
    }
}

#[test]
fn the_version_is_that_of_the_library() {
    let written = ConfigInteractive::new(c"box").save_to_data();
    let expected = concat!("version=", env!("CARGO_PKG_VERSION"), "\n");
    assert!(written.contains(expected), "{written}");
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
