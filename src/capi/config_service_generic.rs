//! C API of `GVirSandboxConfigServiceGeneric`.

use glib::ffi::GType;
use glib::prelude::*;
use glib::translate::*;

use crate::abi::config::GVirSandboxConfigServiceGeneric;
use crate::abi::{gchar, instance_or_return, return_if_fail, str_or_return, strv_from_c};
use crate::config::ConfigServiceGeneric;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_service_generic_get_type() -> GType {
    ConfigServiceGeneric::static_type().into_glib()
}

/// gvir_sandbox_config_service_generic_new:
/// @name: (transfer none): the name of the sandbox, which is also that of its domain
///
/// Creates the configuration of a sandbox that runs a program as a service.
///
/// Returns: (transfer full): a new configuration; release it with g_object_unref()
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_service_generic_new(
    name: *const gchar,
) -> *mut GVirSandboxConfigServiceGeneric {
    let name = str_or_return!(name, std::ptr::null_mut());
    ConfigServiceGeneric::new(name).into_glib_ptr()
}

/// gvir_sandbox_config_service_generic_set_command:
/// @config: (transfer none): the configuration
/// @argv: (transfer none) (array zero-terminated=1): the program and its arguments, an array that ends with %NULL
///
/// Sets the program to run in the sandbox and its arguments. They are copied. The default is `/bin/sh`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_service_generic_set_command(
    config: *mut GVirSandboxConfigServiceGeneric,
    argv: *mut *mut gchar,
) {
    let config = instance_or_return!(config: ConfigServiceGeneric);
    return_if_fail!(!argv.is_null());
    // SAFETY: the caller passes a NULL-terminated array.
    config.set_command(unsafe { strv_from_c(argv) });
}
