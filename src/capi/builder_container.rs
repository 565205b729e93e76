//! C API of `GVirSandboxBuilderContainer`.

use std::ptr::null_mut;

use glib::ffi::GType;
use glib::prelude::*;
use glib::translate::*;
use libvirt_glib::ffi::GVirConnection;
use libvirt_glib::gobject;

use crate::abi::builder::GVirSandboxBuilderContainer;
use crate::abi::instance_or_return;
use crate::builder::BuilderContainer;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_builder_container_get_type() -> GType {
    BuilderContainer::static_type().into_glib()
}

/// gvir_sandbox_builder_container_new:
/// @connection: (transfer none): the connection that the sandbox is to run on
///
/// Creates a builder of a container. It holds a reference of the connection.
///
/// Returns: (transfer full): a new builder; release it with g_object_unref()
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_builder_container_new(
    connection: *mut GVirConnection,
) -> *mut GVirSandboxBuilderContainer {
    let connection = instance_or_return!(connection: gobject::Connection, null_mut());
    BuilderContainer::new(&connection).into_glib_ptr()
}
