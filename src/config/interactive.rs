//! The configuration of a sandbox that runs a program for somebody who waits for it.

use std::ffi::{CStr, CString};

use glib::subclass::prelude::*;

use super::Config;

mod imp {
    use std::cell::{Cell, RefCell};
    use std::ffi::CString;

    use glib::subclass::prelude::*;

    use crate::capi::config_interactive::{
        GVirSandboxConfigInteractive, GVirSandboxConfigInteractiveClass,
    };
    use crate::config::{Config, ConfigImpl};

    #[derive(Default)]
    pub struct ConfigInteractive {
        pub tty: Cell<bool>,
        pub command: RefCell<Vec<CString>>,
    }

    #[glib::object_subclass]
    impl ObjectSubclass for ConfigInteractive {
        const NAME: &'static str = "GVirSandboxConfigInteractive";
        type Type = super::ConfigInteractive;
        type ParentType = Config;
        type Instance = GVirSandboxConfigInteractive;
        type Class = GVirSandboxConfigInteractiveClass;
    }

    impl ObjectImpl for ConfigInteractive {}

    impl ConfigImpl for ConfigInteractive {
        fn command(&self) -> Vec<CString> {
            self.command.borrow().clone()
        }
    }
}

glib::wrapper! {
    /// The configuration of a sandbox that runs a program with its input and output connected.
    pub struct ConfigInteractive(ObjectSubclass<imp::ConfigInteractive>)
        @extends Config;
}

impl ConfigInteractive {
    /// Creates the configuration of a sandbox called `name`.
    pub fn new(name: &CStr) -> Self {
        glib::Object::builder()
            .property("name", crate::cstring_cell::as_path(name))
            .build()
    }

    /// Sets the program to run and its arguments.
    pub fn set_command(&self, argv: Vec<CString>) {
        self.imp().command.replace(argv);
    }

    /// Whether the program gets a terminal.
    pub fn tty(&self) -> bool {
        self.imp().tty.get()
    }

    /// Gives the program a terminal, or not.
    pub fn set_tty(&self, tty: bool) {
        self.imp().tty.set(tty);
    }
}

#[cfg(test)]
mod tests {
    use glib::prelude::*;

    use super::*;
    use crate::config::ConfigExt;

    #[test]
    fn the_base_class_dispatches_to_the_override() {
        let config = ConfigInteractive::new(c"box");
        config.set_command(vec![c"/bin/date".into()]);
        assert_eq!(
            config.upcast_ref::<Config>().command(),
            [c"/bin/date".to_owned()]
        );
    }
}
