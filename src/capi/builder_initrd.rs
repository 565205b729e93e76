//! C API of `GVirSandboxBuilderInitrd`.

use glib::ffi::{GType, gpointer};
use glib::gobject_ffi::{GObject, GObjectClass};
use glib::prelude::*;
use glib::translate::*;

use super::{LIBVIRT_SANDBOX_CLASS_PADDING, object_structs};
use crate::builder::BuilderInitrd;

/// GVirSandboxBuilderInitrd:
///
/// Writes the initial RAM disk of a virtual machine.
#[repr(C)]
pub struct GVirSandboxBuilderInitrd {
    parent: GObject,
    priv_: gpointer,
}

/// GVirSandboxBuilderInitrdClass:
///
/// Class of #GVirSandboxBuilderInitrd.
#[repr(C)]
pub struct GVirSandboxBuilderInitrdClass {
    parent_class: GObjectClass,
    padding: [gpointer; LIBVIRT_SANDBOX_CLASS_PADDING],
}

object_structs!(BuilderInitrd: GVirSandboxBuilderInitrd, GVirSandboxBuilderInitrdClass);

#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_builder_initrd_get_type() -> GType {
    BuilderInitrd::static_type().into_glib()
}

/// gvir_sandbox_builder_initrd_new:
///
/// Creates a builder of initial RAM disks.
///
/// Returns: (transfer full): a new builder
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_builder_initrd_new() -> *mut GVirSandboxBuilderInitrd {
    BuilderInitrd::default().into_glib_ptr()
}
