//! C API of `GVirSandboxConfig`: reading and writing key files.

use glib::ffi::{GError, GFALSE, gboolean};
use glib::translate::*;

use crate::abi::config::GVirSandboxConfig;
use crate::abi::{gchar, instance_or_return, or_null, str_or_return, succeed};
use crate::config::{Config, ConfigExt};
use crate::cstring_cell::as_path;

/// gvir_sandbox_config_load_from_path:
/// @path: (type filename) (transfer none): the path of the file
/// @error: where an error is left
///
/// Creates the configuration that a key file describes. The object has the class that is named in the file: one of this
/// library, or one that the program has registered.
///
/// Fails with `g-file-error-quark` when the file cannot be read, with `g-key-file-error-quark` when it is no key file
/// or lacks a key that stands for an object, and with `gvir-sandbox-config`, code 0, when the class is unknown or a
/// value is missing or wrong.
///
/// Returns: (transfer full): a new configuration, or %NULL with @error set; release it with g_object_unref()
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_load_from_path(
    path: *const gchar,
    error: *mut *mut GError,
) -> *mut GVirSandboxConfig {
    let path = as_path(str_or_return!(path, std::ptr::null_mut()));
    // SAFETY: the caller lends a place for the error.
    unsafe { or_null(Config::load_from_path(path), error) }
}

/// gvir_sandbox_config_load_from_data:
/// @data: (transfer none): the text of a key file
/// @error: where an error is left
///
/// Creates the configuration that the text of a key file describes. The object has the class that is named in the text.
///
/// Fails as gvir_sandbox_config_load_from_path() does, but for the errors of reading a file.
///
/// Returns: (transfer full): a new configuration, or %NULL with @error set; release it with g_object_unref()
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_load_from_data(
    data: *const gchar,
    error: *mut *mut GError,
) -> *mut GVirSandboxConfig {
    let data = str_or_return!(data, std::ptr::null_mut());
    // SAFETY: the caller lends a place for the error.
    unsafe { or_null(Config::load_from_data(data.to_bytes()), error) }
}

/// gvir_sandbox_config_save_to_path:
/// @config: (transfer none): the configuration
/// @path: (type filename) (transfer none): the path of the file
/// @error: where an error is left
///
/// Writes the configuration to a new file. Only its owner can read the file when there are environment variables in it.
///
/// Fails with the domain %G_IO_ERROR: with %G_IO_ERROR_EXISTS when the file exists, which is left as it is, and with
/// other codes when it cannot be written.
///
/// Returns: true on success, false with @error set
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_save_to_path(
    config: *mut GVirSandboxConfig,
    path: *const gchar,
    error: *mut *mut GError,
) -> gboolean {
    let config = instance_or_return!(config: Config, GFALSE);
    let path = as_path(str_or_return!(path, GFALSE));
    // SAFETY: the caller lends a place for the error.
    unsafe { succeed(config.save_to_path(path), error) }
}

/// gvir_sandbox_config_save_to_data:
/// @config: (transfer none): the configuration
/// @error: where an error is left
///
/// Gets the configuration as the text of a key file.
///
/// Fails never: nothing can go wrong in memory, and @error is left as it is.
///
/// Returns: (transfer full): the text; free it with g_free()
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_save_to_data(
    config: *mut GVirSandboxConfig,
    error: *mut *mut GError,
) -> *mut gchar {
    let config = instance_or_return!(config: Config, std::ptr::null_mut());
    // Nothing can fail in memory; the parameter is part of the ABI.
    let _ = error;
    config.save_to_data().into_glib_ptr()
}
