//! C API of `GVirSandboxConfig`.

use glib::ffi::GType;
use glib::prelude::*;
use glib::translate::*;

use crate::abi::config::GVirSandboxConfig;
use crate::abi::{Dispatch, gchar, instance_or_return};
use crate::config::Config;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_get_type() -> GType {
    Config::static_type().into_glib()
}

/// gvir_sandbox_config_get_command:
/// @config: (transfer none): the configuration
///
/// Gets the program to run in the sandbox and its arguments, as the class has them.
///
/// Returns: (transfer full) (array zero-terminated=1): the program and its arguments, a new array that ends with
///   %NULL; free it with g_strfreev()
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_get_command(
    config: *mut GVirSandboxConfig,
) -> *mut *mut gchar {
    let instance = instance_or_return!(config: Config, std::ptr::null_mut());
    Dispatch::of::<Config>(&instance).get_command()
}
