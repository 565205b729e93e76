//! From a configuration to the domain: no string of it becomes anything else than text or the value of an attribute.
#![no_main]

use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};
use std::sync::Once;

use glib::prelude::*;
use libfuzzer_sys::fuzz_target;
use libvirt_glib::gconfig::{Capabilities, FromXml, ToXml};
use libvirt_glib::gobject::Connection;
use libvirt_sandbox::builder::Builder;
use libvirt_sandbox::builder::BuilderExt;
use libvirt_sandbox::config::{Config, ConfigExt, ConfigInteractive, ConfigPropertiesExt};
use quick_xml::events::Event;
use sandbox_fuzz::{Input, room, string};

const CAPABILITIES: &str = "<capabilities><host><secmodel><model>selinux</model><doi>0</doi>\
    </secmodel></host></capabilities>";

fn prepare() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let helpers = room().join("libexec");
        fs::create_dir_all(&helpers).unwrap();
        for name in ["libvirt-sandbox-init-lxc", "libvirt-sandbox-init-qemu"] {
            fs::write(helpers.join(name), "").unwrap();
        }
        for directory in ["root/tmp", "state"] {
            fs::create_dir_all(room().join(directory)).unwrap();
        }
        // SAFETY: no other thread runs yet.
        unsafe { std::env::set_var("LIBVIRT_SANDBOX_LIBEXECDIR", helpers) };
    });
}

/// The elements and attributes of a document, without any text.
fn structure(xml: &str) -> Vec<String> {
    let mut reader = quick_xml::Reader::from_str(xml);
    reader.config_mut().expand_empty_elements = true;
    let mut found = Vec::new();
    loop {
        match reader.read_event().expect("it is XML") {
            Event::Start(start) => {
                let mut names = String::from_utf8_lossy(start.name().as_ref()).into_owned();
                for attribute in start.attributes() {
                    let attribute = attribute.expect("it is an attribute");
                    names.push(' ');
                    names.push_str(&String::from_utf8_lossy(attribute.key.as_ref()));
                }
                found.push(names);
            }
            Event::End(_) => found.push("/".into()),
            Event::Eof => return found,
            Event::Text(_) | Event::GeneralRef(_) => {}
            other => panic!("{other:?}"),
        }
    }
}

fn path(bytes: &[u8]) -> PathBuf {
    OsString::from_vec(string(bytes).into_bytes()).into()
}

/// What libvirt would get for the settings in `lines`.
fn domain(lines: &[u8]) -> Option<String> {
    let mut input = Input(lines);
    let config = ConfigInteractive::new(&input.string());
    config.set_root(Some(room().join("root")));
    let base: &Config = config.upcast_ref();
    while !input.is_empty() {
        let kind = input.byte();
        let line = input.line();
        let text = path(line);
        let option = string(line);
        match kind {
            b'h' => base.set_hostname(Some(text)),
            b'u' => base.set_uuid(Some(&text)),
            b'l' => base.set_security_label(Some(text)),
            b'L' => base.set_security_dynamic(line.is_empty()),
            b'w' => base.set_workdir(Some(text)),
            b'U' => base.set_username(Some(text)),
            b'm' => drop(base.add_mount_opts(&option)),
            b'd' => drop(base.add_disk_opts(&option)),
            b'n' => drop(base.add_network_opts(&option)),
            b'e' => drop(base.add_env_opts(&option)),
            _ => config.set_command(vec![option]),
        }
    }
    let builder = Builder::for_connection(&Connection::new(Some("lxc:///"))).unwrap();
    builder.set_capabilities(&Capabilities::new_from_xml(CAPABILITIES).unwrap());
    let state = room().join("state");
    let domain = builder
        .construct(base, &state)
        .ok()
        .map(|domain| domain.to_xml().into());
    let _ = builder.clean_post_stop(base, &state);
    clear(&state);
    domain
}

fn clear(state: &Path) {
    for entry in fs::read_dir(state).unwrap().flatten() {
        let path = entry.path();
        let _ = fs::remove_dir_all(&path).or_else(|_| fs::remove_file(&path));
    }
}

fuzz_target!(|data: &[u8]| {
    prepare();
    let Some(xml) = domain(data) else { return };
    let harmless: Vec<u8> = data
        .iter()
        .map(|byte| {
            if b"<>&'\"".contains(byte) {
                b'x'
            } else {
                *byte
            }
        })
        .collect();
    let structure_of_it = structure(&xml);
    if let Some(other) = domain(&harmless) {
        assert_eq!(structure_of_it, structure(&other), "{xml}");
    }
});
