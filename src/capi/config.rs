//! C API of `GVirSandboxConfig`.

use glib::ffi::{GError, GKeyFile, GType, gboolean, gpointer};
use glib::gobject_ffi::{GObject, GObjectClass};
use glib::prelude::*;
use glib::translate::*;

use super::{LIBVIRT_SANDBOX_CLASS_PADDING, class_of, gchar, instance_or_return, object_structs};
use crate::config::Config;

/// GVirSandboxConfig:
///
/// The configuration of a sandbox: its name, what it sees of the host, what it is given, and who the program runs as.
///
/// It is made by the constructor of a subclass, or from a file by gvir_sandbox_config_load_from_path(). A context takes
/// what it says at the moment of the start; changes after that have no effect on the sandbox.
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
    /// GVirSandboxConfigClass::load_config:
    /// @config: (transfer none): the configuration
    /// @file: (transfer none): the key file
    /// @error: where an error is left
    ///
    /// Reads the settings of the class. An override chains up first, and then reads its own groups.
    ///
    /// Fails with an error of the class when a setting is missing or wrong.
    ///
    /// Returns: true on success, false with @error set
    pub(super) load_config: Option<
        unsafe extern "C" fn(
            config: *mut GVirSandboxConfig,
            file: *mut GKeyFile,
            error: *mut *mut GError,
        ) -> gboolean,
    >,
    /// GVirSandboxConfigClass::save_config:
    /// @config: (transfer none): the configuration
    /// @file: (transfer none): the key file
    ///
    /// Writes the settings of the class. An override chains up first, and then writes its own groups.
    pub(super) save_config:
        Option<unsafe extern "C" fn(config: *mut GVirSandboxConfig, file: *mut GKeyFile)>,
    /// GVirSandboxConfigClass::get_command:
    /// @config: (transfer none): the configuration
    ///
    /// Gets the program to run in the sandbox and its arguments.
    ///
    /// Returns: (transfer full) (array zero-terminated=1): the program and its arguments; free it with g_strfreev()
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
/// Gets the program to run in the sandbox and its arguments, as the class has them.
///
/// Returns: (transfer full) (array zero-terminated=1): the program and its arguments, a new array that ends with
///   %NULL; free it with g_strfreev()
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
