//! C API of `GVirSandboxConfig`: a root directory that can be written to.

use glib::ffi::{GFALSE, gboolean};
use glib::subclass::prelude::*;
use glib::translate::*;

use crate::abi::config::GVirSandboxConfig;
use crate::abi::{gchar, guint64, instance_or_return, opt_str};
use crate::config::{Config, ConfigPropertiesExt};

/// gvir_sandbox_config_get_overlay:
/// @config: (transfer none): the configuration
///
/// Gets whether the root directory can be written to. It also can if there is a directory that keeps the writes, see
/// gvir_sandbox_config_get_overlay_dir().
///
/// Returns: true if the root directory can be written to
///
/// Since: 0.9.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_get_overlay(
    config: *mut GVirSandboxConfig,
) -> gboolean {
    let config = instance_or_return!(config: Config, GFALSE);
    config.overlay().into_glib()
}

/// gvir_sandbox_config_set_overlay:
/// @config: (transfer none): the configuration
/// @overlay: true if the root directory can be written to
///
/// Sets whether the root directory of the sandbox can be written to. The directory of the host that it is made of is not
/// changed: what is written is in memory, and thrown away at the end of the sandbox.
///
/// Since: 0.9.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_set_overlay(
    config: *mut GVirSandboxConfig,
    overlay: gboolean,
) {
    let config = instance_or_return!(config: Config);
    config.set_overlay(overlay != GFALSE);
}

/// gvir_sandbox_config_get_overlay_dir:
/// @config: (transfer none): the configuration
///
/// Gets the directory that keeps what is written to the root directory.
///
/// Returns: (transfer none) (nullable): the path of the directory on the host, or %NULL when the writes are not kept
///
/// Since: 0.9.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_get_overlay_dir(
    config: *mut GVirSandboxConfig,
) -> *const gchar {
    let config = instance_or_return!(config: Config, std::ptr::null());
    config.imp().overlay_dir.as_ptr()
}

/// gvir_sandbox_config_set_overlay_dir:
/// @config: (transfer none): the configuration
/// @overlay_dir: (transfer none) (nullable): the path of the directory on the host, or %NULL to keep nothing
///
/// Sets the directory that keeps what is written to the root directory, for the next sandbox that is given the same one. The
/// root directory of a sandbox with such a directory can be written to, whatever gvir_sandbox_config_set_overlay() was given.
///
/// Since: 0.9.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_set_overlay_dir(
    config: *mut GVirSandboxConfig,
    overlay_dir: *const gchar,
) {
    let config = instance_or_return!(config: Config);
    config.set_overlay_dir(opt_str!(overlay_dir));
}

/// gvir_sandbox_config_get_overlay_size:
/// @config: (transfer none): the configuration
///
/// Gets how much can be written to the root directory.
///
/// Returns: the size in bytes, or 0 for the default
///
/// Since: 0.9.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_get_overlay_size(
    config: *mut GVirSandboxConfig,
) -> guint64 {
    let config = instance_or_return!(config: Config, 0);
    config.overlay_size()
}

/// gvir_sandbox_config_set_overlay_size:
/// @config: (transfer none): the configuration
/// @overlay_size: the size in bytes, or 0 for the default
///
/// Sets how much can be written to the root directory. The default is half of the memory of the sandbox.
///
/// When it is kept in a directory of the host, this is the size of a virtual machine's image at the time it is made, 16 GiB by
/// default; the files of a container have no limit.
///
/// Since: 0.9.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_set_overlay_size(
    config: *mut GVirSandboxConfig,
    overlay_size: guint64,
) {
    let config = instance_or_return!(config: Config);
    config.set_overlay_size(overlay_size);
}
