//! The configuration of a service that is any program.

use std::ffi::{CStr, CString};

use glib::subclass::prelude::*;

use super::ConfigService;
use crate::config::Config;
use crate::cstring_cell::as_path;

mod imp {
    use std::cell::RefCell;
    use std::ffi::CString;

    use glib::KeyFile;
    use glib::subclass::prelude::*;

    use crate::abi::config::{
        GVirSandboxConfigServiceGeneric, GVirSandboxConfigServiceGenericClass,
    };
    use crate::abi::object_structs;
    use crate::config::keyfile::command;
    use crate::config::{ConfigImpl, ConfigImplExt, ConfigService};

    pub struct ConfigServiceGeneric {
        pub command: RefCell<Vec<CString>>,
    }

    impl Default for ConfigServiceGeneric {
        fn default() -> Self {
            Self {
                command: RefCell::new(vec![c"/bin/sh".to_owned()]),
            }
        }
    }

    #[glib::object_subclass]
    impl ObjectSubclass for ConfigServiceGeneric {
        const NAME: &'static str = "GVirSandboxConfigServiceGeneric";
        type Type = super::ConfigServiceGeneric;
        type ParentType = ConfigService;
        type Instance = GVirSandboxConfigServiceGeneric;
        type Class = GVirSandboxConfigServiceGenericClass;
    }

    object_structs!(ConfigServiceGeneric: GVirSandboxConfigServiceGeneric, GVirSandboxConfigServiceGenericClass);

    impl ObjectImpl for ConfigServiceGeneric {}

    impl ConfigImpl for ConfigServiceGeneric {
        fn load_config(&self, file: &KeyFile) -> Result<(), glib::Error> {
            self.parent_load_config(file)?;
            self.command.replace(command::load(file)?);
            Ok(())
        }

        fn save_config(&self, file: &KeyFile) {
            self.parent_save_config(file);
            command::save(&self.command.borrow(), file);
        }

        fn command(&self) -> Vec<CString> {
            self.command.borrow().clone()
        }
    }
}

glib::wrapper! {
    /// The configuration of a sandbox that runs any program as a service.
    pub struct ConfigServiceGeneric(ObjectSubclass<imp::ConfigServiceGeneric>)
        @extends ConfigService, Config;
}

impl ConfigServiceGeneric {
    /// Creates the configuration of a service called `name`.
    pub fn new(name: &CStr) -> Self {
        glib::Object::builder()
            .property("name", as_path(name))
            .build()
    }

    /// Sets the program to run and its arguments.
    pub fn set_command(&self, argv: Vec<CString>) {
        self.imp().command.replace(argv);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ConfigExt;

    #[test]
    fn the_command_is_a_shell_until_it_is_set() {
        let config = ConfigServiceGeneric::new(c"web");
        assert_eq!(config.command(), [c"/bin/sh".to_owned()]);
        config.set_command(vec![c"/usr/sbin/httpd".into(), c"-f".into()]);
        assert_eq!(
            config.command(),
            [c"/usr/sbin/httpd".to_owned(), c"-f".to_owned()]
        );
    }
}
