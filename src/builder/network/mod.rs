//! A sandbox's network interfaces, and the hosts and name servers that it knows.

mod hosts;
mod hosts_file;
mod interfaces;
mod networks;

use std::sync::Arc;

use libvirt_glib::gconfig::Domain;
use sandbox_plan::{Interface, Plan};

use self::interfaces::Device;
use super::BuilderError;
use super::host::Kind;
use super::part::{Asked, Modules, Part};

/// What a sandbox has of the network.
#[derive(Debug)]
struct Network {
    /// The interfaces as libvirt makes them.
    devices: Vec<Device>,
    /// What the guest does with them.
    interfaces: Vec<Interface>,
    /// What `/etc/resolv.conf` says; none leaves the file alone.
    resolver: Option<Vec<u8>>,
    /// What `/etc/hosts` says; none leaves the file alone.
    hosts: Option<Vec<u8>>,
    kind: Kind,
}

/// Looks up what a configuration wants, and refuses what can't be had.
pub(crate) fn look_up(asked: &Asked<'_>) -> Result<Arc<dyn Part>, BuilderError> {
    let Asked {
        config, storage, ..
    } = *asked;
    let kind = asked.host.kind();
    let interfaces = networks::interfaces(config)?;
    let name = &asked.program.hostname;
    Ok(Arc::new(Network {
        devices: interfaces::look_up(config, kind)?,
        resolver: networks::resolver(config, storage, kind == Kind::Machine),
        hosts: hosts_file::file(config, storage, name, !interfaces.is_empty()),
        interfaces,
        kind,
    }))
}

impl Part for Network {
    fn modules(&self) -> Modules {
        match self.interfaces.is_empty() {
            true => Modules::default(),
            false => Modules {
                needed: &["virtio_net"],
                // For the DHCP client.
                wanted: &["af_packet"],
            },
        }
    }

    fn plan(&self, plan: &mut Plan) {
        plan.interfaces.clone_from(&self.interfaces);
        plan.resolver.clone_from(&self.resolver);
        plan.hosts.clone_from(&self.hosts);
    }

    fn add_devices(&self, domain: &Domain) -> Result<(), BuilderError> {
        interfaces::add(&self.devices, self.kind, domain)
    }
}
