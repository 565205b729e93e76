//! A sandbox as it is to be built: each question to the host is answered, each check is made.
//!
//! The plan of the guest and the description of the domain are made of it, and ask nobody anything more.

use std::path::PathBuf;

use sandbox_plan::Plan;

use super::BuilderError;
use super::host::Host;
use super::network::Network;
use super::program::Program;
use super::resources::Resources;
use super::security::labels::Confinement;
use super::storage::Storage;
use crate::config::Config;
use crate::context::uri::Driver;

mod container;
mod machine;

pub(crate) use self::container::{Container, INIT_MOUNT, LOG_MOUNT, STATE_MOUNT};
pub(crate) use self::machine::{Machine, PORT};

/// What a sandbox is.
#[derive(Clone, Debug)]
pub(crate) struct Spec {
    /// Its architecture, as `uname -m` prints it.
    pub arch: PathBuf,
    pub resources: Resources,
    pub storage: Storage,
    pub network: Network,
    pub program: Program,
    /// What libvirt's security drivers are told; nothing where the host has none.
    pub confinement: Option<Confinement>,
    pub guest: Guest,
}

/// What depends on the driver.
#[derive(Clone, Debug)]
pub(crate) enum Guest {
    Container(Box<Container>),
    Machine(Box<Machine>),
}

impl Spec {
    /// Looks up what a configuration describes on the host, and refuses what can't be had.
    pub(crate) fn look_up(config: &Config, host: &Host<'_>) -> Result<Self, BuilderError> {
        match host.driver {
            Driver::Container => container::look_up(config, host),
            Driver::Machine(placement) => machine::look_up(config, host, placement),
        }
    }

    /// What the guest carries out.
    pub(crate) fn plan(&self) -> Plan {
        let program = &self.program;
        let mut plan = match &self.guest {
            Guest::Container(container) => container.plan(self),
            Guest::Machine(machine) => machine.plan(self),
        };
        plan.mounts = program.add_mounts(plan.mounts);
        self.network.plan(&mut plan);
        plan
    }
}

#[cfg(test)]
pub(crate) mod recorded;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_thread_can_have_it() {
        fn is_plain_data<T: Send + Sync + Clone>() {}
        is_plain_data::<Spec>();
    }

    #[test]
    fn a_plan_asks_nobody() {
        let options = [c"host-bind:/data=/none/of/this/host,ro", c"ram:/tmp=1M"];
        let targets = |spec: &Spec| -> Vec<std::ffi::OsString> {
            let mounts = spec.plan().mounts.into_iter();
            mounts.map(|mount| mount.target).collect()
        };
        for spec in [recorded::container(&options), recorded::machine(&options)] {
            assert_eq!(targets(&spec), ["/data", "/tmp"]);
            assert_eq!(spec.plan(), spec.plan());
            assert_eq!(spec.plan().hostname, "box");
        }
    }
}
