//! C API of `GVirSandboxConfig`: the sandbox itself.

use glib::ffi::{GFALSE, gboolean};
use glib::subclass::prelude::*;
use glib::translate::*;

use crate::abi::config::GVirSandboxConfig;
use crate::abi::{gchar, instance_or_return, opt_str};
use crate::config::{Config, ConfigExt, ConfigPropertiesExt};

/// gvir_sandbox_config_get_name:
/// @config: (transfer none): the configuration
///
/// Gets the name of the sandbox, which is also the name of its libvirt domain. It is given at the creation and stays.
///
/// Returns: the name
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_get_name(
    config: *mut GVirSandboxConfig,
) -> *const gchar {
    let config = instance_or_return!(config: Config, std::ptr::null());
    config.imp().name.as_ptr()
}

/// gvir_sandbox_config_get_uuid:
/// @config: (transfer none): the configuration
///
/// Gets the UUID of the libvirt domain of the sandbox.
///
/// Returns: (transfer none) (nullable): the UUID, or %NULL when libvirt chooses it
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_get_uuid(
    config: *mut GVirSandboxConfig,
) -> *const gchar {
    let config = instance_or_return!(config: Config, std::ptr::null());
    config.imp().uuid.as_ptr()
}

/// gvir_sandbox_config_set_uuid:
/// @config: (transfer none): the configuration
/// @uuid: (transfer none) (nullable): the UUID, or %NULL to let libvirt choose it
///
/// Sets the UUID of the libvirt domain of the sandbox.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_set_uuid(
    config: *mut GVirSandboxConfig,
    uuid: *const gchar,
) {
    let config = instance_or_return!(config: Config);
    config.set_uuid(opt_str!(uuid));
}

/// gvir_sandbox_config_get_root:
/// @config: (transfer none): the configuration
///
/// Gets the host directory that the sandbox has as its root directory, read-only.
///
/// Returns: (transfer none): the path of the directory on the host
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_get_root(
    config: *mut GVirSandboxConfig,
) -> *const gchar {
    let config = instance_or_return!(config: Config, std::ptr::null());
    config.imp().root.as_ptr()
}

/// gvir_sandbox_config_set_root:
/// @config: (transfer none): the configuration
/// @hostdir: (transfer none): the path of the directory on the host
///
/// Sets the host directory that the sandbox has as its root directory, read-only. The default is `/`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_set_root(
    config: *mut GVirSandboxConfig,
    hostdir: *const gchar,
) {
    let config = instance_or_return!(config: Config);
    config.set_root(opt_str!(hostdir));
}

/// gvir_sandbox_config_get_arch:
/// @config: (transfer none): the configuration
///
/// Gets the architecture of the sandbox.
///
/// Returns: (transfer none): the architecture, as `uname -m` prints it
///
/// Since: 0.9.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_get_arch(
    config: *mut GVirSandboxConfig,
) -> *const gchar {
    let config = instance_or_return!(config: Config, std::ptr::null());
    config.imp().arch.as_ptr()
}

/// gvir_sandbox_config_set_arch:
/// @config: (transfer none): the configuration
/// @arch: (transfer none): the architecture, as `uname -m` prints it
///
/// Sets the architecture of the sandbox. The default is that of the host.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_set_arch(
    config: *mut GVirSandboxConfig,
    arch: *const gchar,
) {
    let config = instance_or_return!(config: Config);
    config.set_arch(opt_str!(arch));
}

/// gvir_sandbox_config_get_shell:
/// @config: (transfer none): the configuration
///
/// Gets whether the sandbox has a console with a shell, for debugging.
///
/// Returns: true if the sandbox has a shell console
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_get_shell(config: *mut GVirSandboxConfig) -> gboolean {
    let config = instance_or_return!(config: Config, GFALSE);
    config.shell().into_glib()
}

/// gvir_sandbox_config_set_shell:
/// @config: (transfer none): the configuration
/// @shell: true if the sandbox gets a shell console
///
/// Sets whether the sandbox has a console with a shell, for debugging. See gvir_sandbox_context_get_shell_console().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_set_shell(
    config: *mut GVirSandboxConfig,
    shell: gboolean,
) {
    let config = instance_or_return!(config: Config);
    config.set_shell(shell != GFALSE);
}

/// gvir_sandbox_config_get_debug:
/// @config: (transfer none): the configuration
///
/// Gets whether the sandbox reports all that it does on its log console.
///
/// Returns: true if debugging output is wanted
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_get_debug(config: *mut GVirSandboxConfig) -> gboolean {
    let config = instance_or_return!(config: Config, GFALSE);
    config.debug().into_glib()
}

/// gvir_sandbox_config_set_debug:
/// @config: (transfer none): the configuration
/// @debug: true if debugging output is wanted
///
/// Sets whether the sandbox reports all that it does on its log console, the kernel of a virtual machine included.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_set_debug(
    config: *mut GVirSandboxConfig,
    debug: gboolean,
) {
    let config = instance_or_return!(config: Config);
    config.set_debug(debug != GFALSE);
}

/// gvir_sandbox_config_get_verbose:
/// @config: (transfer none): the configuration
///
/// Gets whether the sandbox reports its progress on its log console.
///
/// Returns: true if progress reports are wanted
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_get_verbose(
    config: *mut GVirSandboxConfig,
) -> gboolean {
    let config = instance_or_return!(config: Config, GFALSE);
    config.verbose().into_glib()
}

/// gvir_sandbox_config_set_verbose:
/// @config: (transfer none): the configuration
/// @verbose: true if progress reports are wanted
///
/// Sets whether the sandbox reports its progress on its log console.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_set_verbose(
    config: *mut GVirSandboxConfig,
    verbose: gboolean,
) {
    let config = instance_or_return!(config: Config);
    config.set_verbose(verbose != GFALSE);
}

/// gvir_sandbox_config_get_workdir:
/// @config: (transfer none): the configuration
///
/// Gets the directory that the program is started in.
///
/// Returns: (transfer none) (nullable): the path of the directory in the sandbox, or %NULL for the default
///
/// Since: 0.9.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_get_workdir(
    config: *mut GVirSandboxConfig,
) -> *const gchar {
    let config = instance_or_return!(config: Config, std::ptr::null());
    config.imp().workdir.as_ptr()
}

/// gvir_sandbox_config_set_workdir:
/// @config: (transfer none): the configuration
/// @workdir: (transfer none) (nullable): the path of the directory in the sandbox, or %NULL for the default
///
/// Sets the directory that the program is started in, an absolute path. If it can't be entered, the program is not run, and the console closes
/// with an error. The default is the home directory, or `/` where the sandbox has no such directory.
///
/// Since: 0.9.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_set_workdir(
    config: *mut GVirSandboxConfig,
    workdir: *const gchar,
) {
    let config = instance_or_return!(config: Config);
    config.set_workdir(opt_str!(workdir));
}

/// gvir_sandbox_config_get_hostname:
/// @config: (transfer none): the configuration
///
/// Gets the host name of the sandbox.
///
/// Returns: (transfer none) (nullable): the host name, or %NULL for the default
///
/// Since: 0.9.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_get_hostname(
    config: *mut GVirSandboxConfig,
) -> *const gchar {
    let config = instance_or_return!(config: Config, std::ptr::null());
    config.imp().hostname.as_ptr()
}

/// gvir_sandbox_config_set_hostname:
/// @config: (transfer none): the configuration
/// @hostname: (transfer none) (nullable): the host name, or %NULL for the default
///
/// Sets the host name of the sandbox: at most 64 letters, digits, `-` and `.`, as name servers have it. Another one is an error
/// of gvir_sandbox_context_start(). The default is the name of the sandbox.
///
/// Since: 0.9.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_set_hostname(
    config: *mut GVirSandboxConfig,
    hostname: *const gchar,
) {
    let config = instance_or_return!(config: Config);
    config.set_hostname(opt_str!(hostname));
}
