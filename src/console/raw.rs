//! A console that passes bytes on as they are.

use std::ffi::CStr;
use std::io;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use gio_unix::{InputStream, OutputStream};
use glib::MainContext;
use glib::prelude::*;
use glib::subclass::prelude::*;
use libvirt_glib::gconfig::ToXml;
use libvirt_glib::gobject::{
    Connection, ConsoleFlags, Domain, DomainState, DomainXmlFlags, Stream, StreamFlags,
    StreamIoCondition,
};
use thiserror::Error;

use super::attach::{AttachError, LocalStreams};
use super::device::{self, Device};
use super::log_file::{self, LogFile};
use super::pump::{Flow, Pump, PumpError};
use super::terminal::RawTerminal;
use super::{Console, ConsoleExt, ConsolePropertiesExt};
use crate::event::{EventSource, HomeContext};

/// How long a guest may take to read what was typed before the escape character.
const LEAVE_LIMIT: Duration = Duration::from_secs(1);

/// Why the console can't be attached.
#[derive(Debug, Error)]
pub enum ConsoleRawError {
    /// It is attached already, or a stream can't be used.
    #[error(transparent)]
    Attach(#[from] AttachError),
    /// It was created without its domain, or isolated from it.
    #[error(
        "{}",
        tr!(
            "console '{console}' has no domain and no open connection to reach it through",
            console = .0,
        )
    )]
    NoDomain(String),
    /// The console can't be had from libvirt.
    #[error("{}", tr!("cannot open console '{console}': {source}", console, source))]
    Libvirt {
        /// The name of its device.
        console: String,
        /// What libvirt said.
        source: glib::Error,
    },
    /// Libvirt described the domain in a way that can't be read.
    #[error(
        "{}",
        tr!("cannot find the terminal of console '{console}': {source}", console, source)
    )]
    Description {
        /// The name of its device.
        console: String,
        /// What is wrong with the description.
        source: quick_xml::Error,
    },
    /// The console is no pseudo terminal.
    #[error("{}", tr!("the domain has no pseudo terminal named '{name}' on this host", name = .0))]
    NoTerminal(String),
    /// The terminal can't be used.
    #[error(
        "{}",
        tr!("cannot open {path} of console '{console}': {source}", path = .path.display(), console, source)
    )]
    Open {
        /// The name of its device.
        console: String,
        /// The terminal.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The system has no more descriptors.
    #[error(
        "{}",
        tr!("cannot watch the streams of console '{console}': {source}", console, source)
    )]
    Watch {
        /// The name of its device.
        console: String,
        /// What the system said.
        source: io::Error,
    },
}

impl From<ConsoleRawError> for glib::Error {
    fn from(error: ConsoleRawError) -> Self {
        let domain = glib::Quark::from_str("gvir-sandbox-console-raw");
        Self::with_domain(domain, 0, &error.to_string())
    }
}

mod imp {
    use std::cell::{Cell, RefCell};
    use std::rc::Rc;

    use gio_unix::{InputStream, OutputStream};
    use glib::subclass::prelude::*;

    use super::{Attachment, ConsoleRawError, HomeContext};
    use crate::abi::console::{GVirSandboxConsoleRaw, GVirSandboxConsoleRawClass};
    use crate::abi::object_structs;
    use crate::console::{Console, ConsoleImpl};

    #[derive(Default)]
    pub struct ConsoleRaw {
        /// Shared with a callback that runs: detaching inside of it must not pull the streams away under it.
        pub(super) attachment: RefCell<Option<Rc<RefCell<Attachment>>>>,
        pub(super) home: HomeContext,
        /// Whether it is the log of something that runs without being looked at.
        pub(super) shows_log: Cell<bool>,
    }

    #[glib::object_subclass]
    impl ObjectSubclass for ConsoleRaw {
        const NAME: &'static str = "GVirSandboxConsoleRaw";
        type Type = super::ConsoleRaw;
        type ParentType = Console;
        type Instance = GVirSandboxConsoleRaw;
        type Class = GVirSandboxConsoleRawClass;
    }

    object_structs!(ConsoleRaw: GVirSandboxConsoleRaw, GVirSandboxConsoleRawClass);

    impl ObjectImpl for ConsoleRaw {
        fn dispose(&self) {
            self.attachment.take();
        }
    }

    impl ConsoleImpl for ConsoleRaw {
        fn attach(
            &self,
            stdin: Option<&InputStream>,
            stdout: Option<&OutputStream>,
            stderr: Option<&OutputStream>,
        ) -> Result<(), glib::Error> {
            Ok(self.obj().attach_streams(stdin, stdout, stderr)?)
        }

        fn detach(&self) -> Result<(), glib::Error> {
            Ok(self.obj().detach_streams().map_err(ConsoleRawError::from)?)
        }
    }
}

glib::wrapper! {
    /// A console that passes bytes on as they are.
    pub struct ConsoleRaw(ObjectSubclass<imp::ConsoleRaw>)
        @extends Console;
}

/// What exists while the console is attached. The sources are in front: they end before what they watch.
#[derive(Debug)]
struct Attachment {
    context: MainContext,
    _traffic: EventSource,
    _kick: EventSource,
    stream_watch: Option<(StreamIoCondition, EventSource)>,
    leave_limit: Option<EventSource>,
    _terminal: Option<RawTerminal>,
    pump: Pump,
}

impl ConsoleRaw {
    /// Creates a console of `domain` for its device `devname`.
    pub fn new(connection: &Connection, domain: &Domain, devname: &CStr) -> Self {
        glib::Object::builder()
            .property("connection", connection)
            .property("domain", domain)
            .property("devname", crate::cstring_cell::as_path(devname))
            .build()
    }

    fn attach_streams(
        &self,
        stdin: Option<&InputStream>,
        stdout: Option<&OutputStream>,
        stderr: Option<&OutputStream>,
    ) -> Result<(), ConsoleRawError> {
        let context = match self.direct() {
            true => MainContext::ref_thread_default(),
            // Libvirt's streams know no other.
            false => MainContext::default(),
        };
        let elsewhere = AttachError::Elsewhere(self.upcast_ref::<Console>().label());
        self.imp().home.start(context, elsewhere.into(), |context| {
            if self.imp().attachment.borrow().is_some() {
                let label = self.upcast_ref::<Console>().label();
                return Err(AttachError::Attached(label).into());
            }
            // It is watched before the domain is known to run: so its end is not missed.
            let log = self.open_log();
            let mut device = if self.direct() {
                self.open_terminal()?
            } else {
                Device::Stream(self.open_stream()?)
            };
            if log.is_some() {
                device = Device::Log {
                    log,
                    terminal: Box::new(device),
                    ended: None,
                };
            }
            self.connect_device(context, device, stdin, stdout, stderr)
        })
    }

    fn detach_streams(&self) -> Result<(), AttachError> {
        let elsewhere = AttachError::Elsewhere(self.upcast_ref::<Console>().label());
        let imp = self.imp();
        imp.home.end(elsewhere, || drop(imp.attachment.take()))
    }

    fn connect_device(
        &self,
        context: &MainContext,
        device: Device,
        stdin: Option<&InputStream>,
        stdout: Option<&OutputStream>,
        stderr: Option<&OutputStream>,
    ) -> Result<(), ConsoleRawError> {
        let console = self.upcast_ref::<Console>();
        let (streams, terminal) = LocalStreams::open(console, stdin, stdout, stderr, true)?;
        let pump = Pump::new(device, streams).map_err(|source| ConsoleRawError::Watch {
            console: console.label(),
            source,
        })?;
        let attachment = Attachment {
            context: context.clone(),
            _traffic: EventSource::readable(context, self, pump.as_fd(), Self::advance),
            _kick: EventSource::soon(context, self, Self::advance),
            stream_watch: None,
            leave_limit: None,
            _terminal: terminal,
            pump,
        };
        self.imp()
            .attachment
            .replace(Some(Rc::new(attachment.into())));
        Ok(())
    }

    fn open_stream(&self) -> Result<Stream, ConsoleRawError> {
        let label = self.upcast_ref::<Console>().label();
        let (Some(connection), Some(domain)) = (self.connection(), self.domain()) else {
            return Err(ConsoleRawError::NoDomain(label));
        };
        if !connection.is_open() {
            return Err(ConsoleRawError::NoDomain(label));
        }
        domain
            .open_console(Some(&label), StreamFlags::NONBLOCK, ConsoleFlags::empty())
            .map_err(|source| ConsoleRawError::Libvirt {
                console: label,
                source,
            })
    }

    /// The log of the console, if it is to be shown and somebody keeps it where it can be read.
    fn open_log(&self) -> Option<LogFile> {
        if !self.imp().shows_log.get() {
            return None;
        }
        let description = self
            .domain()?
            .config(DomainXmlFlags::empty())
            .ok()?
            .to_xml();
        let console = self.upcast_ref::<Console>().label();
        let (path, writer) = log_file::find(&description, &console).ok()??;
        match LogFile::open(path.clone(), writer) {
            Ok(log) => Some(log),
            Err(error) => {
                glib::g_info!(
                    crate::log::LOG_DOMAIN,
                    "{}",
                    tr!(
                        "only what is written from now on is shown, {path} can't be read: {error}",
                        path = path.display(),
                        error
                    )
                );
                None
            }
        }
    }

    /// Makes the console show what was written before, as far as that is kept.
    pub(crate) fn show_log(&self) {
        self.imp().shows_log.set(true);
    }

    fn open_terminal(&self) -> Result<Device, ConsoleRawError> {
        let path = self.terminal()?;
        Device::open(&path).map_err(|source| ConsoleRawError::Open {
            console: self.upcast_ref::<Console>().label(),
            path,
            source,
        })
    }

    /// The pseudo terminal of this host that the console is on.
    pub fn terminal(&self) -> Result<PathBuf, ConsoleRawError> {
        let console = self.upcast_ref::<Console>().label();
        let Some(domain) = self.domain() else {
            return Err(ConsoleRawError::NoDomain(console));
        };
        let config = match domain.config(DomainXmlFlags::empty()) {
            Ok(config) => config,
            Err(source) => return Err(ConsoleRawError::Libvirt { console, source }),
        };
        match device::pty_path(&config.to_xml(), &console) {
            Ok(Some(path)) => Ok(path),
            Ok(None) => Err(ConsoleRawError::NoTerminal(console)),
            Err(source) => Err(ConsoleRawError::Description { console, source }),
        }
    }

    /// Moves what there is to move, and tells what came of it.
    fn advance(&self) {
        let Some(attachment) = self.imp().attachment.borrow().clone() else {
            return;
        };
        // Libvirt may have called back inside of the other call.
        let Ok(mut current) = attachment.try_borrow_mut() else {
            return;
        };
        let flow = current.pump.dispatch();
        current.wait(self, &flow);
        drop(current);
        let still = self.imp().attachment.borrow();
        if !still
            .as_ref()
            .is_some_and(|now| Rc::ptr_eq(now, &attachment))
        {
            return;
        }
        drop((still, attachment));
        match flow {
            Ok(Flow::Running | Flow::Leaving) => (),
            Ok(Flow::Left | Flow::Ended) => self.close(false),
            Err(PumpError::Guest { .. }) if !self.is_domain_running() => self.close(false),
            Err(error) => {
                let label = self.upcast_ref::<Console>().label();
                glib::g_warning!(
                    crate::log::LOG_DOMAIN,
                    "{}",
                    tr!("console '{label}' failed: {error}", label, error)
                );
                // Who listens to the log may have detached the console.
                if self.imp().attachment.borrow().is_some() {
                    self.close(true);
                }
            }
        }
    }

    /// Libvirt breaks the streams of a domain that stops.
    fn is_domain_running(&self) -> bool {
        self.domain().is_none_or(|domain| {
            let info = domain.info();
            info.is_ok_and(|info| info.state != DomainState::Shutoff)
        })
    }

    fn leave(&self) {
        self.close(false);
    }

    fn close(&self, error: bool) {
        if let Err(error) = self.detach_streams() {
            glib::g_warning!(crate::log::LOG_DOMAIN, "{error}");
        }
        self.emit_closed(error);
    }
}

impl Attachment {
    /// Makes the main loop wait for what can move something.
    fn wait(&mut self, console: &ConsoleRaw, flow: &Result<Flow, PumpError>) {
        if matches!(flow, Ok(Flow::Leaving)) && self.leave_limit.is_none() {
            self.leave_limit = Some(EventSource::after(
                &self.context,
                console,
                LEAVE_LIMIT,
                ConsoleRaw::leave,
            ));
        }
        let Some(stream) = self.pump.device().stream() else {
            return;
        };
        let mut wanted = StreamIoCondition::empty();
        wanted.set(StreamIoCondition::READABLE, self.pump.wants_to_listen());
        wanted.set(StreamIoCondition::WRITABLE, self.pump.wants_to_send());
        let watched = self
            .stream_watch
            .as_ref()
            .map(|(conditions, _)| *conditions);
        if watched.unwrap_or_default() != wanted {
            self.stream_watch = (!wanted.is_empty())
                .then(|| EventSource::stream(console, stream, wanted, ConsoleRaw::advance))
                .flatten()
                .map(|watch| (wanted, watch));
        }
    }
}

#[cfg(test)]
mod tests;
