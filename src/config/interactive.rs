//! The configuration of a sandbox that runs a program for somebody who waits for it.

use std::ffi::{CStr, CString};

use glib::subclass::prelude::*;

use super::Config;

mod imp {
    use std::cell::{Cell, RefCell};
    use std::ffi::CString;

    use glib::KeyFile;
    use glib::prelude::*;
    use glib::subclass::prelude::*;

    use crate::abi::config::{GVirSandboxConfigInteractive, GVirSandboxConfigInteractiveClass};
    use crate::abi::object_structs;
    use crate::config::keyfile::{command, value};
    use crate::config::{Config, ConfigImpl, ConfigImplExt};

    const GROUP: &str = "interactive";

    #[derive(glib::Properties)]
    #[properties(wrapper_type = super::ConfigInteractive)]
    pub struct ConfigInteractive {
        /// Whether the program gets a terminal; by default it gets three streams.
        #[property(get, set)]
        pub tty: Cell<bool>,
        pub command: RefCell<Vec<CString>>,
    }

    impl Default for ConfigInteractive {
        fn default() -> Self {
            Self {
                tty: Cell::default(),
                command: RefCell::new(vec![c"/bin/sh".to_owned()]),
            }
        }
    }

    #[glib::object_subclass]
    impl ObjectSubclass for ConfigInteractive {
        const NAME: &'static str = "GVirSandboxConfigInteractive";
        type Type = super::ConfigInteractive;
        type ParentType = Config;
        type Instance = GVirSandboxConfigInteractive;
        type Class = GVirSandboxConfigInteractiveClass;
    }

    object_structs!(ConfigInteractive: GVirSandboxConfigInteractive, GVirSandboxConfigInteractiveClass);

    #[glib::derived_properties]
    impl ObjectImpl for ConfigInteractive {}

    impl ConfigImpl for ConfigInteractive {
        fn load_config(&self, file: &KeyFile) -> Result<(), glib::Error> {
            self.parent_load_config(file)?;
            self.obj()
                .set_tty(value::boolean(file, GROUP, "tty", false));
            self.command.replace(command::load(file)?);
            Ok(())
        }

        fn save_config(&self, file: &KeyFile) {
            self.parent_save_config(file);
            file.set_boolean(GROUP, "tty", self.tty.get());
            command::save(&self.command.borrow(), file);
        }

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

    #[test]
    fn the_terminal_is_a_boolean_property() {
        let config = ConfigInteractive::new(c"box");
        config.set_property("tty", true);
        assert!(config.tty());
        assert!(config.property::<bool>("tty"));
    }
}
