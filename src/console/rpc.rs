//! A console on which the sandbox also reports how its program ended.

use std::ffi::CStr;

use glib::SignalHandlerId;
use glib::prelude::*;
use libvirt_glib::gobject::{Connection, Domain};

use super::Console;

mod imp {
    use glib::subclass::prelude::*;

    use crate::capi::console_class as class;
    use crate::capi::console_rpc::{GVirSandboxConsoleRpc, GVirSandboxConsoleRpcClass};
    use crate::console::{Console, ConsoleImpl};

    #[derive(Default)]
    pub struct ConsoleRpc;

    #[glib::object_subclass]
    impl ObjectSubclass for ConsoleRpc {
        const NAME: &'static str = "GVirSandboxConsoleRpc";
        type Type = super::ConsoleRpc;
        type ParentType = Console;
        type Instance = GVirSandboxConsoleRpc;
        type Class = GVirSandboxConsoleRpcClass;

        fn class_init(class: &mut Self::Class) {
            class::install_rpc_signals(class);
        }
    }

    impl ObjectImpl for ConsoleRpc {}

    impl ConsoleImpl for ConsoleRpc {}
}

glib::wrapper! {
    /// A console on which the sandbox also reports how its program ended.
    pub struct ConsoleRpc(ObjectSubclass<imp::ConsoleRpc>)
        @extends Console;
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
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::rc::Rc;

    use super::*;

    #[test]
    fn handlers_learn_the_status() {
        let console: ConsoleRpc = glib::Object::new();
        let seen = Rc::new(Cell::new(None));
        let status = seen.clone();
        console.connect_exited(move |_, value| status.set(Some(value)));
        console.emit_exited(256);
        assert_eq!(seen.get(), Some(256));
    }
}
