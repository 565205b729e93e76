//! A sandbox's network interfaces, and the hosts and name servers that it knows.

mod hosts;
mod hosts_file;
mod interfaces;
mod networks;

use libvirt_glib::gconfig;
use sandbox_plan::{Interface, Plan};

use self::interfaces::Device;
use super::BuilderError;
use super::storage::Storage;
use crate::config::Config;

pub(crate) use self::interfaces::Kind;

/// What a sandbox has of the network.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Network {
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

impl Network {
    /// Looks up what a configuration wants, and refuses what can't be had; `hostname` is the sandbox's own.
    pub(crate) fn look_up(
        config: &Config,
        storage: &Storage,
        kind: Kind,
        hostname: &str,
    ) -> Result<Self, BuilderError> {
        let interfaces = networks::interfaces(config)?;
        Ok(Self {
            devices: interfaces::look_up(config, kind)?,
            resolver: networks::resolver(config, storage, kind == Kind::Machine),
            hosts: hosts_file::file(config, storage, hostname, !interfaces.is_empty()),
            interfaces,
            kind,
        })
    }

    /// That of a sandbox without any interface.
    #[cfg(test)]
    pub(crate) fn none(kind: Kind) -> Self {
        Self {
            devices: Vec::new(),
            interfaces: Vec::new(),
            resolver: None,
            hosts: None,
            kind,
        }
    }

    /// Whether there are any interfaces.
    pub(crate) fn has_interfaces(&self) -> bool {
        !self.interfaces.is_empty()
    }

    /// Adds the interfaces to a domain.
    pub(crate) fn add_to(&self, domain: &gconfig::Domain) -> Result<(), BuilderError> {
        interfaces::add(&self.devices, self.kind, domain)
    }

    /// Tells the guest.
    pub(crate) fn plan(&self, plan: &mut Plan) {
        plan.interfaces.clone_from(&self.interfaces);
        plan.resolver.clone_from(&self.resolver);
        plan.hosts.clone_from(&self.hosts);
    }
}
