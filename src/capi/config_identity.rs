//! C API of `GVirSandboxConfig`: who the program runs as.

use glib::ffi::{GFALSE, gboolean};
use glib::subclass::prelude::*;
use glib::translate::*;

use crate::abi::config::GVirSandboxConfig;
use crate::abi::{gchar, guint, instance_or_return, opt_str};
use crate::config::{Config, ConfigPropertiesExt};

/// gvir_sandbox_config_get_userid:
/// @config: (transfer none): the configuration
///
/// Gets the user id that the program runs with.
///
/// Returns: the user id
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_get_userid(config: *mut GVirSandboxConfig) -> guint {
    let config = instance_or_return!(config: Config, 0);
    config.uid()
}

/// gvir_sandbox_config_set_userid:
/// @config: (transfer none): the configuration
/// @uid: the user id
///
/// Sets the user id that the program runs with. The default is that of the process that created the configuration.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_set_userid(
    config: *mut GVirSandboxConfig,
    uid: guint,
) {
    let config = instance_or_return!(config: Config);
    config.set_uid(uid);
}

/// gvir_sandbox_config_get_groupid:
/// @config: (transfer none): the configuration
///
/// Gets the group id that the program runs with.
///
/// Returns: the group id
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_get_groupid(config: *mut GVirSandboxConfig) -> guint {
    let config = instance_or_return!(config: Config, 0);
    config.gid()
}

/// gvir_sandbox_config_set_groupid:
/// @config: (transfer none): the configuration
/// @gid: the group id
///
/// Sets the group id that the program runs with. The default is that of the process that created the configuration.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_set_groupid(
    config: *mut GVirSandboxConfig,
    gid: guint,
) {
    let config = instance_or_return!(config: Config);
    config.set_gid(gid);
}

/// gvir_sandbox_config_get_username:
/// @config: (transfer none): the configuration
///
/// Gets the name of the user that the program runs as.
///
/// Returns: (transfer none): the user name
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_get_username(
    config: *mut GVirSandboxConfig,
) -> *const gchar {
    let config = instance_or_return!(config: Config, std::ptr::null());
    config.imp().username.as_ptr()
}

/// gvir_sandbox_config_set_username:
/// @config: (transfer none): the configuration
/// @username: (transfer none): the user name
///
/// Sets the name of the user that the program runs as. The default is the user that created the configuration.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_set_username(
    config: *mut GVirSandboxConfig,
    username: *const gchar,
) {
    let config = instance_or_return!(config: Config);
    config.set_username(opt_str!(username));
}

/// gvir_sandbox_config_get_homedir:
/// @config: (transfer none): the configuration
///
/// Gets the home directory of the user that the program runs as.
///
/// Returns: (transfer none): the path of the directory in the sandbox
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_get_homedir(
    config: *mut GVirSandboxConfig,
) -> *const gchar {
    let config = instance_or_return!(config: Config, std::ptr::null());
    config.imp().homedir.as_ptr()
}

/// gvir_sandbox_config_set_homedir:
/// @config: (transfer none): the configuration
/// @homedir: (transfer none): the path of the directory in the sandbox
///
/// Sets the home directory of the user that the program runs as. The default is that of the user that created the
/// configuration.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_set_homedir(
    config: *mut GVirSandboxConfig,
    homedir: *const gchar,
) {
    let config = instance_or_return!(config: Config);
    config.set_homedir(opt_str!(homedir));
}

/// gvir_sandbox_config_get_privileged:
/// @config: (transfer none): the configuration
///
/// Gets whether the program keeps capabilities.
///
/// Returns: true if the program keeps capabilities
///
/// Since: 0.9.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_get_privileged(
    config: *mut GVirSandboxConfig,
) -> gboolean {
    let config = instance_or_return!(config: Config, GFALSE);
    config.privileged().into_glib()
}

/// gvir_sandbox_config_set_privileged:
/// @config: (transfer none): the configuration
/// @privileged: true if the program keeps capabilities
///
/// Sets whether the program keeps the capabilities that root has in its kind of sandbox: all in a virtual machine, those that
/// do not reach out of it in a container. It does not change as whom the program runs, see gvir_sandbox_config_set_userid().
/// By default a program has no capabilities.
///
/// Since: 0.9.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_set_privileged(
    config: *mut GVirSandboxConfig,
    privileged: gboolean,
) {
    let config = instance_or_return!(config: Config);
    config.set_privileged(privileged != GFALSE);
}
