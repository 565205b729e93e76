//! C API of `GVirSandboxConsoleRaw`.

use glib::ffi::GType;
use glib::prelude::*;
use glib::translate::*;
use libvirt_glib::ffi::{GVirConnection, GVirDomain};
use libvirt_glib::gobject;

use crate::abi::console::GVirSandboxConsoleRaw;
use crate::abi::{gchar, instance_or_return, str_or_return};
use crate::console::ConsoleRaw;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_console_raw_get_type() -> GType {
    ConsoleRaw::static_type().into_glib()
}

/// gvir_sandbox_console_raw_new:
/// @connection: (transfer none): the connection that the domain belongs to
/// @domain: (transfer none): the domain
/// @devname: the alias of the console's device in the domain
///
/// Creates a console that passes bytes on as they are. It holds a reference of the connection and the domain.
///
/// Returns: (transfer full): a new console that is not attached to anything; release it with g_object_unref()
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_console_raw_new(
    connection: *mut GVirConnection,
    domain: *mut GVirDomain,
    devname: *const gchar,
) -> *mut GVirSandboxConsoleRaw {
    let connection = instance_or_return!(connection: gobject::Connection, std::ptr::null_mut());
    let domain = instance_or_return!(domain: gobject::Domain, std::ptr::null_mut());
    let devname = str_or_return!(devname, std::ptr::null_mut());
    ConsoleRaw::new(&connection, &domain, devname).into_glib_ptr()
}
