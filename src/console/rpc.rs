//! The application console: a program's input, output and end.

use std::ffi::CStr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use gio_unix::{InputStream, OutputStream};
use glib::prelude::*;
use glib::subclass::prelude::*;
use glib::{MainContext, SignalHandlerId};
use libvirt_glib::gobject::{Connection, Domain};
use nix::sys::signal::Signal;

use super::attach::{AttachError, LocalStreams};
use super::channel::Channel;
use super::controller::ControllerWatch;
use super::relay::{Progress, Relay};
use super::relay_error::RelayError;
use super::terminal::RawTerminal;
use super::time_limit::TimeLimit;
use super::{Console, ConsolePropertiesExt};
use crate::abi::AnyThreadWeak;
use crate::event::{self, EventSource, HomeContext, locked};
use crate::phases::{Phase, Phases};

mod clock;
mod drain;
mod end;
mod error;
mod guest;

pub use error::ConsoleRpcError;

/// How long a guest may take to be ready: some need two minutes, where QEMU emulates and gets little of the processor.
const BOOT_LIMIT: Duration = Duration::from_secs(300);

mod imp {
    use std::cell::{Cell, RefCell};
    use std::path::PathBuf;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::{Arc, Mutex};

    use gio_unix::{InputStream, OutputStream};
    use glib::subclass::prelude::*;

    use super::{Attachment, ConsoleRpcError, EventSource, HomeContext, Link, Phases, TimeLimit};
    use crate::abi::console::{GVirSandboxConsoleRpc, GVirSandboxConsoleRpcClass};
    use crate::abi::console_slots;
    use crate::abi::object_structs;
    use crate::console::{Console, ConsoleImpl};

    #[derive(Default)]
    pub struct ConsoleRpc {
        pub(super) link: RefCell<Link>,
        pub(super) attachment: RefCell<Option<Attachment>>,
        pub(super) home: HomeContext,
        /// This, `running` and `time_limit` any thread may ask for; all else belongs to the one that runs the main loop.
        pub(super) failure: Mutex<Option<String>>,
        /// Whether the program was told to run, and its end is not yet known.
        pub(super) running: AtomicBool,
        /// Whether the program runs on a terminal.
        pub(super) tty: Cell<bool>,
        /// Where the guest's kernel and init write what they have to say.
        pub(super) log: RefCell<Option<PathBuf>>,
        /// What the guest boots from, until it says that it is there.
        pub(super) boot_file: RefCell<Option<PathBuf>>,
        /// How long the program may run.
        pub(super) time_limit: Mutex<Option<TimeLimit>>,
        /// Goes on when the console is detached, for the program does so, too.
        pub(super) clock: RefCell<Option<EventSource>>,
        /// Told how far the sandbox is.
        pub(super) phases: RefCell<Option<Arc<Phases>>>,
    }

    #[glib::object_subclass]
    impl ObjectSubclass for ConsoleRpc {
        const NAME: &'static str = "GVirSandboxConsoleRpc";
        type Type = super::ConsoleRpc;
        type ParentType = Console;
        type Instance = GVirSandboxConsoleRpc;
        type Class = GVirSandboxConsoleRpcClass;

        fn class_init(class: &mut Self::Class) {
            console_slots::install_rpc_signals(class);
        }
    }

    object_structs!(ConsoleRpc: GVirSandboxConsoleRpc, GVirSandboxConsoleRpcClass);

    impl ObjectImpl for ConsoleRpc {
        fn dispose(&self) {
            self.clock.take();
            self.attachment.take();
            self.link.take();
            self.running.store(false, Ordering::Relaxed);
        }
    }

    impl ConsoleImpl for ConsoleRpc {
        fn attach(
            &self,
            stdin: Option<&InputStream>,
            stdout: Option<&OutputStream>,
            stderr: Option<&OutputStream>,
        ) -> Result<(), glib::Error> {
            Ok(self.obj().attach_streams(stdin, stdout, stderr)?)
        }

        fn detach(&self) -> Result<(), glib::Error> {
            Ok(self.obj().detach_streams().map_err(ConsoleRpcError::from)?)
        }
    }
}

glib::wrapper! {
    /// The application console of a sandbox: a program's input, output and end.
    pub struct ConsoleRpc(ObjectSubclass<imp::ConsoleRpc>)
        @extends Console;
}

/// How far the way to the guest is.
#[derive(Debug, Default)]
enum Link {
    /// Another process holds it.
    #[default]
    None,
    /// The guest is yet to connect, if its controller lives.
    Waiting(Channel, Option<ControllerWatch>),
    /// The guest is there.
    Talking(Box<Relay>),
    /// The guest is gone.
    Over,
}

/// What exists while the console is attached.
#[derive(Debug)]
struct Attachment {
    context: MainContext,
    /// The caller's streams, until the guest connects.
    streams: Option<LocalStreams>,
    terminal: Option<RawTerminal>,
    /// Fires when the channel or the guest has something.
    _traffic: EventSource,
    _kick: EventSource,
    _resize: Option<EventSource>,
    boot_limit: Option<EventSource>,
    /// Fires when the container of a guest that is yet to connect has ended.
    controller: Option<EventSource>,
    stopped: Option<(Domain, SignalHandlerId)>,
}

impl Drop for Attachment {
    fn drop(&mut self) {
        if let Some((domain, handler)) = self.stopped.take() {
            domain.disconnect(handler);
        }
    }
}

impl ConsoleRpc {
    /// Creates a console of `domain` for its device `devname`.
    pub fn new(connection: &Connection, domain: &Domain, devname: &CStr) -> Self {
        glib::Object::builder()
            .property("connection", connection)
            .property("domain", domain)
            .property("devname", crate::cstring_cell::as_path(devname))
            .build()
    }

    /// Gives the console the way to the guest: `tty` tells whether the program runs on a terminal, `log` where the guest's
    /// kernel and init write to, `phases` who is told how far the sandbox is. `controller` is a container's process on the host.
    /// The time that the program may take begins now.
    pub(crate) fn connect_guest(
        &self,
        channel: Channel,
        controller: Option<ControllerWatch>,
        tty: bool,
        log: Option<PathBuf>,
        limit: Option<Duration>,
        phases: Arc<Phases>,
    ) {
        self.imp().phases.replace(Some(phases));
        self.imp().link.replace(Link::Waiting(channel, controller));
        self.imp().tty.set(tty);
        self.imp().log.replace(log);
        *locked(&self.imp().time_limit) = limit.map(TimeLimit::start);
    }

    /// Has the file `path`, which the guest boots from, removed as soon as the guest is there: it may hold secrets.
    pub(crate) fn remove_when_ready(&self, path: PathBuf) {
        self.imp().boot_file.replace(Some(path));
    }

    /// Why the sandbox failed, after the console was closed by an error.
    pub fn failure(&self) -> Option<String> {
        locked(&self.imp().failure).clone()
    }

    /// Whether the program was told to run.
    pub fn is_running(&self) -> bool {
        self.imp().running.load(Ordering::Relaxed)
    }

    /// Sends a signal to the program.
    pub fn send_signal(&self, signal: Signal) -> Result<(), ConsoleRpcError> {
        let label = || self.upcast_ref::<Console>().label();
        let elsewhere = ConsoleRpcError::Elsewhere(label());
        let send = || match &mut *self.imp().link.borrow_mut() {
            Link::Talking(relay) => relay.signal(signal as u8).map_err(ConsoleRpcError::Signal),
            _ => Err(ConsoleRpcError::Over(label())),
        };
        self.imp().home.enter(elsewhere, send)
    }

    /// Tells everybody that the program ended with the wait status `status`.
    pub fn emit_exited(&self, status: i32) {
        self.emit_by_name::<()>("exited", &[&status]);
    }

    /// Calls `callback` when the program has ended, with its wait status.
    pub fn connect_exited(&self, callback: impl Fn(&Self, i32) + 'static) -> SignalHandlerId {
        self.connect_local("exited", false, move |values| {
            if let [console, status] = values
                && let (Ok(console), Ok(status)) = (console.get(), status.get())
            {
                callback(&console, status);
            }
            None
        })
    }

    fn attach_streams(
        &self,
        stdin: Option<&InputStream>,
        stdout: Option<&OutputStream>,
        stderr: Option<&OutputStream>,
    ) -> Result<(), ConsoleRpcError> {
        let context = MainContext::ref_thread_default();
        let elsewhere = AttachError::Elsewhere(self.upcast_ref::<Console>().label());
        self.imp().home.start(context, elsewhere.into(), |context| {
            self.attach_in(context, stdin, stdout, stderr)
        })
    }

    fn attach_in(
        &self,
        context: &MainContext,
        stdin: Option<&InputStream>,
        stdout: Option<&OutputStream>,
        stderr: Option<&OutputStream>,
    ) -> Result<(), ConsoleRpcError> {
        let imp = self.imp();
        let label = || self.upcast_ref::<Console>().label();
        if imp.attachment.borrow().is_some() {
            return Err(AttachError::Attached(label()).into());
        }
        let mut link = imp.link.borrow_mut();
        let traffic = match &*link {
            Link::None => return Err(ConsoleRpcError::NotOurs(label())),
            Link::Over => return Err(ConsoleRpcError::Over(label())),
            Link::Waiting(channel, _) => {
                EventSource::readable(context, self, channel.as_fd(), Self::welcome)
            }
            Link::Talking(relay) => {
                EventSource::readable(context, self, relay.as_fd(), Self::advance)
            }
        };
        let (streams, terminal) =
            LocalStreams::open(self.upcast_ref(), stdin, stdout, stderr, imp.tty.get())?;
        let controller = self.watch_controller(context, &link);
        let mut attachment = Attachment {
            context: context.clone(),
            streams: None,
            _resize: terminal.as_ref().map(|_| {
                EventSource::signal(context, self, Signal::SIGWINCH as i32, Self::follow_size)
            }),
            terminal,
            _traffic: traffic,
            _kick: EventSource::soon(context, self, Self::advance),
            boot_limit: None,
            // What libvirt tells may be about a domain of the same UUID that ended before.
            stopped: self
                .domain()
                .filter(|_| controller.is_none())
                .map(|domain| {
                    let (context, console) = (context.clone(), AnyThreadWeak::new(self));
                    let handler = domain.connect_stopped(move || {
                        event::forward(&context, &console, Self::domain_stopped);
                    });
                    (domain, handler)
                }),
            controller,
        };
        if !matches!(&*link, Link::Talking(relay) if !relay.is_booting()) {
            attachment.boot_limit = Some(EventSource::after(
                context,
                self,
                BOOT_LIMIT,
                Self::boot_took_too_long,
            ));
        }
        match &mut *link {
            Link::Talking(relay) => relay.attach(streams),
            _ => attachment.streams = Some(streams),
        }
        imp.attachment.replace(Some(attachment));
        drop(link);
        imp.clock.replace(
            locked(&imp.time_limit).map(|_| EventSource::soon(context, self, Self::clock_ticked)),
        );
        self.follow_size();
        Ok(())
    }

    fn detach_streams(&self) -> Result<(), AttachError> {
        let imp = self.imp();
        let elsewhere = AttachError::Elsewhere(self.upcast_ref::<Console>().label());
        let mut detached = Ok(());
        imp.home.end(elsewhere, || {
            imp.attachment.take();
            if let Link::Talking(relay) = &mut *imp.link.borrow_mut() {
                detached = relay.detach();
            }
        })?;
        if let Err(error) = detached {
            glib::g_critical!(
                crate::log::LOG_DOMAIN,
                "{}",
                tr!("cannot stop watching a stream: {error}", error)
            );
        }
        Ok(())
    }

    /// Moves what there is to move, and tells what came of it.
    fn advance(&self) {
        // A handler may have detached the console.
        while self.imp().attachment.borrow().is_some() {
            let (progress, setup) = match &mut *self.imp().link.borrow_mut() {
                Link::Talking(relay) => {
                    let progress = relay.dispatch();
                    let running = !relay.is_booting();
                    self.imp().running.store(running, Ordering::Relaxed);
                    if running && let Some(attachment) = &mut *self.imp().attachment.borrow_mut() {
                        attachment.boot_limit = None;
                    }
                    (progress, (relay.setup_times(), !relay.is_booting()))
                }
                _ => return,
            };
            if setup.1 {
                self.remove_boot_file();
            }
            self.with_phases(|phases| phases.heard(setup.0, setup.1));
            match progress {
                Ok(Progress::Running) => return,
                Ok(Progress::Exited(status)) => {
                    self.with_phases(|phases| phases.enter(Phase::Drain));
                    self.emit_exited(status);
                }
                Ok(Progress::Finished) => {
                    self.hang_up();
                    self.with_phases(Phases::end);
                    let limit = *locked(&self.imp().time_limit);
                    match limit {
                        Some(limit) if limit.has_expired() => {
                            return self.fail(&RelayError::TimeLimit(limit.limit()));
                        }
                        _ => return self.close(false),
                    }
                }
                Ok(Progress::Escaped) => return self.close(false),
                Err(error) => return self.fail(&error),
            }
        }
    }

    /// There is nobody to talk to any more.
    fn hang_up(&self) {
        self.imp().link.replace(Link::Over);
        self.imp().running.store(false, Ordering::Relaxed);
    }

    /// Tells how far the sandbox is. Nothing may be borrowed, since whoever listens may use the console.
    fn with_phases(&self, tell: impl FnOnce(&Phases)) {
        let phases = self.imp().phases.borrow().clone();
        if let Some(phases) = phases {
            tell(&phases);
        }
    }

    /// Passes the size of the caller's terminal on.
    fn follow_size(&self) {
        let attachment = self.imp().attachment.borrow();
        let Some(size) = attachment
            .as_ref()
            .and_then(|attachment| attachment.terminal.as_ref()?.size())
        else {
            return;
        };
        drop(attachment);
        let passed_on = match &mut *self.imp().link.borrow_mut() {
            Link::Talking(relay) => relay.resize(size),
            _ => return,
        };
        if let Err(error) = passed_on {
            glib::g_debug!(
                crate::log::LOG_DOMAIN,
                "cannot pass the terminal's size on: {error}"
            );
        }
    }
}

#[cfg(test)]
mod tests;
