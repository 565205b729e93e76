//! C API of `GVirSandboxContextInteractive`.

use std::ptr::null_mut;

use glib::ffi::{GError, GType};
use glib::prelude::*;
use glib::translate::*;
use libvirt_glib::ffi::GVirConnection;
use libvirt_glib::gobject;

use crate::abi::config::GVirSandboxConfigInteractive;
use crate::abi::console::GVirSandboxConsole;
use crate::abi::context::GVirSandboxContextInteractive;
use crate::abi::{instance_or_return, or_null};
use crate::config::ConfigInteractive;
use crate::console::Console;
use crate::context::ContextInteractive;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_context_interactive_get_type() -> GType {
    ContextInteractive::static_type().into_glib()
}

/// gvir_sandbox_context_interactive_new:
/// @connection: (transfer none): the connection to run the sandbox on, which is open
/// @config: (transfer none): the configuration
///
/// Creates the context of a sandbox. It holds a reference of the connection and the configuration, and starts nothing.
///
/// Returns: (transfer full): a new context; release it with g_object_unref()
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_context_interactive_new(
    connection: *mut GVirConnection,
    config: *mut GVirSandboxConfigInteractive,
) -> *mut GVirSandboxContextInteractive {
    let connection = instance_or_return!(connection: gobject::Connection, null_mut());
    let config = instance_or_return!(config: ConfigInteractive, null_mut());
    ContextInteractive::new(&connection, &config).into_glib_ptr()
}

/// gvir_sandbox_context_interactive_get_app_console:
/// @ctxt: (transfer none): the context
/// @error: where an error is left
///
/// Gets the console that the program's input and output are connected with. The program starts when it is attached.
///
/// Fails with `gvir-sandbox-context`, code 0, when the sandbox was neither started nor attached to.
///
/// Returns: (transfer full) (nullable): a new console, or %NULL with @error set; release it with g_object_unref()
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_context_interactive_get_app_console(
    ctxt: *mut GVirSandboxContextInteractive,
    error: *mut *mut GError,
) -> *mut GVirSandboxConsole {
    let ctxt = instance_or_return!(ctxt: ContextInteractive, null_mut());
    // SAFETY: the caller passes a place for the error, or NULL.
    unsafe { or_null(ctxt.app_console().map(Cast::upcast::<Console>), error) }
}
