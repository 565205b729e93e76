//! A sandbox that runs a program with its input and output connected.

use std::ffi::CStr;
use std::sync::Arc;
use std::time::Duration;

use glib::prelude::*;
use glib::subclass::prelude::*;
use libvirt_glib::gconfig::ToXml;
use libvirt_glib::gobject::{Connection, DomainStartFlags};

use super::controller::Controller;
use super::exports::Exports;
use super::name_conflict;
use super::reaper::{Duty, Reaper};
use super::refusal::refuse_what_is_missing;
use super::sources::Server as Sources;
use super::start_error::StartError;
use super::statedir::{self, Audience, StateDir};
use super::{
    Context, ContextError, ContextExt, client_note, embedded, garbage, guest, host_kernel,
    loop_devices, reserved, root, trace,
};
use super::{qemu_process, qemu_rights};
use crate::builder::security::userns::Users;
use crate::builder::{Builder, BuilderExt, Guest, files};
use crate::config::{
    Config, ConfigExt, ConfigInteractive, ConfigMountHostImage, ConfigPropertiesExt,
};
use crate::console::channel::Channel;
use crate::console::controller::ControllerWatch;
use crate::console::{ConsoleExt, ConsoleRpc};
use crate::driver::{Driver, Placement};
use crate::phases::{Phase, Phases};

mod imp {
    use std::cell::RefCell;

    use glib::subclass::prelude::*;

    use super::Running;
    use crate::abi::context::{GVirSandboxContextInteractive, GVirSandboxContextInteractiveClass};
    use crate::abi::object_structs;
    use crate::context::{Context, ContextExt, ContextImpl};

    #[derive(Default)]
    pub struct ContextInteractive {
        pub(super) running: RefCell<Option<Running>>,
    }

    #[glib::object_subclass]
    impl ObjectSubclass for ContextInteractive {
        const NAME: &'static str = "GVirSandboxContextInteractive";
        type Type = super::ContextInteractive;
        type ParentType = Context;
        type Instance = GVirSandboxContextInteractive;
        type Class = GVirSandboxContextInteractiveClass;
    }

    object_structs!(ContextInteractive: GVirSandboxContextInteractive, GVirSandboxContextInteractiveClass);

    impl ObjectImpl for ContextInteractive {
        fn dispose(&self) {
            // What this context started ends with it; what it only attached to goes on.
            if self.running.borrow().is_some()
                && let Err(error) = self.obj().stop()
            {
                glib::g_info!(
                    crate::log::LOG_DOMAIN,
                    "{}",
                    tr!("a sandbox ended before its context: {error}", error)
                );
            }
        }
    }

    impl ContextImpl for ContextInteractive {
        fn start(&self) -> Result<(), glib::Error> {
            self.obj().start_domain()
        }

        fn stop(&self) -> Result<(), glib::Error> {
            self.obj().stop_domain()
        }
    }
}

glib::wrapper! {
    /// A sandbox that runs a program with its input and output connected.
    pub struct ContextInteractive(ObjectSubclass<imp::ContextInteractive>)
        @extends Context;
}

/// What exists on the host as long as a sandbox runs.
#[derive(Debug)]
struct Running {
    builder: Builder,
    state: StateDir,
    console: Option<ConsoleRpc>,
    /// Waits until the container has what it needs of the host.
    sources: Option<Sources>,
    phases: Arc<Phases>,
    /// Dismissed when everything else is gone.
    reaper: Reaper,
}

impl ContextInteractive {
    /// Creates the context of a sandbox on `connection`; nothing is started.
    pub fn new(connection: &Connection, config: &ConfigInteractive) -> Self {
        glib::Object::builder()
            .property("connection", connection)
            .property("config", config)
            .build()
    }

    /// The console that the program's input and output are connected with.
    pub fn app_console(&self) -> Result<ConsoleRpc, ContextError> {
        let domain = self.domain()?;
        let ours = self
            .imp()
            .running
            .borrow()
            .as_ref()
            .and_then(|running| running.console.clone());
        if let Some(console) = ours {
            return Ok(console);
        }
        let context = self.upcast_ref::<Context>();
        let connection = context.required_connection()?;
        Ok(ConsoleRpc::new(
            &connection,
            &domain,
            app_devname(&context.driver()?, context.has_shell()),
        ))
    }

    /// Ends a sandbox whose program has ended, in a process that ends next; whether its domain is left to libvirt.
    ///
    /// What the sandbox has on the host is removed, and its name is free. libvirt destroys the domain as soon as the
    /// connection is gone, and needs longer for it than for all the rest: to wait for that, the connection would have to be
    /// closed, or [`stop`](ContextExt::stop) to be called. What somebody may want next, a disk for example, would still be
    /// libvirt's: only of a container that has nothing of that kind the domain is left.
    pub fn leave(&self) -> Result<bool, glib::Error> {
        let is_container = self.upcast_ref::<Context>().driver()? == Driver::Container;
        if !is_container || !self.config().is_some_and(|config| holds_nothing(&config)) {
            self.stop()?;
            return Ok(false);
        }
        self.end(|context| {
            if let Some(controller) = Controller::of(&context.domain()?) {
                controller.end();
            }
            context.forget_domain()
        })?;
        Ok(true)
    }

    fn start_domain(&self) -> Result<(), glib::Error> {
        let context = self.upcast_ref::<Context>();
        context.refuse_second_domain()?;
        let connection = context.required_connection()?;
        let driver = context.driver()?;
        let config = self.config().ok_or(StartError::NoConfig)?;
        let has_kernel = matches!(driver, Driver::Machine(_));
        let phases = Arc::new(Phases::begin(context.label(), has_kernel));
        check(&config, &driver)?;
        trace::check(&config)?;

        let path = statedir::path_of(&context.label()).map_err(StartError::from)?;
        let duty = Duty {
            state_dir: Some(&path),
            embedded_root: match &driver {
                Driver::Machine(Placement::Embedded { root }) => Some(root),
                _ => None,
            },
            remove_root: false,
            terminal: config
                .downcast_ref::<ConfigInteractive>()
                .is_some_and(ConfigInteractive::tty),
        };
        garbage::clean_once(&statedir::base().map_err(StartError::from)?);
        // It watches before there is anything to remove.
        let reaper = Reaper::watch(duty).map_err(StartError::Reaper)?;
        // Whom libvirt runs the guest as is let in by the builder, which knows who that is.
        let state = StateDir::claim(&context.label(), Audience::Owner).map_err(StartError::from)?;
        if let Some(lock) = state.lock() {
            reaper.share_lock(lock);
        }
        let builder = Builder::for_connection(&connection)?;
        let mut running = Running {
            builder,
            state,
            console: None,
            sources: None,
            phases,
            reaper,
        };
        let launched = self.launch(&connection, &driver, &config, &mut running);
        if launched.is_ok() {
            self.imp().running.replace(Some(running));
            return Ok(());
        }
        let cleaned = if self.is_attached() {
            self.imp().running.replace(Some(running));
            self.stop()
        } else {
            running.phases.enter(Phase::Stop);
            running.clean_up(&config)
        };
        if let Err(error) = cleaned {
            // What is told is why it was not started.
            glib::g_info!(
                crate::log::LOG_DOMAIN,
                "{}",
                tr!(
                    "a sandbox that was not started is not cleaned up: {error}",
                    error
                )
            );
        }
        launched
    }

    fn launch(
        &self,
        connection: &Connection,
        driver: &Driver,
        config: &Config,
        running: &mut Running,
    ) -> Result<(), glib::Error> {
        let statedir = running.state.path();
        glib::g_debug!(
            crate::log::LOG_DOMAIN,
            "starting a sandbox in {}",
            statedir.display()
        );
        files::make_new_guest_dir(statedir)?;
        files::write_private(
            &files::configuration(statedir),
            config.save_to_data().as_bytes(),
        )?;
        let uri = connection.uri().unwrap_or_default();
        client_note::note(statedir, &uri, &config.command())?;
        let mut channel = Channel::listen(&files::socket(statedir)).map_err(StartError::from)?;
        let prepared = running.builder.prepare(config, statedir, driver)?;
        let mut sources = None;
        if let Guest::Container(container) = &prepared.spec.guest
            && container.are_sent
        {
            // In its directory before that is given to the container's users.
            let socket = files::sources_socket(statedir);
            sources = Some(Sources::listen(&socket).map_err(StartError::Sources)?);
        }
        let domain = running.builder.construct(config, statedir)?;
        if let (Guest::Container(container), Some(sources)) = (&prepared.spec.guest, &mut sources) {
            let root = container.users.as_ref().map_or(0, Users::root);
            let copies = container.trees.copies(&prepared.made)?;
            sources.serve(copies, root).map_err(StartError::Sources)?;
        }
        running.sources = sources;
        let exports = Exports::of(config, driver, &domain.to_xml()).map_err(StartError::from)?;
        let mut flags = DomainStartFlags::empty();
        flags.set(DomainStartFlags::AUTODESTROY, has_autodestroy(driver));
        flags.set(DomainStartFlags::PAUSED, exports.is_some());
        running.phases.enter(Phase::Create);
        let name = self.upcast_ref::<Context>().label();
        if let Driver::Machine(Placement::Embedded { root }) = driver {
            embedded::prepare_start(root);
        }
        let turn = loop_devices::take_turn(config, driver);
        let domain =
            name_conflict::start_domain(connection, &name, &domain, flags, driver, statedir)?;
        drop(turn);
        if let Driver::Machine(Placement::Embedded { root }) = driver {
            running.reaper.watch_log();
            embedded::keep_knowledge(root);
        }
        self.set_domain(Some(&domain));
        let controller = match driver {
            Driver::Container => ControllerWatch::begin(&domain).map_err(StartError::from)?,
            Driver::Machine(_) => None,
        };
        if let Some(controller) = &controller {
            running.reaper.share_process(controller.as_fd());
        }
        if let (Driver::Machine(placement), Some(exports)) = (driver, exports) {
            let socket = files::real_guest_dir(statedir).join(files::SOCKET);
            qemu_rights::check(config, placement, &name, &socket).map_err(StartError::from)?;
            exports
                .check(placement, &name, &socket)
                .map_err(StartError::from)?;
            domain.resume()?;
        }
        running.phases.enter(Phase::Boot);
        running.builder.clean_post_start(config, statedir)?;
        let peer = guest::of(&prepared.spec, driver, &name, statedir, controller.as_ref());
        channel.expect(peer);

        let tty = config
            .downcast_ref::<ConfigInteractive>()
            .is_some_and(ConfigInteractive::tty);
        let has_kernel = matches!(driver, Driver::Machine(_));
        let log = has_kernel.then(|| files::log(statedir));
        let shell = self.upcast_ref::<Context>().has_shell();
        let console = ConsoleRpc::new(connection, &domain, app_devname(driver, shell));
        let limit = Some(config.timeout()).filter(|milliseconds| *milliseconds != 0);
        let limit = limit.map(Duration::from_millis);
        console.connect_guest(channel, controller, tty, log, limit, running.phases.clone());
        if has_kernel {
            console.remove_when_ready(files::initrd(statedir));
        }
        running.console = Some(console);
        Ok(())
    }

    fn stop_domain(&self) -> Result<(), glib::Error> {
        let console = |running: &Running| running.console.clone();
        let console = self.imp().running.borrow().as_ref().and_then(console);
        if let Some(console) = console {
            console.drain();
        }
        self.end(|context| {
            // One that was attached to may be of a driver that nothing is started on.
            if let Ok(Driver::Machine(placement)) = context.driver() {
                qemu_process::end_machine(&placement, &context.label());
            }
            context.stop_domain()
        })
    }

    /// Has `let_go` bring the context apart from its domain, and removes what the sandbox has on the host.
    fn end(
        &self,
        let_go: impl FnOnce(&Context) -> Result<(), glib::Error>,
    ) -> Result<(), glib::Error> {
        let phases = |running: &Running| running.phases.clone();
        let phases = self.imp().running.borrow().as_ref().map(phases);
        if let Some(phases) = &phases {
            phases.enter(Phase::Stop);
        }
        let_go(self.upcast_ref())?;
        let cleaned = match (self.imp().running.take(), self.config()) {
            (Some(running), Some(config)) => running.clean_up(&config),
            _ => Ok(()),
        };
        if let Some(phases) = &phases {
            phases.end();
        }
        cleaned
    }
}

/// Refuses what could be built, but not be run.
pub(super) fn check(config: &Config, driver: &Driver) -> Result<(), StartError> {
    refuse_what_is_missing(config)?;
    root::check(config)?;
    reserved::check(config, driver)?;
    if *driver == Driver::Container {
        host_kernel::check(config)?;
    }
    Ok(())
}

impl Running {
    /// Removes what the sandbox had on the host, or leaves it to the reaper.
    fn clean_up(mut self, config: &Config) -> Result<(), glib::Error> {
        if let Some(console) = &self.console
            && let Err(error) = console.detach()
        {
            glib::g_info!(
                crate::log::LOG_DOMAIN,
                "{}",
                tr!("the end is told there: {error}", error)
            );
        }
        let cleaned = self.builder.clean_post_stop(config, self.state.path());
        if !self.state.release() {
            self.reaper.keep();
        }
        cleaned
    }
}

/// Whether nobody can miss what a container had once its program has ended.
fn holds_nothing(config: &Config) -> bool {
    let images = config.mounts_with_type(ConfigMountHostImage::static_type());
    images.is_empty()
        && config.disks().is_empty()
        && config.networks().is_empty()
        && config.overlay_dir().is_none()
}

/// Whether domains end with the connection. Those of the embedded driver, which does not know it, the reaper kills.
fn has_autodestroy(driver: &Driver) -> bool {
    !matches!(driver, Driver::Machine(Placement::Embedded { .. }))
}

fn app_devname(driver: &Driver, shell: bool) -> &'static CStr {
    match driver {
        Driver::Container if shell => c"console2",
        Driver::Container | Driver::Machine(_) => c"console1",
    }
}
