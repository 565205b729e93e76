//! Sandboxes on a host that has all that is asked for: nothing is looked up, so no test needs rights, libvirt or files.

use std::ffi::CStr;

use glib::prelude::*;
use libvirt_glib::gconfig::DomainVirtType;

use super::{Container, Guest, Machine, Spec, machine};
use crate::builder::boot;
use crate::builder::program::{Place, Program};
use crate::builder::storage::shares::Shares;
use crate::builder::storage::{self, Storage, trees};
use crate::config::{Config, ConfigInteractive};

/// A container with these mounts.
pub(crate) fn container(options: &[&CStr]) -> Spec {
    let storage = storage::recorded(options);
    let container = Container {
        trees: trees::recorded(&storage),
        are_sent: false,
        users: None,
        init_source: "/usr/libexec/init".into(),
        init: super::INIT_MOUNT.into(),
        has_profile: false,
    };
    let place = Place {
        capabilities: 0,
        shares_kernel: true,
        name: Some("lxc-libvirt"),
    };
    spec(storage, place, Guest::Container(Box::new(container)))
}

/// A virtual machine with these mounts.
pub(crate) fn machine(options: &[&CStr]) -> Spec {
    let machine = Machine {
        virt_type: DomainVirtType::Qemu,
        shares: Shares::default(),
        boot: boot::recorded(),
        emulator: None,
        keeps_log: true,
        embedded_root: None,
    };
    let guest = Guest::Machine(Box::new(machine));
    spec(storage::recorded(options), machine::PLACE, guest)
}

fn spec(storage: Storage, place: Place, guest: Guest) -> Spec {
    let config = ConfigInteractive::new(c"box").upcast::<Config>();
    let program = Program::look_up(&config, &storage, place).unwrap();
    Spec {
        arch: "x86_64".into(),
        storage,
        program,
        parts: Vec::new(),
        confinement: None,
        guest,
    }
}
