//! C API of `GVirSandboxBuilderMachine`.

use std::ptr::null_mut;

use glib::ffi::GType;
use glib::prelude::*;
use glib::translate::*;
use libvirt_glib::ffi::GVirConnection;
use libvirt_glib::gobject;

use crate::abi::builder::GVirSandboxBuilderMachine;
use crate::abi::instance_or_return;
use crate::builder::BuilderMachine;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_builder_machine_get_type() -> GType {
    BuilderMachine::static_type().into_glib()
}

/// gvir_sandbox_builder_machine_new:
/// @connection: (transfer none): the connection that the sandbox is to run on
///
/// Creates a builder of a virtual machine. It holds a reference of the connection.
///
/// Returns: (transfer full): a new builder; release it with g_object_unref()
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_builder_machine_new(
    connection: *mut GVirConnection,
) -> *mut GVirSandboxBuilderMachine {
    let connection = instance_or_return!(connection: gobject::Connection, null_mut());
    BuilderMachine::new(&connection).into_glib_ptr()
}
