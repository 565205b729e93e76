//! C API of what is known about disk images.

use glib::ffi::GError;

use crate::abi::{enum_or_error, gchar, gint, str_or_return};
use crate::config::{disk_format_from_str, guess_image_format};

/// gvir_sandbox_util_guess_image_format:
/// @path: (type filename) (transfer none): the path of the image, which need not exist
/// @error: where an error is left
///
/// Guesses the format of a disk image from the extension of its name; `.img` is raw. The image is not looked into.
///
/// Fails with `gvir-sandbox-util`, code 0, when the name has no extension, or when there is no format of that name.
///
/// Returns: a #GVirConfigDomainDiskFormat, or -1 with @error set
///
/// Since: 0.9.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_util_guess_image_format(
    path: *const gchar,
    error: *mut *mut GError,
) -> gint {
    let path = str_or_return!(path, -1);
    // SAFETY: the caller lends a place for the error.
    unsafe { enum_or_error(guess_image_format(path), error) }
}

/// gvir_sandbox_util_disk_format_from_str:
/// @value: (transfer none): the name, in lower case
/// @error: where an error is left
///
/// Gets the format of disk images that has a name, like `qcow2`.
///
/// Fails with `gvir-sandbox-util`, code 0, when there is none.
///
/// Returns: a #GVirConfigDomainDiskFormat, or -1 with @error set
///
/// Since: 0.9.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_util_disk_format_from_str(
    value: *const gchar,
    error: *mut *mut GError,
) -> gint {
    let value = str_or_return!(value, -1);
    // SAFETY: the caller lends a place for the error.
    unsafe { enum_or_error(disk_format_from_str(value), error) }
}
