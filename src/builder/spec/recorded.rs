//! Sandboxes on a host that has all that is asked for: nothing is looked up, so no test needs rights, libvirt or files.

use std::ffi::CStr;

use glib::prelude::*;
use libvirt_glib::gconfig::DomainVirtType;

use super::{Container, Guest, Machine, Spec};
use crate::builder::boot;
use crate::builder::network::{self, Network};
use crate::builder::program::{Place, Program};
use crate::builder::resources::Resources;
use crate::builder::storage::shares::Shares;
use crate::builder::storage::trees::{self, Trees};
use crate::builder::storage::{self, Storage};
use crate::config::{Config, ConfigInteractive};

/// A container with these mounts.
pub(crate) fn container(options: &[&CStr]) -> Spec {
    let storage = storage::recorded(options);
    let trees = trees::recorded(&storage);
    let guest = Guest::Container(Box::new(container_of(trees)));
    spec(storage, network::Kind::Container, guest)
}

fn container_of(trees: Trees) -> Container {
    Container {
        trees,
        are_sent: false,
        users: None,
        init_source: "/usr/libexec/init".into(),
        init: super::INIT_MOUNT.into(),
        has_profile: false,
    }
}

/// A virtual machine with these mounts.
pub(crate) fn machine(options: &[&CStr]) -> Spec {
    let guest = Guest::Machine(Box::new(Machine {
        virt_type: DomainVirtType::Qemu,
        shares: Shares::default(),
        boot: boot::recorded(),
        emulator: None,
        keeps_log: true,
        embedded_root: None,
    }));
    spec(storage::recorded(options), network::Kind::Machine, guest)
}

fn spec(storage: Storage, kind: network::Kind, guest: Guest) -> Spec {
    let config = ConfigInteractive::new(c"box").upcast::<Config>();
    let place = Place {
        capabilities: 0,
        shares_kernel: kind == network::Kind::Container,
        name: None,
    };
    let program = Program::look_up(&config, &storage, place).unwrap();
    Spec {
        arch: "x86_64".into(),
        resources: Resources {
            memory: 512 << 20,
            vcpus: 0,
            cpu_limit: 0,
        },
        network: Network::none(kind),
        storage,
        program,
        confinement: None,
        guest,
    }
}
