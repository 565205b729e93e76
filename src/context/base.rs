//! What every sandbox has that is started, used and stopped.

use std::ffi::CStr;

use glib::prelude::*;
use glib::subclass::prelude::*;
use libvirt_glib::gobject::{Connection, Domain, DomainState};
use thiserror::Error;

use crate::abi::Dispatch;
use crate::abi::context_slots::ContextSlots;
use crate::config::Config;
use crate::console::{Console, ConsoleRaw};
use crate::driver::{Driver, UriError};

#[allow(missing_docs, reason = "the properties' trait is derived")]
mod imp {
    use std::cell::{Cell, RefCell};

    use glib::prelude::*;
    use glib::subclass::prelude::*;
    use libvirt_glib::gobject::{Connection, Domain};

    use crate::abi::context::{GVirSandboxContext, GVirSandboxContextClass};
    use crate::abi::context_slots;
    use crate::abi::object_structs;
    use crate::config::Config;

    #[derive(Default, glib::Properties)]
    #[properties(wrapper_type = super::Context, ext_trait = ContextPropertiesExt)]
    pub struct Context {
        /// The configuration of the sandbox.
        #[property(get, construct_only, nullable)]
        pub config: RefCell<Option<Config>>,
        /// The connection that the sandbox runs on.
        #[property(get, construct_only, nullable)]
        pub connection: RefCell<Option<Connection>>,
        /// The domain, while the sandbox is started or attached to.
        #[property(get, set, nullable)]
        pub domain: RefCell<Option<Domain>>,
        /// Whether libvirt keeps the sandbox, which need not have a client.
        pub is_service: Cell<bool>,
    }

    #[glib::object_subclass]
    impl ObjectSubclass for Context {
        const NAME: &'static str = "GVirSandboxContext";
        const ABSTRACT: bool = true;
        type Type = super::Context;
        type Instance = GVirSandboxContext;
        type Class = GVirSandboxContextClass;

        fn class_init(class: &mut Self::Class) {
            context_slots::install::<Self>(class);
        }
    }

    object_structs!(Context: GVirSandboxContext, GVirSandboxContextClass);

    #[glib::derived_properties]
    impl ObjectImpl for Context {}
}

glib::wrapper! {
    /// A sandbox that is started, used and stopped.
    pub struct Context(ObjectSubclass<imp::Context>);
}

/// Why a context could not do what it was asked for.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum ContextError {
    /// The sandbox is not started, as far as the context knows.
    #[error("{}", tr!("sandbox '{name}' has no domain, start it or attach to it first", name = .0))]
    NoDomain(String),
    /// The context has a domain.
    #[error(
        "{}",
        tr!("sandbox '{name}' already has a domain, stop it or detach from it first", name = .0)
    )]
    HasDomain(String),
    /// There is nothing to attach to.
    #[error(
        "{}",
        tr!("no domain is named '{name}' on this connection, start the sandbox first", name = .0)
    )]
    NotFound(String),
    /// Only the subclasses know how.
    #[error("{}", tr!("the context class of sandbox '{name}' does not implement start", name = .0))]
    NotImplemented(String),
    /// The context was created without a connection.
    #[error(
        "{}",
        tr!("the context of sandbox '{name}' has no connection, create it with one", name = .0)
    )]
    NoConnection(String),
    /// The connection can't carry sandboxes.
    #[error(transparent)]
    Uri(#[from] UriError),
}

impl From<ContextError> for glib::Error {
    fn from(error: ContextError) -> Self {
        let domain = glib::Quark::from_str("gvir-sandbox-context");
        Self::with_domain(domain, 0, &error.to_string())
    }
}

/// What can be done with any context.
pub trait ContextExt: IsA<Context> {
    /// Starts the sandbox.
    fn start(&self) -> Result<(), glib::Error> {
        let context = self.upcast_ref::<Context>();
        let started = Dispatch::of(context).start();
        started.unwrap_or_else(|| context.refuse())
    }

    /// Stops the sandbox at once.
    fn stop(&self) -> Result<(), glib::Error> {
        let context = self.upcast_ref::<Context>();
        let stopped = Dispatch::of(context).stop();
        stopped.unwrap_or_else(|| context.refuse())
    }

    /// Looks for the domain of a sandbox that somebody else has started.
    fn attach(&self) -> Result<(), glib::Error> {
        let context = self.upcast_ref::<Context>();
        let attached = Dispatch::of(context).attach();
        attached.unwrap_or_else(|| context.refuse())
    }

    /// Lets go of the domain, and leaves it running.
    fn detach(&self) -> Result<(), glib::Error> {
        let context = self.upcast_ref::<Context>();
        let detached = Dispatch::of(context).detach();
        detached.unwrap_or_else(|| context.refuse())
    }

    /// Whether the context has a domain.
    fn is_attached(&self) -> bool {
        self.upcast_ref::<Context>().imp().domain.borrow().is_some()
    }

    /// The configuration of the sandbox.
    fn config(&self) -> Option<Config> {
        self.upcast_ref::<Context>().imp().config.borrow().clone()
    }

    /// The connection that the sandbox runs on.
    fn connection(&self) -> Option<Connection> {
        let imp = self.upcast_ref::<Context>().imp();
        imp.connection.borrow().clone()
    }

    /// The domain of the sandbox.
    fn domain(&self) -> Result<Domain, ContextError> {
        let context = self.upcast_ref::<Context>();
        let domain = context.imp().domain.borrow().clone();
        domain.ok_or_else(|| ContextError::NoDomain(context.label()))
    }

    /// Remembers the domain of the sandbox, or forgets it.
    fn set_domain(&self, domain: Option<&Domain>) {
        self.set_property("domain", domain);
    }

    /// The console with the messages of the kernel and of the first program.
    fn log_console(&self) -> Result<Console, ContextError> {
        let context = self.upcast_ref::<Context>();
        let console = context.raw_console(log_devname)?;
        // Nobody has to be there while a service writes.
        if context.imp().is_service.get() {
            console.show_log();
        }
        Ok(console.upcast())
    }

    /// The console on which a shell waits, if the configuration asks for one.
    fn shell_console(&self) -> Result<Option<Console>, ContextError> {
        let context = self.upcast_ref::<Context>();
        let console = context.raw_console(shell_devname)?;
        // Who attached to the sandbox need not know how it was configured.
        Ok((context.has_shell() || console.terminal().is_ok()).then(|| console.upcast()))
    }
}

impl<T: IsA<Context>> ContextExt for T {}

impl Context {
    /// Fails: only a subclass knows how to start.
    pub(crate) fn refuse(&self) -> Result<(), glib::Error> {
        Err(ContextError::NotImplemented(self.label()).into())
    }

    /// Stops the domain, as the class does by default.
    pub(crate) fn stop_domain(&self) -> Result<(), glib::Error> {
        let domain = self.domain()?;
        if let Err(error) = domain.stop()
            && !self.has_ended(&domain)
        {
            return Err(error);
        }
        self.set_domain(None);
        Ok(())
    }

    /// Whether the domain has ended, for all that libvirt says: nobody knows when that says nothing.
    fn has_ended(&self, domain: &Domain) -> bool {
        if let Ok(info) = domain.info() {
            return info.state == DomainState::Shutoff;
        }
        // One that was not defined is gone when it has ended.
        self.connection().is_some_and(|connection| {
            connection.fetch_domains().is_ok()
                && domain
                    .name()
                    .is_some_and(|name| connection.find_domain_by_name(&name).is_none())
        })
    }

    /// Lets go of the domain, as the class does by default.
    pub(crate) fn forget_domain(&self) -> Result<(), glib::Error> {
        self.domain()?;
        self.set_domain(None);
        Ok(())
    }

    /// Fails when the sandbox was started or attached to.
    pub(crate) fn refuse_second_domain(&self) -> Result<(), ContextError> {
        if self.is_attached() {
            return Err(ContextError::HasDomain(self.label()));
        }
        Ok(())
    }

    /// The connection, which C code can leave out.
    pub(crate) fn required_connection(&self) -> Result<Connection, ContextError> {
        self.connection()
            .ok_or_else(|| ContextError::NoConnection(self.label()))
    }

    /// The driver behind the connection.
    pub(crate) fn driver(&self) -> Result<Driver, ContextError> {
        let uri = self.required_connection()?.uri().unwrap_or_default();
        Ok(Driver::from_uri(&uri)?)
    }

    /// Whether the configuration asks for a shell.
    pub(crate) fn has_shell(&self) -> bool {
        self.config().is_some_and(|config| config.imp().shell.get())
    }

    /// The name of the sandbox, for messages and for its domain.
    pub(crate) fn label(&self) -> String {
        let name = self.config().and_then(|config| config.imp().name.get());
        name.unwrap_or_default().to_string_lossy().into_owned()
    }

    fn raw_console(
        &self,
        devname: fn(&Driver) -> &'static CStr,
    ) -> Result<ConsoleRaw, ContextError> {
        let domain = self.domain()?;
        let connection = self.required_connection()?;
        let devname = devname(&self.driver()?);
        Ok(ConsoleRaw::new(&connection, &domain, devname))
    }
}

fn log_devname(driver: &Driver) -> &'static CStr {
    match driver {
        Driver::Container => c"console0",
        Driver::Machine(_) => c"serial0",
    }
}

fn shell_devname(driver: &Driver) -> &'static CStr {
    match driver {
        Driver::Container => c"console1",
        Driver::Machine(_) => c"serial1",
    }
}

/// The defaults of the class.
impl ContextSlots for imp::Context {
    fn start(&self) -> Result<(), glib::Error> {
        let context = self.obj();
        context.refuse_second_domain()?;
        context.refuse()
    }

    fn stop(&self) -> Result<(), glib::Error> {
        self.obj().stop_domain()
    }

    fn attach(&self) -> Result<(), glib::Error> {
        let context = self.obj();
        context.refuse_second_domain()?;
        let connection = context.required_connection()?;
        connection.fetch_domains()?;
        let name = context.label();
        let domain = connection
            .find_domain_by_name(&name)
            .ok_or(ContextError::NotFound(name))?;
        context.set_domain(Some(&domain));
        Ok(())
    }

    fn detach(&self) -> Result<(), glib::Error> {
        self.obj().forget_domain()
    }
}

#[cfg(test)]
mod tests;
