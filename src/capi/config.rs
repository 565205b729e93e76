//! C API of `GVirSandboxConfig`.

use glib::ffi::{GError, GKeyFile, GType, gboolean, gpointer};
use glib::gobject_ffi::{GObject, GObjectClass};
use glib::prelude::*;
use glib::translate::*;

use super::{LIBVIRT_SANDBOX_CLASS_PADDING, class_of, gchar, instance_or_return, object_structs};
use crate::config::Config;

/// GVirSandboxConfig:
///
/// The configuration of a sandbox.
#[repr(C)]
pub struct GVirSandboxConfig {
    parent: GObject,
    priv_: gpointer,
}

/// GVirSandboxConfigClass:
///
/// Class of #GVirSandboxConfig.
#[repr(C)]
pub struct GVirSandboxConfigClass {
    pub(super) parent_class: GObjectClass,
    pub(super) load_config: Option<
        unsafe extern "C" fn(
            config: *mut GVirSandboxConfig,
            file: *mut GKeyFile,
            error: *mut *mut GError,
        ) -> gboolean,
    >,
    pub(super) save_config:
        Option<unsafe extern "C" fn(config: *mut GVirSandboxConfig, file: *mut GKeyFile)>,
    pub(super) get_command:
        Option<unsafe extern "C" fn(config: *mut GVirSandboxConfig) -> *mut *mut gchar>,
    padding: [gpointer; LIBVIRT_SANDBOX_CLASS_PADDING],
}

object_structs!(Config: GVirSandboxConfig, GVirSandboxConfigClass);

#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_get_type() -> GType {
    Config::static_type().into_glib()
}

/// gvir_sandbox_config_get_command:
/// @config: (transfer none): the configuration
///
/// Gets the program to run in the sandbox and its arguments.
///
/// Returns: (transfer full) (array zero-terminated=1): the program and its arguments
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_get_command(
    config: *mut GVirSandboxConfig,
) -> *mut *mut gchar {
    let instance = instance_or_return!(config: Config, std::ptr::null_mut());
    match class_of::<Config>(&instance).get_command {
        // SAFETY: a slot of the instance's own class, called with that instance.
        Some(get_command) => unsafe { get_command(config) },
        None => std::ptr::null_mut(),
    }
}
