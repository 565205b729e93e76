//! Turns what a C function returned together with its `GError` into a `Result`.

use std::ffi::CStr;

use glib::ffi::{GError, gboolean};
use glib::translate::{FromGlibPtrFull, from_glib_full};

use crate::ffi;

/// The outcome of a function that returns whether it succeeded.
///
/// # Safety
/// `error` is null or owned by the caller.
pub(crate) unsafe fn done(ok: gboolean, error: *mut GError) -> Result<(), glib::Error> {
    if ok != glib::ffi::GFALSE {
        return Ok(());
    }
    // SAFETY: the caller owns the error.
    Err(unsafe { failure(error) })
}

/// The outcome of a function that returns something new, or null.
///
/// # Safety
/// `pointer` and `error` are null or owned by the caller, and `pointer` is what `T` is made from.
pub(crate) unsafe fn full<P: 'static, T>(
    pointer: *mut P,
    error: *mut GError,
) -> Result<T, glib::Error>
where
    T: FromGlibPtrFull<*mut P>,
{
    // SAFETY: the caller owns both.
    unsafe {
        if pointer.is_null() {
            return Err(failure(error));
        }
        Ok(from_glib_full(pointer))
    }
}

/// The error, also when a function failed without setting one.
///
/// # Safety
/// `error` is null or owned by the caller.
pub(crate) unsafe fn failure(error: *mut GError) -> glib::Error {
    if error.is_null() {
        return glib::Error::new(gio::IOErrorEnum::Failed, &tr!("libvirt gave no reason"));
    }
    // SAFETY: the caller owns the error.
    unsafe { from_glib_full(error) }
}

/// What libvirt said to this thread last.
pub(crate) fn last_error() -> glib::Error {
    // SAFETY: the text is libvirt's until its next call in this thread, and copied here.
    let reason = unsafe { CStr::from_ptr(ffi::virGetLastErrorMessage()) };
    glib::Error::new(gio::IOErrorEnum::Failed, &reason.to_string_lossy())
}
