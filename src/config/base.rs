//! What every sandbox configuration has, whatever runs in it.

use std::ffi::CString;

use glib::prelude::*;
use glib::subclass::prelude::*;

use crate::capi::config_class as class;

pub use crate::capi::config_class::ConfigImplExt;

mod imp {
    use glib::prelude::*;
    use glib::subclass::prelude::*;

    use crate::CStringCell;
    use crate::capi::config::{GVirSandboxConfig, GVirSandboxConfigClass};
    use crate::capi::config_class as class;

    #[derive(Default, glib::Properties)]
    #[properties(wrapper_type = super::Config, ext_trait = ConfigPropertiesExt)]
    pub struct Config {
        /// The name of the sandbox.
        #[property(get, construct_only, nullable)]
        pub name: CStringCell,
    }

    #[glib::object_subclass]
    impl ObjectSubclass for Config {
        const NAME: &'static str = "GVirSandboxConfig";
        const ABSTRACT: bool = true;
        type Type = super::Config;
        type Instance = GVirSandboxConfig;
        type Class = GVirSandboxConfigClass;

        fn class_init(class: &mut Self::Class) {
            class::install_defaults(class);
        }
    }

    #[glib::derived_properties]
    impl ObjectImpl for Config {}
}

glib::wrapper! {
    /// The configuration of a sandbox.
    pub struct Config(ObjectSubclass<imp::Config>);
}

/// What can be done with any configuration.
pub trait ConfigExt: IsA<Config> {
    /// The program to run and its arguments.
    fn command(&self) -> Vec<CString> {
        class::get_command(self.upcast_ref())
    }

    /// Reads the settings that the class keeps in `file`.
    fn load_config(&self, file: &glib::KeyFile) -> Result<(), glib::Error> {
        class::load_config(self.upcast_ref(), file)
    }

    /// Writes the settings of the class to `file`.
    fn save_config(&self, file: &glib::KeyFile) {
        class::save_config(self.upcast_ref(), file);
    }
}

impl<T: IsA<Config>> ConfigExt for T {}

/// What a configuration class written in Rust can override.
pub trait ConfigImpl: ObjectImpl + ObjectSubclass<Type: IsA<Config>> {
    /// Reads the settings of the class.
    fn load_config(&self, file: &glib::KeyFile) -> Result<(), glib::Error> {
        self.parent_load_config(file)
    }

    /// Writes the settings of the class.
    fn save_config(&self, file: &glib::KeyFile) {
        self.parent_save_config(file);
    }

    /// The program to run and its arguments.
    fn command(&self) -> Vec<CString> {
        self.parent_command()
    }
}

impl Config {
    /// The default of the class for `load_config`.
    pub(crate) fn load_common(&self, _file: &glib::KeyFile) -> Result<(), glib::Error> {
        Ok(())
    }

    /// The default of the class for `save_config`.
    pub(crate) fn save_common(&self, _file: &glib::KeyFile) {}
}
