//! Safe bindings of the parts of libvirt-glib that the sandbox library uses.

pub mod gconfig;
pub mod gobject;
mod result;

pub use libvirt_glib_sys as ffi;

use std::ptr;

/// Prepares libvirt-glib, and lets libvirt's events run in GLib's default main context.
///
/// Call it before the first connection is opened; calling it again does no harm.
pub fn init() -> Result<(), glib::Error> {
    // SAFETY: the function accepts null for both arguments; the error pointer is valid.
    unsafe {
        let mut error = ptr::null_mut();
        let ok = ffi::gvir_init_object_check(ptr::null_mut(), ptr::null_mut(), &mut error);
        result::done(ok, error)
    }
}
