//! C API of `GVirSandboxConsoleRpc`.

use glib::ffi::{GFALSE, GType, gboolean, gpointer};
use glib::prelude::*;
use glib::translate::*;
use libvirt_glib::ffi::{GVirConnection, GVirDomain};
use libvirt_glib::gobject;

use super::console::{GVirSandboxConsole, GVirSandboxConsoleClass};
use super::{
    LIBVIRT_SANDBOX_CLASS_PADDING, gchar, gint, instance_or_return, object_structs, str_or_return,
};
use crate::console::ConsoleRpc;

/// GVirSandboxConsoleRpc:
///
/// The console of a program. The sandbox also reports on it how the program ended, see #GVirSandboxConsoleRpc::exited.
///
/// It belongs to the process that started the sandbox.
#[repr(C)]
pub struct GVirSandboxConsoleRpc {
    parent: GVirSandboxConsole,
    priv_: gpointer,
}

/// GVirSandboxConsoleRpcClass:
///
/// Class of #GVirSandboxConsoleRpc. Its own slot `closed` is never called: the signal calls that of the parent class.
#[repr(C)]
pub struct GVirSandboxConsoleRpcClass {
    pub(super) parent_class: GVirSandboxConsoleClass,
    /// GVirSandboxConsoleRpc::exited:
    /// @console: the console
    /// @status: the status as waitpid() gives it, to be taken apart with `WIFEXITED` and its like
    ///
    /// Emitted once when the program in the sandbox has ended, before #GVirSandboxConsole::closed. One that was ended with its
    /// sandbox, since it took too long, has no status.
    pub(super) exited:
        Option<unsafe extern "C" fn(console: *mut GVirSandboxConsoleRpc, status: gint)>,
    /// GVirSandboxConsoleRpcClass::closed: (skip)
    /// @console: (transfer none): the console
    /// @err: true when the console broke
    ///
    /// Never called: the signal #GVirSandboxConsole::closed calls the slot of #GVirSandboxConsoleClass.
    closed: Option<unsafe extern "C" fn(console: *mut GVirSandboxConsoleRpc, err: gboolean)>,
    padding: [gpointer; LIBVIRT_SANDBOX_CLASS_PADDING],
}

object_structs!(ConsoleRpc: GVirSandboxConsoleRpc, GVirSandboxConsoleRpcClass);

#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_console_rpc_get_type() -> GType {
    ConsoleRpc::static_type().into_glib()
}

/// gvir_sandbox_console_rpc_new:
/// @connection: (transfer none): the connection that the domain belongs to
/// @domain: (transfer none): the domain
/// @devname: the alias of the console's device in the domain
///
/// Creates a console that also reports how the program ended. It holds a reference of the connection and the domain.
///
/// Returns: (transfer full): a new console that is not attached to anything; release it with g_object_unref()
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_console_rpc_new(
    connection: *mut GVirConnection,
    domain: *mut GVirDomain,
    devname: *const gchar,
) -> *mut GVirSandboxConsoleRpc {
    let connection = instance_or_return!(connection: gobject::Connection, std::ptr::null_mut());
    let domain = instance_or_return!(domain: gobject::Domain, std::ptr::null_mut());
    let devname = str_or_return!(devname, std::ptr::null_mut());
    ConsoleRpc::new(&connection, &domain, devname).into_glib_ptr()
}

/// gvir_sandbox_console_rpc_has_timed_out:
/// @console: (transfer none): the console
///
/// Gets whether the program took longer than its configuration lets it, see gvir_sandbox_config_set_timeout(). It is true from
/// the moment on in which the program is told to end, and tells after #GVirSandboxConsole::closed why that was an error.
///
/// Returns: true if the time was over before the program ended
///
/// Since: 0.9.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_console_rpc_has_timed_out(
    console: *mut GVirSandboxConsoleRpc,
) -> gboolean {
    let console = instance_or_return!(console: ConsoleRpc, GFALSE);
    console.has_timed_out().into_glib()
}
