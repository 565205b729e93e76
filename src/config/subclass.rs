//! What a configuration class written in Rust overrides, and how it chains up.

use std::ffi::CString;

use glib::prelude::*;
use glib::subclass::prelude::*;

use super::Config;
use crate::abi::config_slots::{self, ConfigSlots};
use crate::abi::{Dispatch, subclassable};

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

/// What an override written in Rust chains up to.
pub trait ConfigImplExt: ConfigImpl {
    /// Chains up to the parent class.
    fn parent_load_config(&self, file: &glib::KeyFile) -> Result<(), glib::Error> {
        Dispatch::above::<_, Config>(self).load_config(file)
    }

    /// Chains up to the parent class.
    fn parent_save_config(&self, file: &glib::KeyFile) {
        Dispatch::above::<_, Config>(self).save_config(file);
    }

    /// Chains up to the parent class.
    fn parent_command(&self) -> Vec<CString> {
        Dispatch::above::<_, Config>(self).command()
    }
}

impl<T: ConfigImpl> ConfigImplExt for T {}

impl<T: ConfigImpl> ConfigSlots for T {
    fn load_config(&self, file: &glib::KeyFile) -> Result<(), glib::Error> {
        ConfigImpl::load_config(self, file)
    }

    fn save_config(&self, file: &glib::KeyFile) {
        ConfigImpl::save_config(self, file);
    }

    fn command(&self) -> Vec<CString> {
        ConfigImpl::command(self)
    }
}

subclassable!(Config: ConfigImpl, config_slots::install);
