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

/// Keeps libvirt, where it runs in this process, from writing a log to standard error, unless the environment says where it
/// is to write. What fails is told by errors all the same. To be called first of all in a program.
///
/// # Safety
///
/// No other thread may run yet: the environment is changed.
pub unsafe fn silence_log() {
    // The second is for processes that libvirt forks: they forget the outputs, and keep only the level.
    for (name, value) in [
        ("LIBVIRT_LOG_OUTPUTS", "4:file:/dev/null"),
        ("LIBVIRT_DEBUG", "4"),
    ] {
        if std::env::var_os(name).is_none() {
            // SAFETY: by the contract above.
            unsafe { std::env::set_var(name, value) };
        }
    }
}
