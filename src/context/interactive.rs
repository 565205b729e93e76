//! A sandbox that runs a program with its input and output connected.

use std::ffi::CStr;

use glib::prelude::*;
use libvirt_glib::gobject::Connection;

use super::uri::Driver;
use super::{Context, ContextError, ContextExt};
use crate::config::ConfigInteractive;
use crate::console::{Console, ConsoleRpc};

mod imp {
    use glib::subclass::prelude::*;

    use crate::capi::context_interactive::{
        GVirSandboxContextInteractive, GVirSandboxContextInteractiveClass,
    };
    use crate::context::{Context, ContextImpl};

    #[derive(Default)]
    pub struct ContextInteractive;

    #[glib::object_subclass]
    impl ObjectSubclass for ContextInteractive {
        const NAME: &'static str = "GVirSandboxContextInteractive";
        type Type = super::ContextInteractive;
        type ParentType = Context;
        type Instance = GVirSandboxContextInteractive;
        type Class = GVirSandboxContextInteractiveClass;
    }

    impl ObjectImpl for ContextInteractive {}

    impl ContextImpl for ContextInteractive {}
}

glib::wrapper! {
    /// A sandbox that runs a program with its input and output connected.
    pub struct ContextInteractive(ObjectSubclass<imp::ContextInteractive>)
        @extends Context;
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
    pub fn app_console(&self) -> Result<Console, ContextError> {
        let domain = self.domain()?;
        let context = self.upcast_ref::<Context>();
        let connection = context.required_connection()?;
        let devname = app_devname(&context.driver()?, context.has_shell());
        Ok(ConsoleRpc::new(&connection, &domain, devname).upcast())
    }
}

fn app_devname(driver: &Driver, shell: bool) -> &'static CStr {
    match driver {
        Driver::Container if shell => c"console2",
        Driver::Container | Driver::Machine(_) => c"console1",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::uri::Placement;

    #[test]
    fn the_console_of_the_program_follows_those_before_it() {
        let machine = Driver::Machine(Placement::System);
        assert_eq!(app_devname(&Driver::Container, false), c"console1");
        assert_eq!(app_devname(&Driver::Container, true), c"console2");
        assert_eq!(app_devname(&machine, true), c"console1");
    }
}
