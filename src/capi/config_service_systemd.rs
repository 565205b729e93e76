//! C API of `GVirSandboxConfigServiceSystemd`.

use glib::ffi::GType;
use glib::prelude::*;
use glib::subclass::prelude::*;
use glib::translate::*;

use crate::abi::config::GVirSandboxConfigServiceSystemd;
use crate::abi::{gchar, instance_or_return, opt_str, str_or_return};
use crate::config::ConfigServiceSystemd;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_service_systemd_get_type() -> GType {
    ConfigServiceSystemd::static_type().into_glib()
}

/// gvir_sandbox_config_service_systemd_new:
/// @name: (transfer none): the name of the sandbox, which is also that of its domain
///
/// Creates the configuration of a sandbox that runs systemd.
///
/// Returns: (transfer full): a new configuration; release it with g_object_unref()
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_service_systemd_new(
    name: *const gchar,
) -> *mut GVirSandboxConfigServiceSystemd {
    let name = str_or_return!(name, std::ptr::null_mut());
    ConfigServiceSystemd::new(name).into_glib_ptr()
}

/// gvir_sandbox_config_service_systemd_get_boot_target:
/// @config: (transfer none): the configuration
///
/// Gets the unit that systemd starts.
///
/// Returns: (transfer none) (nullable): the name of the unit, or %NULL for the default target
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_service_systemd_get_boot_target(
    config: *mut GVirSandboxConfigServiceSystemd,
) -> *const gchar {
    let config = instance_or_return!(config: ConfigServiceSystemd, std::ptr::null());
    config.imp().boot_target.as_ptr()
}

/// gvir_sandbox_config_service_systemd_set_boot_target:
/// @config: (transfer none): the configuration
/// @target: (transfer none) (nullable): the name of the unit, like `httpd.service`, or %NULL for the default target
///
/// Sets the unit that systemd starts.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_service_systemd_set_boot_target(
    config: *mut GVirSandboxConfigServiceSystemd,
    target: *const gchar,
) {
    let config = instance_or_return!(config: ConfigServiceSystemd);
    config.set_boot_target(opt_str!(target));
}
