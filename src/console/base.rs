//! What every console has, whatever it speaks with the sandbox.

use gio_unix::{InputStream, OutputStream};
use glib::SignalHandlerId;
use glib::prelude::*;
use glib::subclass::prelude::*;
use thiserror::Error;

use crate::event::locked;

use crate::abi::Dispatch;
use crate::abi::console_slots::ConsoleSlots;
use crate::abi::stdio;

pub use imp::ConsolePropertiesExt;

#[allow(missing_docs, reason = "the properties' trait is derived")]
mod imp {
    use std::cell::Cell;
    use std::sync::Mutex;

    use glib::prelude::*;
    use glib::subclass::prelude::*;
    use libvirt_glib::gobject::{Connection, Domain};

    use crate::abi::console::{GVirSandboxConsole, GVirSandboxConsoleClass};
    use crate::abi::console_slots;
    use crate::abi::object_structs;
    use crate::cstring_cell::CStringCell;

    #[derive(Default, glib::Properties)]
    #[properties(wrapper_type = super::Console, ext_trait = ConsolePropertiesExt)]
    pub struct Console {
        /// The connection that the domain belongs to.
        #[property(get, construct_only, nullable)]
        pub connection: Mutex<Option<Connection>>,
        /// The domain that the console belongs to.
        #[property(get, construct_only, nullable)]
        pub domain: Mutex<Option<Domain>>,
        /// The alias of the console's device in the domain.
        #[property(get, construct_only, nullable)]
        pub devname: CStringCell,
        /// The character that, typed together with the control key, detaches the console, `]` by default.
        #[property(get, construct_only, minimum = 0, default = b']' as i8)]
        pub escape: Cell<i8>,
        /// Whether attaching opens the console's device on this host instead of a stream of libvirt.
        #[property(get, construct_only)]
        pub direct: Cell<bool>,
    }

    #[glib::object_subclass]
    impl ObjectSubclass for Console {
        const NAME: &'static str = "GVirSandboxConsole";
        const ABSTRACT: bool = true;
        type Type = super::Console;
        type Instance = GVirSandboxConsole;
        type Class = GVirSandboxConsoleClass;

        fn class_init(class: &mut Self::Class) {
            console_slots::install_base::<Self>(class);
        }
    }

    object_structs!(Console: GVirSandboxConsole, GVirSandboxConsoleClass);

    #[glib::derived_properties]
    impl ObjectImpl for Console {}
}

glib::wrapper! {
    /// A console of a running sandbox, which a program's input and output can be connected with.
    pub struct Console(ObjectSubclass<imp::Console>);
}

/// Why any console could not do what it was asked for.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum ConsoleError {
    /// Only the subclasses know how.
    #[error(
        "{}",
        tr!(
            "console '{console}' can't {operation}: its class does not implement it",
            console,
            operation,
        )
    )]
    NotImplemented {
        /// The name of the console's device.
        console: String,
        /// The virtual function.
        operation: &'static str,
    },
    /// A stream of libvirt needs the connection.
    #[error(
        "{}",
        tr!(
            "console '{console}' reaches its domain through libvirt and can't be isolated, make it direct first",
            console = .0,
        )
    )]
    NotDirect(String),
}

impl From<ConsoleError> for glib::Error {
    fn from(error: ConsoleError) -> Self {
        let domain = glib::Quark::from_str("gvir-sandbox-console");
        Self::with_domain(domain, 0, &error.to_string())
    }
}

/// What can be done with any console.
pub trait ConsoleExt: IsA<Console> {
    /// Connects the console with the streams.
    fn attach(
        &self,
        stdin: Option<&InputStream>,
        stdout: Option<&OutputStream>,
        stderr: Option<&OutputStream>,
    ) -> Result<(), glib::Error> {
        let console = self.upcast_ref::<Console>();
        let attached = Dispatch::of(console).attach(stdin, stdout, stderr);
        attached.unwrap_or_else(|| console.refuse("attach"))
    }

    /// Connects the console with the standard input, output and error of this process.
    fn attach_stdio(&self) -> Result<(), glib::Error> {
        self.attach(
            Some(&stdio::stdin()),
            Some(&stdio::stdout()),
            Some(&stdio::stderr()),
        )
    }

    /// Connects the console with the standard error of this process only.
    fn attach_stderr(&self) -> Result<(), glib::Error> {
        self.attach(None, None, Some(&stdio::stderr()))
    }

    /// Disconnects the console from its streams.
    fn detach(&self) -> Result<(), glib::Error> {
        let console = self.upcast_ref::<Console>();
        let detached = Dispatch::of(console).detach();
        detached.unwrap_or_else(|| console.refuse("detach"))
    }

    /// Lets go of the connection and the domain, which only a direct console can do without.
    fn isolate(&self) -> Result<(), ConsoleError> {
        let console = self.upcast_ref::<Console>();
        if !console.direct() {
            return Err(ConsoleError::NotDirect(console.label()));
        }
        let imp = console.imp();
        let parts = (locked(&imp.connection).take(), locked(&imp.domain).take());
        drop(parts);
        Ok(())
    }

    /// Sets the character that, typed together with the control key, detaches the console.
    fn set_escape(&self, escape: i8) {
        self.upcast_ref::<Console>().imp().escape.set(escape);
    }

    /// Sets whether attaching opens the console's device on this host.
    fn set_direct(&self, direct: bool) {
        self.upcast_ref::<Console>().imp().direct.set(direct);
    }

    /// Tells everybody that the console was closed, because of an error or as it should be.
    fn emit_closed(&self, error: bool) {
        self.upcast_ref::<Console>()
            .emit_by_name::<()>("closed", &[&error]);
    }

    /// Calls `callback` when the console was closed, with whether that was an error.
    fn connect_closed(&self, callback: impl Fn(&Self, bool) + 'static) -> SignalHandlerId {
        self.connect_local("closed", false, move |values| {
            if let [console, error] = values
                && let (Ok(console), Ok(error)) = (console.get(), error.get())
            {
                callback(&console, error);
            }
            None
        })
    }
}

impl<T: IsA<Console>> ConsoleExt for T {}

impl Console {
    /// Fails: only a subclass knows how to do that.
    pub(crate) fn refuse(&self, operation: &'static str) -> Result<(), glib::Error> {
        Err(ConsoleError::NotImplemented {
            console: self.label(),
            operation,
        }
        .into())
    }

    /// The name of the device, for messages.
    pub(crate) fn label(&self) -> String {
        let name = self.imp().devname.get().unwrap_or_default();
        name.to_string_lossy().into_owned()
    }
}

/// The defaults of the class.
impl ConsoleSlots for imp::Console {
    fn attach(
        &self,
        _stdin: Option<&InputStream>,
        _stdout: Option<&OutputStream>,
        _stderr: Option<&OutputStream>,
    ) -> Result<(), glib::Error> {
        self.obj().refuse("attach")
    }

    fn detach(&self) -> Result<(), glib::Error> {
        self.obj().refuse("detach")
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::rc::Rc;

    use super::*;
    use crate::console::ConsoleRaw;

    mod recorder {
        use std::cell::RefCell;

        use gio_unix::{InputStream, OutputStream};
        use glib::subclass::prelude::*;

        use crate::console::{Console, ConsoleImpl, ConsoleImplExt};

        #[derive(Default)]
        pub struct Recorder {
            pub calls: RefCell<Vec<String>>,
        }

        #[glib::object_subclass]
        impl ObjectSubclass for Recorder {
            const NAME: &'static str = "TestConsoleRecorder";
            type Type = super::Recorder;
            type ParentType = Console;
        }

        impl ObjectImpl for Recorder {}

        impl ConsoleImpl for Recorder {
            fn attach(
                &self,
                stdin: Option<&InputStream>,
                stdout: Option<&OutputStream>,
                stderr: Option<&OutputStream>,
            ) -> Result<(), glib::Error> {
                let given = [stdin.is_some(), stdout.is_some(), stderr.is_some()];
                self.calls.borrow_mut().push(format!("attach {given:?}"));
                Ok(())
            }

            fn detach(&self) -> Result<(), glib::Error> {
                self.calls.borrow_mut().push("detach".into());
                self.parent_detach()
            }

            fn closed(&self, error: bool) {
                self.calls.borrow_mut().push(format!("closed {error}"));
                self.parent_closed(error);
            }
        }
    }

    glib::wrapper! {
        pub struct Recorder(ObjectSubclass<recorder::Recorder>) @extends Console;
    }

    fn recorder(direct: bool) -> Recorder {
        glib::Object::builder()
            .property("devname", std::path::Path::new("console0"))
            .property("direct", direct)
            .build()
    }

    #[test]
    fn dispatches_to_overrides_and_up_to_the_defaults() {
        let console = recorder(false);
        let base = console.upcast_ref::<Console>();
        base.attach_stdio().unwrap();
        base.attach_stderr().unwrap();
        let error = base.detach().unwrap_err();
        assert_eq!(
            error.domain(),
            glib::Quark::from_str("gvir-sandbox-console")
        );
        assert_eq!(
            error.message(),
            "console 'console0' can't detach: its class does not implement it"
        );
        assert_eq!(
            *console.imp().calls.borrow(),
            [
                "attach [true, true, true]",
                "attach [false, false, true]",
                "detach"
            ]
        );
    }

    #[test]
    fn closing_reaches_the_class_before_the_handlers() {
        let console = recorder(false);
        let order = Rc::new(Cell::new(None));
        let seen = order.clone();
        console.connect_closed(move |console, error| {
            seen.set(Some((console.imp().calls.borrow().len(), error)));
        });
        console.emit_closed(true);
        assert_eq!(*console.imp().calls.borrow(), ["closed true"]);
        assert_eq!(order.get(), Some((1, true)));
    }

    #[test]
    fn properties_have_their_flags_and_defaults() {
        let console: ConsoleRaw = glib::Object::new();
        assert_eq!(console.escape(), b']' as i8);
        console.set_escape(b'x' as i8);
        assert_eq!(console.escape(), b'x' as i8);
        for name in ["connection", "domain", "devname", "escape", "direct"] {
            let flags = console.find_property(name).unwrap().flags();
            assert_eq!(
                flags & glib::ParamFlags::from_bits_retain(0xf),
                glib::ParamFlags::READWRITE | glib::ParamFlags::CONSTRUCT_ONLY,
                "{name}"
            );
        }
    }

    #[test]
    fn only_a_direct_console_is_isolated() {
        let connection = libvirt_glib::gobject::Connection::new(Some("test:///default"));
        let console: ConsoleRaw = glib::Object::builder()
            .property("connection", &connection)
            .property("devname", std::path::Path::new("console0"))
            .build();
        let refused = console.isolate();
        assert_eq!(refused, Err(ConsoleError::NotDirect("console0".into())));
        assert_eq!(console.connection(), Some(connection));
        console.set_direct(true);
        assert_eq!(console.isolate(), Ok(()));
        assert_eq!(console.connection(), None);
    }
}
