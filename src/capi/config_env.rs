//! C API of `GVirSandboxConfig`: the environment of the program.

use glib::ffi::{GError, GFALSE, GHashTable, gboolean};
use glib::subclass::prelude::*;
use glib::translate::*;

use crate::abi::config::GVirSandboxConfig;
use crate::abi::{StringTable, gchar, instance_or_return, str_or_return, strv_from_c, succeed};
use crate::config::{Config, ConfigExt};

/// gvir_sandbox_config_add_env:
/// @config: (transfer none): the configuration
/// @key: (transfer none): the name of the variable
/// @value: (transfer none): the value of the variable
///
/// Sets an environment variable of the program. It replaces one of the same name.
///
/// Since: 0.6.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_add_env(
    config: *mut GVirSandboxConfig,
    key: *mut gchar,
    value: *mut gchar,
) {
    let config = instance_or_return!(config: Config);
    let key = str_or_return!(key);
    let value = str_or_return!(value);
    config.add_env(key, value);
}

/// gvir_sandbox_config_add_env_opts:
/// @config: (transfer none): the configuration
/// @env: (transfer none): the option
/// @error: where an error is left
///
/// Sets the environment variable that `KEY=VALUE` describes.
///
/// Fails with `gvir-sandbox-config`, code 0, when the option is wrong.
///
/// Returns: true on success, false with @error set
///
/// Since: 0.6.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_add_env_opts(
    config: *mut GVirSandboxConfig,
    env: *const gchar,
    error: *mut *mut GError,
) -> gboolean {
    let config = instance_or_return!(config: Config, GFALSE);
    let env = str_or_return!(env, GFALSE);
    // SAFETY: the caller lends a place for the error.
    unsafe { succeed(config.add_env_opts(env), error) }
}

/// gvir_sandbox_config_add_env_strv:
/// @config: (transfer none): the configuration
/// @envs: (transfer none) (array zero-terminated=1): the options, an array that ends with %NULL
/// @error: where an error is left
///
/// Sets the environment variables that options like `KEY=VALUE` describe. It stops at the first option that is wrong;
/// those before it stay set.
///
/// Fails with `gvir-sandbox-config`, code 0, when an option is wrong.
///
/// Returns: true on success, false with @error set
///
/// Since: 0.6.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_add_env_strv(
    config: *mut GVirSandboxConfig,
    envs: *mut *mut gchar,
    error: *mut *mut GError,
) -> gboolean {
    let config = instance_or_return!(config: Config, GFALSE);
    // SAFETY: the caller passes a NULL-terminated array and a place for the error.
    unsafe {
        let mut envs = strv_from_c(envs).into_iter();
        succeed(envs.try_for_each(|text| config.add_env_opts(&text)), error)
    }
}

/// gvir_sandbox_config_get_envs:
/// @config: (transfer none): the configuration
///
/// Gets the environment variables of the program, as they are now.
///
/// Returns: (transfer full) (element-type utf8 utf8): a new table of the values by their names; free it with
///   g_hash_table_unref()
///
/// Since: 0.9.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_get_envs(
    config: *mut GVirSandboxConfig,
) -> *mut GHashTable {
    let config = instance_or_return!(config: Config, std::ptr::null_mut());
    let table = StringTable::default();
    for (key, value) in config.imp().envs.borrow().iter() {
        table.insert(key, value);
    }
    table.into_ptr()
}

/// gvir_sandbox_config_has_envs:
/// @config: (transfer none): the configuration
///
/// Gets whether the program gets environment variables.
///
/// Returns: true if there is at least one
///
/// Since: 0.9.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_has_envs(config: *mut GVirSandboxConfig) -> gboolean {
    let config = instance_or_return!(config: Config, GFALSE);
    config.has_envs().into_glib()
}
