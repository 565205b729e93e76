//! C API of `GVirSandboxConfig`: the kernel of a virtual machine.

use glib::subclass::prelude::*;

use crate::abi::config::GVirSandboxConfig;
use crate::abi::{gchar, instance_or_return, opt_str};
use crate::config::{Config, ConfigPropertiesExt};

/// gvir_sandbox_config_get_kernrelease:
/// @config: (transfer none): the configuration
///
/// Gets the version of the kernel that a virtual machine boots.
///
/// Returns: (transfer none) (nullable): the version of the kernel, or %NULL when it is not set
///
/// Since: 0.9.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_get_kernrelease(
    config: *mut GVirSandboxConfig,
) -> *const gchar {
    let config = instance_or_return!(config: Config, std::ptr::null());
    config.imp().kernrelease.as_ptr()
}

/// gvir_sandbox_config_set_kernrelease:
/// @config: (transfer none): the configuration
/// @kernrelease: (transfer none) (nullable): the version of the kernel, or %NULL for the default
///
/// Sets the version of the kernel that a virtual machine boots.
///
/// The default is the newest version that fits the host. Containers use the running kernel and ignore this.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_set_kernrelease(
    config: *mut GVirSandboxConfig,
    kernrelease: *const gchar,
) {
    let config = instance_or_return!(config: Config);
    config.set_kernrelease(opt_str!(kernrelease));
}

/// gvir_sandbox_config_get_kernpath:
/// @config: (transfer none): the configuration
///
/// Gets the host path of the kernel image that a virtual machine boots.
///
/// Returns: (transfer none) (nullable): the host path of the kernel image, or %NULL when it is not set
///
/// Since: 0.9.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_get_kernpath(
    config: *mut GVirSandboxConfig,
) -> *const gchar {
    let config = instance_or_return!(config: Config, std::ptr::null());
    config.imp().kernpath.as_ptr()
}

/// gvir_sandbox_config_set_kernpath:
/// @config: (transfer none): the configuration
/// @kernpath: (transfer none) (nullable): the host path of the kernel image, or %NULL for the default
///
/// Sets the host path of the kernel image that a virtual machine boots.
///
/// The default is `/boot/vmlinuz-VERSION`. Containers use the running kernel and ignore this.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_set_kernpath(
    config: *mut GVirSandboxConfig,
    kernpath: *const gchar,
) {
    let config = instance_or_return!(config: Config);
    config.set_kernpath(opt_str!(kernpath));
}

/// gvir_sandbox_config_get_kmodpath:
/// @config: (transfer none): the configuration
///
/// Gets the host directory that has the kernel modules, in a subdirectory for each version.
///
/// Returns: (transfer none) (nullable): the host directory that has the kernel modules, or %NULL when it is not set
///
/// Since: 0.9.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_get_kmodpath(
    config: *mut GVirSandboxConfig,
) -> *const gchar {
    let config = instance_or_return!(config: Config, std::ptr::null());
    config.imp().kmodpath.as_ptr()
}

/// gvir_sandbox_config_set_kmodpath:
/// @config: (transfer none): the configuration
/// @kmodpath: (transfer none) (nullable): the host directory that has the kernel modules, or %NULL for the default
///
/// Sets the host directory that has the kernel modules, in a subdirectory for each version.
///
/// The default is `/lib/modules`. Containers use the running kernel and ignore this.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_set_kmodpath(
    config: *mut GVirSandboxConfig,
    kmodpath: *const gchar,
) {
    let config = instance_or_return!(config: Config);
    config.set_kmodpath(opt_str!(kmodpath));
}
