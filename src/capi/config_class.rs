//! The virtual functions of `GVirSandboxConfig`: defaults, dispatch, and overrides written in Rust.

use std::ffi::CString;
use std::ptr;

use glib::KeyFile;
use glib::ffi::{GError, GFALSE, GKeyFile, gboolean};
use glib::prelude::*;
use glib::subclass::prelude::*;
use glib::translate::*;

use super::config::{GVirSandboxConfig, GVirSandboxConfigClass};
use super::{
    check, class_of, gchar, imp_or_return, instance_or_return, not_null_or_return, parent_class,
    strv, succeed, take_strv,
};
use crate::config::{Config, ConfigImpl};

/// Fills the slots that the base class implements itself.
pub(crate) fn install_defaults(class: &mut GVirSandboxConfigClass) {
    class.load_config = Some(default_load_config);
    class.save_config = Some(default_save_config);
}

/// Calls the `get_command` of the most derived class.
pub(crate) fn get_command(config: &Config) -> Vec<CString> {
    call_get_command(class_of(config), config)
}

/// Calls the `load_config` of the most derived class.
pub(crate) fn load_config(config: &Config, file: &KeyFile) -> Result<(), glib::Error> {
    call_load_config(class_of(config), config, file)
}

/// Calls the `save_config` of the most derived class.
pub(crate) fn save_config(config: &Config, file: &KeyFile) {
    call_save_config(class_of(config), config, file);
}

/// What an override written in Rust chains up to.
pub trait ConfigImplExt: ConfigImpl {
    /// Chains up to the parent class.
    fn parent_load_config(&self, file: &KeyFile) -> Result<(), glib::Error> {
        call_load_config(
            parent_class::<Self, Config>(),
            self.obj().upcast_ref(),
            file,
        )
    }

    /// Chains up to the parent class.
    fn parent_save_config(&self, file: &KeyFile) {
        call_save_config(
            parent_class::<Self, Config>(),
            self.obj().upcast_ref(),
            file,
        );
    }

    /// Chains up to the parent class.
    fn parent_command(&self) -> Vec<CString> {
        call_get_command(parent_class::<Self, Config>(), self.obj().upcast_ref())
    }
}

impl<T: ConfigImpl> ConfigImplExt for T {}

// SAFETY: the class struct of a subclass starts with GVirSandboxConfigClass.
unsafe impl<T: ConfigImpl> IsSubclassable<T> for Config {
    fn class_init(class: &mut glib::Class<Self>) {
        Self::parent_class_init::<T>(class);
        let class = class.as_mut();
        class.load_config = Some(override_load_config::<T>);
        class.save_config = Some(override_save_config::<T>);
        class.get_command = Some(override_get_command::<T>);
    }
}

fn call_get_command(class: &GVirSandboxConfigClass, config: &Config) -> Vec<CString> {
    let Some(get_command) = class.get_command else {
        return Vec::new();
    };
    // SAFETY: the slot belongs to a class of the instance and returns a string array that is ours.
    unsafe { take_strv(get_command(config.as_ptr())) }
}

fn call_load_config(
    class: &GVirSandboxConfigClass,
    config: &Config,
    file: &KeyFile,
) -> Result<(), glib::Error> {
    let Some(load_config) = class.load_config else {
        return Ok(());
    };
    let mut error = ptr::null_mut();
    // SAFETY: the slot belongs to a class of the instance; an error it leaves is ours.
    unsafe {
        let done = load_config(config.as_ptr(), file.to_glib_none().0, &mut error);
        check(done, error)
    }
}

fn call_save_config(class: &GVirSandboxConfigClass, config: &Config, file: &KeyFile) {
    if let Some(save_config) = class.save_config {
        // SAFETY: the slot belongs to a class of the instance.
        unsafe { save_config(config.as_ptr(), file.to_glib_none().0) }
    }
}

unsafe extern "C" fn default_load_config(
    config: *mut GVirSandboxConfig,
    file: *mut GKeyFile,
    error: *mut *mut GError,
) -> gboolean {
    let config = instance_or_return!(config: Config, GFALSE);
    not_null_or_return!(file, GFALSE);
    // SAFETY: the caller lends the key file and a place for the error.
    unsafe { succeed(config.load_common(&from_glib_borrow(file)), error) }
}

unsafe extern "C" fn default_save_config(config: *mut GVirSandboxConfig, file: *mut GKeyFile) {
    let config = instance_or_return!(config: Config);
    not_null_or_return!(file);
    // SAFETY: the caller lends the key file.
    let file: Borrowed<KeyFile> = unsafe { from_glib_borrow(file) };
    config.save_common(&file);
}

unsafe extern "C" fn override_load_config<T: ConfigImpl>(
    config: *mut GVirSandboxConfig,
    file: *mut GKeyFile,
    error: *mut *mut GError,
) -> gboolean {
    let imp = imp_or_return!(config: T, GFALSE);
    not_null_or_return!(file, GFALSE);
    // SAFETY: the caller lends the key file and a place for the error.
    unsafe { succeed(imp.load_config(&from_glib_borrow(file)), error) }
}

unsafe extern "C" fn override_save_config<T: ConfigImpl>(
    config: *mut GVirSandboxConfig,
    file: *mut GKeyFile,
) {
    let imp = imp_or_return!(config: T);
    not_null_or_return!(file);
    // SAFETY: the caller lends the key file.
    let file: Borrowed<KeyFile> = unsafe { from_glib_borrow(file) };
    imp.save_config(&file);
}

unsafe extern "C" fn override_get_command<T: ConfigImpl>(
    config: *mut GVirSandboxConfig,
) -> *mut *mut gchar {
    strv(&imp_or_return!(config: T, ptr::null_mut()).command())
}
