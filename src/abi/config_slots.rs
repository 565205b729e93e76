//! The slots of `GVirSandboxConfigClass`: how they are called, and how a class written in Rust fills them.

use std::ffi::CString;
use std::ptr;

use glib::KeyFile;
use glib::ffi::{GError, GFALSE, GKeyFile, gboolean};
use glib::subclass::prelude::*;
use glib::translate::*;

use super::config::{GVirSandboxConfig, GVirSandboxConfigClass};
use super::{Dispatch, check, gchar, imp_or_return, not_null_or_return, strv, succeed, take_strv};

/// What a class written in Rust does when its slots are called.
pub(crate) trait ConfigSlots: ObjectSubclass {
    fn load_config(&self, file: &KeyFile) -> Result<(), glib::Error>;
    fn save_config(&self, file: &KeyFile);
    fn command(&self) -> Vec<CString> {
        Vec::new()
    }
}

/// Fills the slots of the base class, which has no command.
pub(crate) fn install_base<T: ConfigSlots>(class: &mut GVirSandboxConfigClass) {
    class.load_config = Some(load_config::<T>);
    class.save_config = Some(save_config::<T>);
}

/// Fills every slot.
pub(crate) fn install<T: ConfigSlots>(class: &mut GVirSandboxConfigClass) {
    install_base::<T>(class);
    class.get_command = Some(get_command::<T>);
}

impl Dispatch<GVirSandboxConfigClass> {
    /// Calls `load_config`.
    pub(crate) fn load_config(&self, file: &KeyFile) -> Result<(), glib::Error> {
        let Some(load_config) = self.class.load_config else {
            return Ok(());
        };
        let mut error = ptr::null_mut();
        // SAFETY: the slot belongs to a class of the instance; an error it leaves is ours.
        unsafe {
            let done = load_config(self.instance(), file.to_glib_none().0, &mut error);
            check(done, error)
        }
    }

    /// Calls `save_config`.
    pub(crate) fn save_config(&self, file: &KeyFile) {
        if let Some(save_config) = self.class.save_config {
            // SAFETY: the slot belongs to a class of the instance.
            unsafe { save_config(self.instance(), file.to_glib_none().0) }
        }
    }

    /// Calls `get_command`: a string array for the caller to free, or NULL.
    pub(crate) fn get_command(&self) -> *mut *mut gchar {
        match self.class.get_command {
            // SAFETY: the slot belongs to a class of the instance.
            Some(get_command) => unsafe { get_command(self.instance()) },
            None => ptr::null_mut(),
        }
    }

    /// Calls `get_command`, and takes what comes of it.
    pub(crate) fn command(&self) -> Vec<CString> {
        // SAFETY: a string array that is ours, or NULL.
        unsafe { take_strv(self.get_command()) }
    }
}

unsafe extern "C" fn load_config<T: ConfigSlots>(
    config: *mut GVirSandboxConfig,
    file: *mut GKeyFile,
    error: *mut *mut GError,
) -> gboolean {
    let imp = imp_or_return!(config: T, GFALSE);
    not_null_or_return!(file, GFALSE);
    // SAFETY: the caller lends the key file and a place for the error.
    unsafe { succeed(imp.load_config(&from_glib_borrow(file)), error) }
}

unsafe extern "C" fn save_config<T: ConfigSlots>(
    config: *mut GVirSandboxConfig,
    file: *mut GKeyFile,
) {
    let imp = imp_or_return!(config: T);
    not_null_or_return!(file);
    // SAFETY: the caller lends the key file.
    let file: Borrowed<KeyFile> = unsafe { from_glib_borrow(file) };
    imp.save_config(&file);
}

unsafe extern "C" fn get_command<T: ConfigSlots>(
    config: *mut GVirSandboxConfig,
) -> *mut *mut gchar {
    strv(&imp_or_return!(config: T, ptr::null_mut()).command())
}
