//! C API of `GVirSandboxConfigInteractive`.

use glib::ffi::{GFALSE, GType, gboolean};
use glib::prelude::*;
use glib::translate::*;

use crate::abi::config::GVirSandboxConfigInteractive;
use crate::abi::{gchar, instance_or_return, return_if_fail, str_or_return, strv_from_c};
use crate::config::ConfigInteractive;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_interactive_get_type() -> GType {
    ConfigInteractive::static_type().into_glib()
}

/// gvir_sandbox_config_interactive_new:
/// @name: (transfer none): the name of the sandbox, which is also that of its domain and of its state directory
///
/// Creates the configuration of a sandbox that runs a program with its input and output connected. The program is
/// `/bin/sh` until gvir_sandbox_config_interactive_set_command().
///
/// Returns: (transfer full): a new configuration; release it with g_object_unref()
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_interactive_new(
    name: *const gchar,
) -> *mut GVirSandboxConfigInteractive {
    let name = str_or_return!(name, std::ptr::null_mut());
    ConfigInteractive::new(name).into_glib_ptr()
}

/// gvir_sandbox_config_interactive_set_command:
/// @config: (transfer none): the configuration
/// @argv: (transfer none) (array zero-terminated=1): the program and its arguments, an array that ends with %NULL
///
/// Sets the program to run in the sandbox and its arguments. They are copied. A program without a slash in its name is
/// looked up in the `PATH` of the sandbox.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_interactive_set_command(
    config: *mut GVirSandboxConfigInteractive,
    argv: *mut *mut gchar,
) {
    let config = instance_or_return!(config: ConfigInteractive);
    return_if_fail!(!argv.is_null());
    // SAFETY: the caller passes a NULL-terminated array.
    config.set_command(unsafe { strv_from_c(argv) });
}

/// gvir_sandbox_config_interactive_set_tty:
/// @config: (transfer none): the configuration
/// @tty: true if the program gets a terminal
///
/// Sets whether the program gets a terminal as its input and output, for programs that somebody types to. Without one,
/// which is the default, input, output and error output are three streams that pass every byte as it is.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_interactive_set_tty(
    config: *mut GVirSandboxConfigInteractive,
    tty: gboolean,
) {
    instance_or_return!(config: ConfigInteractive).set_tty(tty != GFALSE);
}

/// gvir_sandbox_config_interactive_get_tty:
/// @config: (transfer none): the configuration
///
/// Gets whether the program gets a terminal as its input and output.
///
/// Returns: true if the program gets a terminal
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_interactive_get_tty(
    config: *mut GVirSandboxConfigInteractive,
) -> gboolean {
    instance_or_return!(config: ConfigInteractive, GFALSE)
        .tty()
        .into_glib()
}
