//! C API of `GVirSandboxConsoleRpc`.

use glib::ffi::{GFALSE, GType, gboolean};
use glib::prelude::*;
use glib::translate::*;
use libvirt_glib::ffi::{GVirConnection, GVirDomain};
use libvirt_glib::gobject;

use crate::abi::console::GVirSandboxConsoleRpc;
use crate::abi::{gchar, instance_or_return, str_or_return};
use crate::console::ConsoleRpc;

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

#[cfg(test)]
mod tests {
    use std::ffi::c_int;
    use std::sync::atomic::{AtomicI32, Ordering};

    use super::*;
    use crate::abi::console::GVirSandboxConsoleRpcClass;

    static STATUS: AtomicI32 = AtomicI32::new(-1);

    unsafe extern "C" fn remember(_console: *mut GVirSandboxConsoleRpc, status: c_int) {
        STATUS.store(status, Ordering::Relaxed);
    }

    #[test]
    fn the_signal_exited_calls_the_slot_of_the_class() {
        let console: ConsoleRpc = glib::Object::new();
        // SAFETY: the class exists as the instance does, and nobody else uses the slot.
        let class: *mut GVirSandboxConsoleRpcClass = unsafe {
            let class = glib::gobject_ffi::g_type_class_peek(ConsoleRpc::static_type().into_glib());
            let class = class.cast::<GVirSandboxConsoleRpcClass>();
            (*class).exited = Some(remember);
            class
        };
        console.emit_exited(7);
        // SAFETY: as above.
        unsafe { (*class).exited = None };
        assert_eq!(STATUS.load(Ordering::Relaxed), 7);
    }
}
