//! What the builders of containers and of virtual machines have in common.

use std::ffi::CString;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use glib::prelude::*;
use glib::subclass::prelude::*;
use libvirt_glib::gconfig::{self, Capabilities};
use libvirt_glib::gobject::Connection;

use sandbox_plan::Plan;

use super::host::Host;
use super::prepared::Prepared;
use super::{BuilderError, memory};
use crate::abi::Dispatch;
use crate::abi::builder_slots::{BuilderSlots, Clean, Step};
use crate::config::{Config, ConfigDisk, ConfigExt};
use crate::driver::Driver;

#[allow(missing_docs, reason = "the properties' trait is derived")]
mod imp {
    use std::cell::RefCell;

    use glib::prelude::*;
    use glib::subclass::prelude::*;
    use libvirt_glib::gconfig::Capabilities;
    use libvirt_glib::gobject::Connection;

    use crate::abi::builder::{GVirSandboxBuilder, GVirSandboxBuilderClass};
    use crate::abi::builder_slots;
    use crate::abi::object_structs;

    #[derive(Default, glib::Properties)]
    #[properties(wrapper_type = super::Builder, ext_trait = BuilderPropertiesExt)]
    pub struct Builder {
        /// The connection that the domain is built for.
        #[property(get, construct_only, nullable)]
        pub connection: RefCell<Option<Connection>>,
        pub capabilities: RefCell<Option<Capabilities>>,
        /// What the domain that is being built is described from.
        pub(super) building: RefCell<Option<super::Building>>,
    }

    #[glib::object_subclass]
    impl ObjectSubclass for Builder {
        const NAME: &'static str = "GVirSandboxBuilder";
        const ABSTRACT: bool = true;
        type Type = super::Builder;
        type Instance = GVirSandboxBuilder;
        type Class = GVirSandboxBuilderClass;

        fn class_init(class: &mut Self::Class) {
            builder_slots::install::<Self>(class);
        }
    }

    object_structs!(Builder: GVirSandboxBuilder, GVirSandboxBuilderClass);

    #[glib::derived_properties]
    impl ObjectImpl for Builder {}
}

/// Looks up what a configuration describes, and makes the files for it, or tells where they would be.
type Prepare = fn(&Config, &Host<'_>, &Path) -> Result<Prepared, BuilderError>;

/// A domain that is being built.
#[derive(Debug)]
struct Building {
    prepare: Prepare,
    prepared: Option<Rc<Prepared>>,
}

glib::wrapper! {
    /// Turns the configuration of a sandbox into the configuration of a libvirt domain.
    pub struct Builder(ObjectSubclass<imp::Builder>);
}

/// What can be done with any builder.
pub trait BuilderExt: IsA<Builder> {
    /// The connection that the domain is built for.
    fn connection(&self) -> Option<Connection> {
        let imp = self.upcast_ref::<Builder>().imp();
        imp.connection.borrow().clone()
    }

    /// Builds for a host with these capabilities, instead of asking the connection for them.
    fn set_capabilities(&self, capabilities: &Capabilities) {
        let imp = self.upcast_ref::<Builder>().imp();
        imp.capabilities.replace(Some(capabilities.clone()));
    }

    /// Builds the configuration of the domain, and the files in `statedir` that it refers to.
    fn construct(
        &self,
        config: &impl IsA<Config>,
        statedir: &Path,
    ) -> Result<gconfig::Domain, glib::Error> {
        let builder = self.upcast_ref::<Builder>();
        let (domain, prepared) = builder.build(config.upcast_ref(), statedir, Prepared::make)?;
        if let Some(prepared) = prepared {
            prepared.hand_over(statedir, &domain)?;
        }
        Ok(domain)
    }

    /// Removes what is not needed any more once the sandbox runs.
    fn clean_post_start(
        &self,
        config: &impl IsA<Config>,
        statedir: &Path,
    ) -> Result<(), glib::Error> {
        let builder = Dispatch::of(self.upcast_ref::<Builder>());
        builder.clean(Clean::PostStart, config.upcast_ref(), statedir)
    }

    /// Removes what is left of a sandbox that was stopped.
    fn clean_post_stop(
        &self,
        config: &impl IsA<Config>,
        statedir: &Path,
    ) -> Result<(), glib::Error> {
        let builder = Dispatch::of(self.upcast_ref::<Builder>());
        builder.clean(Clean::PostStop, config.upcast_ref(), statedir)
    }

    /// What the name of a block device in the sandbox starts with.
    fn disk_prefix(&self, config: &impl IsA<Config>, disk: &ConfigDisk) -> Option<CString> {
        Dispatch::of(self.upcast_ref::<Builder>()).disk_prefix(config.upcast_ref(), disk)
    }

    /// The host files that the sandbox gets a copy of.
    fn files_to_copy(&self, config: &impl IsA<Config>) -> Vec<PathBuf> {
        Dispatch::of(self.upcast_ref::<Builder>()).files_to_copy(config.upcast_ref())
    }
}

impl<T: IsA<Builder>> BuilderExt for T {}

impl Builder {
    /// Looks up what the configuration describes, and makes the files for it. The next construction is from that.
    pub(crate) fn prepare(
        &self,
        config: &Config,
        statedir: &Path,
        driver: &Driver,
    ) -> Result<Rc<Prepared>, BuilderError> {
        self.imp().building.replace(Some(Building {
            prepare: Prepared::make,
            prepared: None,
        }));
        let prepared = self.prepared(config, statedir, driver);
        if prepared.is_err() {
            // The next construction is from anew.
            self.imp().building.take();
        }
        prepared
    }

    /// Tells what would be built, as the domain and the plan of the guest. Nothing is made.
    pub(crate) fn describe(
        &self,
        config: &Config,
        statedir: &Path,
    ) -> Result<(gconfig::Domain, Plan), glib::Error> {
        self.imp().building.replace(None);
        let (domain, prepared) = self.build(config, statedir, Prepared::imagine)?;
        let prepared = prepared.ok_or(BuilderError::NotConnected)?;
        Ok((domain, prepared.spec.plan()))
    }

    /// Builds the domain from what was prepared, or is by `prepare`.
    fn build(
        &self,
        config: &Config,
        statedir: &Path,
        prepare: Prepare,
    ) -> Result<(gconfig::Domain, Option<Rc<Prepared>>), glib::Error> {
        let building = &self.imp().building;
        if building.borrow().is_none() {
            building.replace(Some(Building {
                prepare,
                prepared: None,
            }));
        }
        let domain = gconfig::Domain::new();
        let constructed = Dispatch::of(self).construct(Step::Domain, config, statedir, &domain);
        let prepared = building.take().and_then(|building| building.prepared);
        constructed.map(|()| (domain, prepared))
    }

    /// What the domain is described from. Whoever builds a whole one has it once, and a single step for itself.
    pub(crate) fn prepared(
        &self,
        config: &Config,
        statedir: &Path,
        driver: &Driver,
    ) -> Result<Rc<Prepared>, BuilderError> {
        let (prepare, known) = match &*self.imp().building.borrow() {
            Some(building) => (building.prepare, building.prepared.clone()),
            None => (Prepared::make as Prepare, None),
        };
        if let Some(known) = known {
            return Ok(known);
        }
        let ask = || self.capabilities();
        let host = Host {
            driver,
            knows_capabilities: self.imp().capabilities.borrow().is_some(),
            ask: &ask,
        };
        let prepared = Rc::new(prepare(config, &host, statedir)?);
        if let Some(building) = &mut *self.imp().building.borrow_mut() {
            building.prepared = Some(prepared.clone());
        }
        Ok(prepared)
    }

    /// The driver that the connection leads to.
    pub(crate) fn driver(&self) -> Result<Driver, BuilderError> {
        let connection = self.connection().ok_or(BuilderError::NotConnected)?;
        Ok(Driver::from_uri(&connection.uri().unwrap_or_default())?)
    }

    /// What the names of the disks' devices start with, for each disk.
    pub(crate) fn device_names(&self, config: &Config) -> Result<Vec<String>, BuilderError> {
        let prefix = |disk: ConfigDisk| {
            let prefix = self.disk_prefix(config, &disk);
            let refused = || BuilderError::Disk {
                tag: disk.tag().unwrap_or_default(),
                problem: tr!("the builder has no device names for disks"),
            };
            let prefix = prefix.ok_or_else(refused)?;
            Ok(prefix.to_string_lossy().into_owned())
        };
        config.disks().into_iter().map(prefix).collect()
    }

    /// The capabilities of the host; libvirt is asked once.
    fn capabilities(&self) -> Result<Capabilities, BuilderError> {
        if let Some(known) = self.imp().capabilities.borrow().clone() {
            return Ok(known);
        }
        let connection = self.connection().ok_or(BuilderError::NotConnected)?;
        let capabilities = connection
            .capabilities()
            .map_err(BuilderError::Capabilities)?;
        self.set_capabilities(&capabilities);
        Ok(capabilities)
    }
}

/// The defaults of the class.
impl BuilderSlots for imp::Builder {
    type Config = Config;
    type Disk = ConfigDisk;

    fn construct(
        &self,
        step: Step,
        config: &Config,
        statedir: &Path,
        domain: &gconfig::Domain,
    ) -> Result<(), glib::Error> {
        match step {
            Step::Domain => {
                let builder = Dispatch::of(&*self.obj());
                STEPS
                    .into_iter()
                    .try_for_each(|step| builder.construct(step, config, statedir, domain))
            }
            Step::Basic => {
                fill_in_basics(config, domain);
                Ok(())
            }
            Step::Os | Step::Features | Step::Devices | Step::Security => Ok(()),
        }
    }

    fn clean(&self, _slot: Clean, _config: &Config, _statedir: &Path) -> Result<(), glib::Error> {
        Ok(())
    }

    fn disk_prefix(&self, _config: &Config, _disk: &ConfigDisk) -> Option<CString> {
        None
    }

    fn files_to_copy(&self, _config: &Config) -> Vec<PathBuf> {
        Vec::new()
    }
}

/// What a domain is constructed in.
const STEPS: [Step; 5] = [
    Step::Basic,
    Step::Os,
    Step::Features,
    Step::Devices,
    Step::Security,
];

fn fill_in_basics(config: &Config, domain: &gconfig::Domain) {
    domain.set_memory(memory::memory(config).div_ceil(1024));
    let config = config.imp();
    domain.set_name(&config.name.get().unwrap_or_default().to_string_lossy());
    if let Some(uuid) = config.uuid.get() {
        domain.set_uuid(&uuid.to_string_lossy());
    }
}

#[cfg(test)]
mod tests;
