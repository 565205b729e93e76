//! Builds the domain of a case, on a host that is made up.

use std::ffi::CString;
use std::fs;
use std::path::{Path, PathBuf};

use glib::prelude::*;
use libvirt_glib::gconfig::{Capabilities, FromXml, ToXml};
use libvirt_glib::gobject::Connection;
use libvirt_sandbox::builder::Builder;
use libvirt_sandbox::builder::BuilderExt;
use libvirt_sandbox::config::{
    Config, ConfigExt, ConfigInteractive, ConfigPropertiesExt, ConfigServiceGeneric,
    ConfigServiceSystemd, VirtType,
};
use nix::unistd::{getegid, geteuid};
use serde_json::Value;

use crate::Case;

const RELEASE: &str = "6.1.0-56-amd64";

/// What the machines of the cases need of a kernel.
const MODULES: [&str; 7] = [
    "virtio_pci",
    "9p",
    "9pnet_virtio",
    "virtio_console",
    "virtio_blk",
    "virtio_net",
    "ext4",
];

/// The directories that the cases name.
const DIRECTORIES: [&str; 9] = [
    "tmp",
    "home",
    "run",
    "srv/tmp",
    "srv/home",
    "srv/root",
    "srv/tree",
    "img",
    "usr/lib/systemd/systemd",
];

/// Makes the directory of the helper programs.
pub fn helpers(room: &Path) -> PathBuf {
    let directory = room.join("libexec");
    fs::create_dir_all(&directory).unwrap();
    for name in ["libvirt-sandbox-init-lxc", "libvirt-sandbox-init-qemu"] {
        fs::write(directory.join(name), "").unwrap();
    }
    directory
}

/// What the domain of a case says, or the error instead of it.
pub fn facts(case: &Case) -> Vec<String> {
    let room = tempfile::tempdir().unwrap();
    let host = room.path().join("host");
    for directory in DIRECTORIES {
        fs::create_dir_all(host.join(directory)).unwrap();
    }
    let state = room.path().join("state");
    fs::create_dir(&state).unwrap();
    let config = configured(case, &host);
    if !case.container {
        add_kernel(&config, room.path());
    }
    let uri = if case.container {
        "lxc:///"
    } else {
        "qemu:///system"
    };
    let builder = Builder::for_connection(&Connection::new(Some(uri))).unwrap();
    builder.set_capabilities(&capabilities(case.input.emulated.get("SHIM_SECMODEL")));
    let helpers = std::env::var("LIBVIRT_SANDBOX_LIBEXECDIR").unwrap();
    let plain = |text: &str| {
        text.replace(&format!("\"{}\"", host.display()), "\"/\"")
            .replace(&host.display().to_string(), "")
            .replace(&state.display().to_string(), "@STATEDIR@")
            .replace(&room.path().display().to_string(), "@ROOM@")
            .replace(&helpers, "@LIBEXECDIR@")
    };
    match builder.construct(&config, &state) {
        Ok(domain) => {
            let mut xml = domain.to_xml().to_string();
            if let Ok(scratch) = state.join("outside/scratch").canonicalize() {
                xml = xml.replace(&scratch.display().to_string(), "@SCRATCH@");
            }
            builder.clean_post_stop(&config, &state).unwrap();
            crate::facts::of(&plain(&xml))
        }
        Err(error) => vec![format!("error: {}", plain(error.message()))],
    }
}

fn configured(case: &Case, host: &Path) -> Config {
    let name = CString::new(case.input.name.clone()).unwrap();
    let config: Config = match case.input.class.as_str() {
        "interactive" => ConfigInteractive::new(&name).upcast(),
        "service-generic" => ConfigServiceGeneric::new(&name).upcast(),
        "service-systemd" => ConfigServiceSystemd::new(&name).upcast(),
        class => panic!("unknown class {class}"),
    };
    config.set_root(Some(host));
    config.set_arch(Some(Path::new("x86_64")));
    let kvm = case.input.emulated.contains_key("SHIM_KVM");
    config.set_virt_type(Some(if kvm { VirtType::Kvm } else { VirtType::Qemu }));
    for (setter, argument) in &case.input.calls {
        call(&config, setter, argument, host);
    }
    config
}

fn call(config: &Config, setter: &str, argument: &Value, host: &Path) {
    let host = host.display();
    let text = argument.as_str().unwrap_or_default();
    let here = text
        .replace("=/srv/", &format!("={host}/srv/"))
        .replace("=/img/", &format!("={host}/img/"));
    if let Some((_, image)) = here.split_once("=").filter(|_| text.contains("=/img/")) {
        make_image(Path::new(image.split(',').next().unwrap()));
    }
    let option = CString::new(here).unwrap();
    let number = || u32::try_from(argument.as_u64().unwrap()).unwrap();
    let path = || Some(Path::new(text));
    match setter {
        "add_mount_opts" => config.add_mount_opts(&option).unwrap(),
        "add_disk_opts" => config.add_disk_opts(&option).unwrap(),
        "add_network_opts" => config.add_network_opts(&option).unwrap(),
        "add_env_opts" => config.add_env_opts(&option).unwrap(),
        "set_security_opts" => config.set_security_opts(&option).unwrap(),
        "set_security_dynamic" => config.set_security_dynamic(argument.as_bool().unwrap()),
        "set_security_label" => config.set_security_label(path()),
        "set_shell" => config.set_shell(argument.as_bool().unwrap()),
        "set_tty" => interactive(config).set_tty(argument.as_bool().unwrap()),
        "set_root" => config.set_root(Some(Path::new(&format!("{host}{text}")))),
        "set_userid" => config.set_uid(number()),
        "set_groupid" => config.set_gid(number()),
        "set_username" => config.set_username(path()),
        "set_homedir" => config.set_homedir(path()),
        // No part of the domain.
        "set_command" | "set_boot_target" => (),
        _ => panic!("unknown setter {setter}"),
    }
}

fn interactive(config: &Config) -> &ConfigInteractive {
    config.downcast_ref().unwrap()
}

/// An image with the mark of an ext4 file system.
fn make_image(path: &Path) {
    let mut image = vec![0; 4096];
    image[1080..1082].copy_from_slice(&[0x53, 0xef]);
    fs::write(path, image).unwrap();
}

fn add_kernel(config: &Config, room: &Path) {
    let modules = room.join("modules").join(RELEASE);
    fs::create_dir_all(&modules).unwrap();
    fs::write(modules.join("modules.dep"), "").unwrap();
    let builtin: String = MODULES
        .iter()
        .map(|name| format!("kernel/{name}.ko\n"))
        .collect();
    fs::write(modules.join("modules.builtin"), builtin).unwrap();
    let kernel = room.join("kernel");
    fs::write(
        &kernel,
        "\x7fELF of a kernel that was made up, long enough for a header",
    )
    .unwrap();
    config.set_kernrelease(Some(Path::new(RELEASE)));
    config.set_kernpath(Some(kernel.as_path()));
    config.set_kmodpath(modules.parent());
}

/// Those of Debian's libvirt, which runs QEMU as a user of its own, or only a security model.
fn capabilities(model: Option<&String>) -> Capabilities {
    let models = match model {
        Some(model) => format!("<secmodel><model>{model}</model><doi>0</doi></secmodel>"),
        None => {
            // An ordinary user can give its files to nobody else.
            let (uid, gid) = if geteuid().is_root() {
                (64055, 109)
            } else {
                (geteuid().as_raw(), getegid().as_raw())
            };
            format!(
                "<secmodel><model>none</model><doi>0</doi></secmodel>\
                 <secmodel><model>dac</model><doi>0</doi><baselabel type='qemu'>+{uid}:+{gid}</baselabel></secmodel>"
            )
        }
    };
    Capabilities::new_from_xml(&format!(
        "<capabilities><host>{models}</host></capabilities>"
    ))
    .unwrap()
}
