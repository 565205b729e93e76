//! The same tests of the configuration through the Rust API and through the C ABI, see `front()`.

mod c;
#[allow(
    dead_code,
    reason = "the two programs with tests ask for different things"
)]
mod front;
mod rust;

use std::ffi::CStr;

use glib::prelude::*;

use front::front;

fn text(object: &glib::Object, property: &str) -> Option<std::path::PathBuf> {
    let value = object.property_value(property);
    value.get::<Option<std::path::PathBuf>>().unwrap()
}

#[test]
fn a_configuration_keeps_its_name_and_command() {
    let front = front();
    let config = front.config(c"box");
    assert_eq!(config.type_().name(), "GVirSandboxConfigInteractive");
    assert_eq!(front.name(&config).as_c_str(), c"box");
    assert_eq!(front.command(&config), [c"/bin/sh".to_owned()]);
    front.set_command(&config, &[c"/bin/echo", c"\xff", c""]);
    let command = front.command(&config);
    let words: Vec<&CStr> = command.iter().map(|word| word.as_c_str()).collect();
    assert_eq!(words, [c"/bin/echo", c"\xff", c""]);
}

#[test]
fn what_is_saved_is_loaded() {
    let front = front();
    let config = front.config(c"box");
    front.set_command(&config, &[c"/bin/ls", c"-l"]);
    front.add_mount(&config, c"ram:/tmp=1M").unwrap();
    front.add_disk(&config, c"file:data=/d.qcow2").unwrap();
    front.add_env(&config, c"A=1=2").unwrap();
    front
        .add_network(&config, c"source=default,address=10.0.0.1/8")
        .unwrap();
    front
        .set_security(&config, c"static,label=u:r:t:s0")
        .unwrap();
    let data = front.save(&config);
    let loaded = front
        .load(&std::ffi::CString::new(data.clone()).unwrap())
        .unwrap();
    assert_eq!(front.save(&loaded), data);
    assert_eq!(loaded.type_().name(), "GVirSandboxConfigInteractive");
    assert_eq!(front.envs(&loaded), [(c"A".to_owned(), c"1=2".to_owned())]);
    assert_eq!(
        front.command(&loaded),
        [c"/bin/ls".to_owned(), c"-l".to_owned()]
    );
    assert_eq!(text(&loaded, "security-label"), Some("u:r:t:s0".into()));
    assert!(!loaded.property::<bool>("security-dynamic"));
}

#[test]
fn mounts_are_in_the_order_they_were_added_in() {
    let front = front();
    let config = front.config(c"box");
    for option in [c"ram:/tmp=1M", c"host-bind:/run=/src", c"guest-bind:/a=/b"] {
        front.add_mount(&config, option).unwrap();
    }
    let mounts = front.mounts(&config);
    let found: Vec<_> = mounts
        .iter()
        .map(|mount| (mount.type_().name(), text(mount, "target").unwrap()))
        .collect();
    assert_eq!(
        found,
        [
            ("GVirSandboxConfigMountRam", "/tmp".into()),
            ("GVirSandboxConfigMountHostBind", "/run".into()),
            ("GVirSandboxConfigMountGuestBind", "/a".into()),
        ]
    );
    assert_eq!(mounts[0].property::<u64>("usage"), 1 << 20);
}

#[test]
fn what_cannot_be_understood_is_told_and_changes_nothing() {
    let front = front();
    let config = front.config(c"box");
    let before = front.save(&config);
    let failures = [
        front.add_mount(&config, c"nonsense"),
        front.add_mount(&config, c"ram:/tmp=\xff"),
        front.add_disk(&config, c""),
        front.add_env(&config, c"PATH"),
        front.add_network(&config, c"address=10.0.0.1/33"),
        front.set_security(&config, c"label"),
        front.load(c"[api]\nclass=GObject\n").map(drop),
        front.load(c"\xff").map(drop),
        front.image_format(c"/a/disk").map(drop),
    ];
    for (index, failure) in failures.into_iter().enumerate() {
        let message = failure.expect_err(&format!("failure {index}"));
        assert!(!message.is_empty() && !message.ends_with('.'), "{message}");
    }
    assert_eq!(front.save(&config), before);
    assert!(front.image_format(c"/a/disk.qcow2").unwrap() > 0);
}

#[test]
fn a_context_that_is_not_started_has_nothing_to_give() {
    let front = front();
    let connection = libvirt_glib::gobject::Connection::new(Some("test:///default"));
    let context = front.context(&connection, &front.config(c"box"));
    assert!(!front.is_attached(&context));
    assert!(front.start(&context).unwrap_err().contains("test"));
    let expected = "sandbox 'box' has no domain, start it or attach to it first";
    assert_eq!(front.stop(&context).unwrap_err(), expected);
    assert_eq!(front.app_console(&context).unwrap_err(), expected);
}
