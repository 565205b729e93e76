//! A sandbox as it is to be built: what it is made of was asked for.
//!
//! The plan of the guest and the description of the domain are made of it, and ask nobody anything more.

use std::path::PathBuf;
use std::sync::Arc;

use libvirt_glib::gconfig::Domain;
use sandbox_plan::Plan;

use super::BuilderError;
use super::host::{Host, Kind};
use super::part::{Asked, Part};
use super::parts;
use super::program::Program;
use super::security::labels::Confinement;
use super::storage::Storage;
use crate::config::{Config, ConfigPropertiesExt};
use crate::driver::Driver;

mod container;
mod machine;

pub(crate) use self::container::{Container, INIT_MOUNT, STATE_MOUNT};
pub(crate) use self::machine::{Machine, PORT};

/// What a sandbox is.
#[derive(Clone, Debug)]
pub(crate) struct Spec {
    /// Its architecture, as `uname -m` prints it.
    pub arch: PathBuf,
    pub storage: Storage,
    pub program: Program,
    /// What else it has.
    pub parts: Vec<Arc<dyn Part>>,
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
        let storage = Storage::look_up(config)?;
        let place = match host.kind() {
            Kind::Container => container::place(config, &storage),
            Kind::Machine => machine::PLACE,
        };
        let program = Program::look_up(config, &storage, place)?;
        let asked = Asked {
            config,
            host,
            storage: &storage,
            program: &program,
        };
        let parts = parts::look_up(&asked)?;
        let (guest, confinement) = match host.driver {
            Driver::Container => {
                let (container, confinement) = container::look_up(&asked)?;
                (Guest::Container(Box::new(container)), confinement)
            }
            Driver::Machine(placement) => {
                let (machine, confinement) = machine::look_up(&asked, placement, &parts)?;
                (Guest::Machine(Box::new(machine)), confinement)
            }
        };
        Ok(Self {
            arch: config.arch().unwrap_or_default(),
            storage,
            program,
            parts,
            confinement,
            guest,
        })
    }

    /// What the guest carries out.
    pub(crate) fn plan(&self) -> Plan {
        let Self {
            storage, program, ..
        } = self;
        let mut plan = match &self.guest {
            Guest::Container(container) => container.plan(storage, program),
            Guest::Machine(machine) => machine.plan(storage, program),
        };
        plan.mounts = program.add_mounts(plan.mounts);
        for part in &self.parts {
            part.plan(&mut plan);
        }
        plan
    }

    /// Tells libvirt what the parts are, beside the name and the memory of the domain.
    pub(crate) fn add_basics(&self, domain: &Domain) -> Result<(), BuilderError> {
        self.parts
            .iter()
            .try_for_each(|part| part.add_basics(domain))
    }

    /// Adds the devices of the parts to the domain.
    pub(crate) fn add_devices(&self, domain: &Domain) -> Result<(), BuilderError> {
        self.parts
            .iter()
            .try_for_each(|part| part.add_devices(domain))
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
