//! From `Result` to `GError` and back.

use std::ffi::{c_char, c_int};

use glib::ffi::{GError, gboolean};
use glib::object::ObjectType;
use glib::translate::*;

/// Hands `error` to a C caller, who may have passed NULL for "not interested".
///
/// # Safety
///
/// `dest` is NULL or points to a `GError *`, which ought to be NULL: another error stays, and GLib warns of it.
unsafe fn set_error(dest: *mut *mut GError, error: impl Into<glib::Error>) {
    // SAFETY: the place is readable and writable by the contract above, or NULL; the error becomes its.
    unsafe { glib::ffi::g_propagate_error(dest, error.into().into_glib_ptr()) };
}

/// Turns a result into what a C function that reports through `error` returns.
///
/// # Safety
///
/// `error` is NULL or points to a `GError *`.
pub(crate) unsafe fn succeed<E: Into<glib::Error>>(
    result: Result<(), E>,
    error: *mut *mut GError,
) -> gboolean {
    let done = result.is_ok();
    if let Err(reason) = result {
        // SAFETY: the same contract.
        unsafe { set_error(error, reason) };
    }
    done.into_glib()
}

/// Turns a result into the object that a C function returns, NULL when it reports through `error`.
///
/// # Safety
///
/// `error` is NULL or points to a `GError *`.
pub(crate) unsafe fn or_null<T, E>(
    result: Result<T, E>,
    error: *mut *mut GError,
) -> *mut <T as ObjectType>::GlibType
where
    T: ObjectType + IntoGlibPtr<*mut <T as ObjectType>::GlibType>,
    E: Into<glib::Error>,
{
    match result {
        Ok(object) => object.into_glib_ptr(),
        Err(reason) => {
            // SAFETY: the same contract.
            unsafe { set_error(error, reason) };
            std::ptr::null_mut()
        }
    }
}

/// Turns a result into the string that a C function returns, NULL when it reports through `error`.
///
/// # Safety
///
/// `error` is NULL or points to a `GError *`.
pub(crate) unsafe fn string_or_null<E: Into<glib::Error>>(
    result: Result<String, E>,
    error: *mut *mut GError,
) -> *mut c_char {
    match result {
        Ok(text) => text.to_glib_full(),
        Err(reason) => {
            // SAFETY: the same contract.
            unsafe { set_error(error, reason) };
            std::ptr::null_mut()
        }
    }
}

/// Turns a result into the variant that a C function returns, NULL when it reports through `error`.
///
/// # Safety
///
/// `error` is NULL or points to a `GError *`.
pub(crate) unsafe fn variant_or_null<E: Into<glib::Error>>(
    result: Result<glib::Variant, E>,
    error: *mut *mut GError,
) -> *mut glib::ffi::GVariant {
    match result {
        Ok(variant) => variant.into_glib_ptr(),
        Err(reason) => {
            // SAFETY: the same contract.
            unsafe { set_error(error, reason) };
            std::ptr::null_mut()
        }
    }
}

/// Turns a result into the enumeration value that a C function returns, -1 when it reports through `error`.
///
/// # Safety
///
/// `error` is NULL or points to a `GError *`.
pub(crate) unsafe fn enum_or_error<T, E>(result: Result<T, E>, error: *mut *mut GError) -> c_int
where
    T: IntoGlib<GlibType = c_int>,
    E: Into<glib::Error>,
{
    match result {
        Ok(value) => value.into_glib(),
        Err(reason) => {
            // SAFETY: the same contract.
            unsafe { set_error(error, reason) };
            -1
        }
    }
}

/// Turns what a C function returned and reported into a result; the error becomes ours.
///
/// # Safety
///
/// `error` is NULL or an error that nobody else frees.
pub(crate) unsafe fn check(done: gboolean, error: *mut GError) -> Result<(), glib::Error> {
    if !error.is_null() {
        // SAFETY: by the contract above.
        return Err(unsafe { from_glib_full(error) });
    }
    if done == glib::ffi::GFALSE {
        return Err(glib::Error::new(
            glib::FileError::Failed,
            &tr!("a virtual function failed without a reason"),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_that_is_set_stays() {
        let error = |text: &str| glib::Error::new(glib::FileError::Failed, text);
        let mut place: *mut GError = error("the first").into_glib_ptr();
        // SAFETY: the place is valid, and what is in it this test's.
        let kept: glib::Error = unsafe {
            assert_eq!(succeed(Err(error("the second")), &mut place), 0);
            from_glib_full(place)
        };
        assert_eq!(kept.message(), "the first");
    }
}
