//! A sandbox that libvirt keeps: it is defined once, and started whenever it is needed.

use std::path::Path;

use glib::prelude::*;
use glib::subclass::prelude::*;
use libvirt_glib::gconfig::ToXml;
use libvirt_glib::gobject::{
    Connection, Domain, DomainDeleteFlags, DomainStartFlags, DomainState, DomainXmlFlags,
};
use quick_xml::escape::escape;

use super::exports::Exports;
use super::host_kernel;
use super::qemu_rights;
use super::service_error::ServiceError;
use super::servicedir::{Draft, ServiceDir};
use super::statedir::Audience;
use super::{Context, ContextExt, loop_devices, reserved, root, shutdown, trace};
use crate::abi::Dispatch;
use crate::abi::context_slots::ContextServiceSlots;
use crate::builder::security::apparmor;
use crate::builder::{Builder, BuilderExt};
use crate::config::{Config, ConfigExt, ConfigPropertiesExt, ConfigService, ConfigServiceSystemd};
use crate::driver::Driver;

mod imp {
    use glib::prelude::*;
    use glib::subclass::prelude::*;

    use crate::abi::context::{GVirSandboxContextService, GVirSandboxContextServiceClass};
    use crate::abi::context_slots;
    use crate::abi::object_structs;
    use crate::context::{Context, ContextImpl};

    #[derive(Default)]
    pub struct ContextService;

    #[glib::object_subclass]
    impl ObjectSubclass for ContextService {
        const NAME: &'static str = "GVirSandboxContextService";
        type Type = super::ContextService;
        type ParentType = Context;
        type Instance = GVirSandboxContextService;
        type Class = GVirSandboxContextServiceClass;

        fn class_init(class: &mut Self::Class) {
            context_slots::install_service::<Self>(class);
        }
    }

    object_structs!(ContextService: GVirSandboxContextService, GVirSandboxContextServiceClass);

    impl ObjectImpl for ContextService {
        fn constructed(&self) {
            self.parent_constructed();
            let context = self.obj();
            context.upcast_ref::<Context>().imp().is_service.set(true);
        }
    }

    impl ContextImpl for ContextService {
        fn start(&self) -> Result<(), glib::Error> {
            self.obj().start_domain()
        }

        fn stop(&self) -> Result<(), glib::Error> {
            self.obj().stop_domain()
        }
    }
}

glib::wrapper! {
    /// A sandbox that libvirt keeps: it is defined once, and started whenever it is needed.
    pub struct ContextService(ObjectSubclass<imp::ContextService>)
        @extends Context;
}

/// What can be done with any service.
pub trait ContextServiceExt: IsA<ContextService> {
    /// Hands the service to libvirt, in place of an earlier definition of it; it is not started.
    fn define(&self) -> Result<(), glib::Error> {
        let service = self.upcast_ref::<ContextService>();
        let defined = Dispatch::of(service).define();
        defined.unwrap_or_else(|| service.define_domain())
    }

    /// Takes the service away from libvirt, with all of its files; one that runs goes on until it ends.
    fn undefine(&self) -> Result<(), glib::Error> {
        let service = self.upcast_ref::<ContextService>();
        let undefined = Dispatch::of(service).undefine();
        undefined.unwrap_or_else(|| service.undefine_domain())
    }
}

impl<T: IsA<ContextService>> ContextServiceExt for T {}

impl ContextService {
    /// Creates the context of a service on `connection`; nothing is defined or started.
    pub fn new(connection: &Connection, config: &impl IsA<ConfigService>) -> Self {
        glib::Object::builder()
            .property("connection", connection)
            .property("config", config.upcast_ref::<ConfigService>())
            .build()
    }

    /// Hands the service to libvirt, as the class does by default.
    pub(crate) fn define_domain(&self) -> Result<(), glib::Error> {
        let connection = self.upcast_ref::<Context>().required_connection()?;
        let config = self.config().ok_or(ServiceError::NoConfig)?;
        check(&config, &self.upcast_ref::<Context>().driver()?)?;
        trace::check(&config)?;
        let directory = self.lock_directory()?;
        let name = self.upcast_ref::<Context>().label();
        let old = match find(&connection, &name, &directory)? {
            Found::Nothing => None,
            Found::Service(domain) => Some(domain),
            Found::Other => return Err(ServiceError::Foreign(name).into()),
        };
        let defined = define_in(&directory, &connection, &config, old.as_ref());
        if defined.is_err() {
            directory.remove_if_empty();
        }
        defined
    }

    /// Builds the files and the domain anew from the saved configuration where another version of this library has made
    /// them, and removes what a definition meanwhile left to the sandbox that ran.
    fn bring_up_to_date(&self, connection: &Connection, old: &Domain) -> Result<(), glib::Error> {
        let name = self.upcast_ref::<Context>().label();
        if is_active(old) || !mentions(old, &ServiceDir::path_of(&name))? {
            return Ok(());
        }
        let directory = self.lock_directory()?;
        let description = description(old)?;
        let generation = directory.generation(|path| is_in(&description, path));
        match generation {
            Some(generation) if directory.is_current(&generation) => {
                directory.keep_only(&generation);
                Ok(())
            }
            generation => {
                let config = Config::load_from_path(&directory.configuration())?;
                check(&config, &self.upcast_ref::<Context>().driver()?)?;
                let draft = take(&directory, connection, &config, Some(old))?;
                let new = draft.path().to_owned();
                directory.commit(draft, true).map_err(ServiceError::from)?;
                if let Some(generation) = generation {
                    ServiceDir::move_scratch(&generation, &new).map_err(ServiceError::from)?;
                }
                directory.keep_only(&new);
                Ok(())
            }
        }
    }

    /// Takes the service away from libvirt, as the class does by default.
    pub(crate) fn undefine_domain(&self) -> Result<(), glib::Error> {
        let connection = self.upcast_ref::<Context>().required_connection()?;
        let directory = self.lock_directory()?;
        let name = self.upcast_ref::<Context>().label();
        let found = find(&connection, &name, &directory)?;
        if let Found::Service(domain) = &found {
            domain.delete(DomainDeleteFlags::empty())?;
        }
        let removed = directory.remove().map_err(ServiceError::from)?;
        if removed || matches!(found, Found::Service(_)) {
            Ok(())
        } else {
            Err(ServiceError::NothingToUndefine(name).into())
        }
    }

    /// The directory of the service, which is not another connection's.
    fn lock_directory(&self) -> Result<ServiceDir, glib::Error> {
        let context = self.upcast_ref::<Context>();
        let driver = context.driver()?;
        let audience = if driver.has_other_user() {
            Audience::Emulator
        } else {
            Audience::Owner
        };
        let name = context.label();
        let directory = ServiceDir::lock(&name, audience).map_err(ServiceError::from)?;
        match directory.connection() {
            Some(uri) if Driver::from_uri(&uri) != Ok(driver) => {
                Err(ServiceError::Elsewhere { name, uri }.into())
            }
            _ => Ok(directory),
        }
    }

    fn start_domain(&self) -> Result<(), glib::Error> {
        let context = self.upcast_ref::<Context>();
        context.refuse_second_domain()?;
        let driver = context.driver()?;
        let connection = context.required_connection()?;
        connection.fetch_domains()?;
        let name = context.label();
        let domain = connection
            .find_domain_by_name(&name)
            .ok_or(ServiceError::NotDefined(name))?;
        self.bring_up_to_date(&connection, &domain)?;
        let config = self.config();
        let turn = config
            .as_ref()
            .and_then(|config| loop_devices::take_turn(config, &driver));
        let exports = match &config {
            Some(config) => {
                let description = domain.config(DomainXmlFlags::INACTIVE)?.to_xml();
                Exports::of(config, &driver, &description).map_err(ServiceError::from)?
            }
            None => None,
        };
        let mut flags = DomainStartFlags::empty();
        flags.set(DomainStartFlags::PAUSED, exports.is_some());
        domain.start(flags)?;
        drop(turn);
        if let (Some(config), Some(exports)) = (config, exports)
            && let Err(error) = self.go_on(&config, &driver, &exports, &domain)
        {
            // The error to tell is the first one.
            let _ = domain.stop();
            return Err(error);
        }
        self.set_domain(Some(&domain));
        Ok(())
    }

    /// Lets the guest of a machine run, if QEMU has what it is to have, and no more.
    fn go_on(
        &self,
        config: &Config,
        driver: &Driver,
        exports: &Exports,
        domain: &Domain,
    ) -> Result<(), glib::Error> {
        let name = self.upcast_ref::<Context>().label();
        let directory = ServiceDir::path_of(&name);
        if let Driver::Machine(placement) = driver {
            qemu_rights::check(config, placement, &name, &directory).map_err(ServiceError::from)?;
            let checked = exports.check(placement, &name, &directory);
            checked.map_err(ServiceError::from)?;
        }
        domain.resume()
    }

    fn stop_domain(&self) -> Result<(), glib::Error> {
        let context = self.upcast_ref::<Context>();
        let domain = self.domain()?;
        let is_system = |config: Config| config.is::<ConfigServiceSystemd>();
        match context.driver()? {
            Driver::Machine(_) => {
                // Only the object that the connection has now hears of the end, and defining the service gave it another.
                let connection = context.required_connection()?;
                let fetched = connection.fetch_domains().ok();
                let known = fetched.and_then(|()| connection.find_domain_by_name(&context.label()));
                shutdown::end_machine(&known.unwrap_or(domain));
            }
            Driver::Container if self.config().is_some_and(is_system) => {
                shutdown::end_container(&domain, shutdown::POWER_OFF);
            }
            Driver::Container => shutdown::end_container(&domain, shutdown::END),
        }
        context.stop_domain()
    }
}

/// Refuses what could be built, but not be run.
pub(super) fn check(config: &Config, driver: &Driver) -> Result<(), ServiceError> {
    root::check(config)?;
    reserved::check(config, driver)?;
    if *driver == Driver::Container {
        host_kernel::check(config)?;
    }
    Ok(())
}

/// What has a service's name on a connection.
enum Found {
    Nothing,
    /// The domain of the service.
    Service(Domain),
    /// A domain that knows nothing of the service's directory.
    Other,
}

fn find(connection: &Connection, name: &str, directory: &ServiceDir) -> Result<Found, glib::Error> {
    connection.fetch_domains()?;
    let Some(domain) = connection.find_domain_by_name(name) else {
        return Ok(Found::Nothing);
    };
    let is_service = domain.is_persistent() && mentions(&domain, directory.path())?;
    Ok(if is_service {
        Found::Service(domain)
    } else {
        Found::Other
    })
}

/// Whether the domain refers to something below `path`.
pub(super) fn mentions(domain: &Domain, path: &Path) -> Result<bool, glib::Error> {
    Ok(is_in(&description(domain)?, path))
}

fn description(domain: &Domain) -> Result<glib::GString, glib::Error> {
    Ok(domain.config(DomainXmlFlags::INACTIVE)?.to_xml())
}

/// Whether a value in the description is a path below `path`, and not only one that ends alike.
fn is_in(description: &str, path: &Path) -> bool {
    let path = format!("{}/", path.display());
    let path = escape(&path);
    description.match_indices(path.as_ref()).any(|(index, _)| {
        let before = description.get(..index).unwrap_or_default();
        before.ends_with(['"', '\'', '>', '='])
    })
}

fn is_active(domain: &Domain) -> bool {
    domain
        .info()
        .is_ok_and(|info| info.state != DomainState::Shutoff)
}

/// Defines the service with new files, and removes the old ones when libvirt has taken it.
fn define_in(
    directory: &ServiceDir,
    connection: &Connection,
    config: &Config,
    old: Option<&Domain>,
) -> Result<(), glib::Error> {
    let in_use = old.is_some_and(is_active);
    let draft = take(directory, connection, config, old)?;
    Ok(directory
        .commit(draft, in_use)
        .map_err(ServiceError::from)?)
}

/// Makes new files, and lets libvirt take the domain that refers to them.
fn take(
    directory: &ServiceDir,
    connection: &Connection,
    config: &Config,
    old: Option<&Domain>,
) -> Result<Draft, glib::Error> {
    let uri = connection.uri().unwrap_or_default();
    let draft = directory
        .draft(&uri, &config.save_to_data())
        .map_err(ServiceError::from)?;
    let domain = Builder::for_connection(connection)?.construct(config, draft.path())?;
    if let Some(uuid) = old.and_then(Domain::uuid)
        && config.uuid().is_none()
    {
        // Only the profile that is made for it asks for one of its own.
        if domain.uuid().is_some_and(|own| own != uuid) {
            apparmor::write_profile(&uuid)?;
        }
        domain.set_uuid(&uuid);
    }
    connection.create_domain(&domain)?;
    Ok(draft)
}

/// The defaults of the class.
impl ContextServiceSlots for imp::ContextService {
    fn define(&self) -> Result<(), glib::Error> {
        self.obj().define_domain()
    }

    fn undefine(&self) -> Result<(), glib::Error> {
        self.obj().undefine_domain()
    }
}

#[cfg(test)]
mod tests;
