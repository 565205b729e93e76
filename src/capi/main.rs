//! C API of the library's initialisation.

use std::ffi::c_char;

use glib::ffi::{GError, gboolean};

use crate::abi::{gint, succeed};
use crate::prepare::init;

/// gvir_sandbox_init:
/// @argc: (inout): the address of the number of arguments of `main`
/// @argv: (inout) (array length=argc) (nullable): the address of the arguments of `main`, or %NULL
///
/// Prepares the library and those below it, as gvir_sandbox_init_check() does, for programs that go on without. A
/// failure is reported as a critical message. The arguments are left as they are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_init(argc: *mut gint, argv: *mut *mut *mut c_char) {
    let _ = (argc, argv);
    if let Err(error) = init() {
        glib::g_critical!(
            crate::log::LOG_DOMAIN,
            "{}",
            tr!("cannot prepare the library: {error}", error)
        );
    }
}

/// gvir_sandbox_init_check:
/// @argc: (inout): the address of the number of arguments of `main`
/// @argv: (inout) (array length=argc) (nullable): the address of the arguments of `main`, or %NULL
/// @error: where an error is left
///
/// Prepares the library, GObject and libvirt-gobject: the types, the translations and libvirt itself. Call it before
/// anything else; calling it again does no harm. The arguments are left as they are.
///
/// Fails with the error of libvirt-gobject when libvirt cannot be prepared.
///
/// Returns: true on success, false with @error set
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_init_check(
    argc: *mut gint,
    argv: *mut *mut *mut c_char,
    error: *mut *mut GError,
) -> gboolean {
    // SAFETY: the same arguments.
    unsafe { gvir_sandbox_init_object_check(argc, argv, error) }
}

/// gvir_sandbox_init_object_check:
/// @argc: (type gpointer) (nullable): ignored
/// @argv: (type gpointer) (nullable): ignored
/// @error: where an error is left
///
/// Prepares the library and those below it, as gvir_sandbox_init_check() does. Languages with introspection call this
/// one with two arguments, which may be null.
///
/// Fails with the error of libvirt-gobject when libvirt cannot be prepared.
///
/// Returns: true on success, false with @error set
///
/// Since: 0.9.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_init_object_check(
    argc: *mut gint,
    argv: *mut *mut *mut c_char,
    error: *mut *mut GError,
) -> gboolean {
    let _ = (argc, argv);
    // SAFETY: the caller passes a place for the error, or NULL.
    unsafe { succeed(init(), error) }
}

#[cfg(test)]
mod tests {
    use std::ptr::null_mut;

    use super::*;

    #[test]
    fn takes_no_arguments_and_can_be_repeated() {
        let mut error = null_mut();
        // SAFETY: NULL for what can be left out, and a place for the error.
        unsafe {
            gvir_sandbox_init(null_mut(), null_mut());
            let done = gvir_sandbox_init_check(null_mut(), null_mut(), &mut error);
            assert_eq!(done, glib::ffi::GTRUE);
            assert!(error.is_null());
        }
    }
}
