//! C API of `GVirSandboxConfig`: the files that are copied into the sandbox.

use glib::ffi::{GError, GFALSE, gboolean};

use crate::abi::config::GVirSandboxConfig;
use crate::abi::{gchar, instance_or_return, str_or_return, strv_from_c, succeed};
use crate::config::{Config, ConfigExt};
use crate::cstring_cell::as_path;

/// gvir_sandbox_config_add_host_include_strv:
/// @config: (transfer none): the configuration
/// @includes: (transfer none) (array zero-terminated=1): the options, an array that ends with %NULL
/// @error: where an error is left
///
/// Copies files of the host into the mounts of the sandbox when it starts. Each option is `GUEST=HOST`, a path in the
/// sandbox and one on the host, or a path that is the same in both. Of the mounts that the path in the sandbox is
/// below, the deepest one takes the copy: add the mounts first. That mount has to be a #GVirSandboxConfigMountHostBind
/// without a source, or a #GVirSandboxConfigMountRam, or the start of the sandbox is refused. Where there is none and the
/// configuration has an overlay, which is to be set before, too, the copy comes into the root directory.
///
/// It stops at the first option that has no such mount; what those before it describe is copied.
///
/// Fails with `gvir-sandbox-config`, code 0, when there is no mount for an option.
///
/// Returns: true on success, false with @error set
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_add_host_include_strv(
    config: *mut GVirSandboxConfig,
    includes: *mut *mut gchar,
    error: *mut *mut GError,
) -> gboolean {
    let config = instance_or_return!(config: Config, GFALSE);
    // SAFETY: the caller passes a NULL-terminated array and a place for the error.
    unsafe {
        let mut includes = strv_from_c(includes).into_iter();
        succeed(
            includes.try_for_each(|text| config.add_host_include(&text)),
            error,
        )
    }
}

/// gvir_sandbox_config_add_host_include_file:
/// @config: (transfer none): the configuration
/// @includefile: (type filename) (transfer none): the path of the file with the options
/// @error: where an error is left
///
/// Copies files of the host into the mounts of the sandbox when it starts. Each line of a file is an option as
/// gvir_sandbox_config_add_host_include_strv() has them.
///
/// Fails with the domain %G_IO_ERROR when the file cannot be read, and with `gvir-sandbox-config`, code 0, when there
/// is no mount for a line of it.
///
/// Returns: true on success, false with @error set
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_add_host_include_file(
    config: *mut GVirSandboxConfig,
    includefile: *mut gchar,
    error: *mut *mut GError,
) -> gboolean {
    let config = instance_or_return!(config: Config, GFALSE);
    let includefile = as_path(str_or_return!(includefile, GFALSE));
    // SAFETY: the caller lends a place for the error.
    unsafe { succeed(config.add_host_include_file(includefile), error) }
}
