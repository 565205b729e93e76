//! A console that passes bytes on as they are.

use std::ffi::CStr;

use libvirt_glib::gobject::{Connection, Domain};

use super::Console;

mod imp {
    use glib::subclass::prelude::*;

    use crate::capi::console_raw::{GVirSandboxConsoleRaw, GVirSandboxConsoleRawClass};
    use crate::console::{Console, ConsoleImpl};

    #[derive(Default)]
    pub struct ConsoleRaw;

    #[glib::object_subclass]
    impl ObjectSubclass for ConsoleRaw {
        const NAME: &'static str = "GVirSandboxConsoleRaw";
        type Type = super::ConsoleRaw;
        type ParentType = Console;
        type Instance = GVirSandboxConsoleRaw;
        type Class = GVirSandboxConsoleRawClass;
    }

    impl ObjectImpl for ConsoleRaw {}

    impl ConsoleImpl for ConsoleRaw {}
}

glib::wrapper! {
    /// A console that passes bytes on as they are.
    pub struct ConsoleRaw(ObjectSubclass<imp::ConsoleRaw>)
        @extends Console;
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
}
