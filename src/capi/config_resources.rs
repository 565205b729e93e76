//! C API of `GVirSandboxConfig`: how much of the host the sandbox can use, and for how long.

use super::config::GVirSandboxConfig;
use super::{guint, guint64, instance_or_return};
use crate::config::{Config, ConfigPropertiesExt};

/// gvir_sandbox_config_get_memory:
/// @config: (transfer none): the configuration
///
/// Gets the memory of the sandbox.
///
/// Returns: the memory in bytes, or 0 for the default
///
/// Since: 0.9.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_get_memory(config: *mut GVirSandboxConfig) -> guint64 {
    let config = instance_or_return!(config: Config, 0);
    config.memory()
}

/// gvir_sandbox_config_set_memory:
/// @config: (transfer none): the configuration
/// @memory: the memory in bytes, or 0 for the default
///
/// Sets the memory of the sandbox: that of a virtual machine, or the limit of a container, which counts what is in its file
/// systems in memory, too. The default is 512 MiB. That a sandbox can't have it, since it is too little or too much, is an
/// error of gvir_sandbox_context_start().
///
/// Since: 0.9.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_set_memory(
    config: *mut GVirSandboxConfig,
    memory: guint64,
) {
    let config = instance_or_return!(config: Config);
    config.set_memory(memory);
}

/// gvir_sandbox_config_get_vcpus:
/// @config: (transfer none): the configuration
///
/// Gets the number of processors that the sandbox can use.
///
/// Returns: the number of processors, or 0 for the default
///
/// Since: 0.9.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_get_vcpus(config: *mut GVirSandboxConfig) -> guint {
    let config = instance_or_return!(config: Config, 0);
    config.vcpus()
}

/// gvir_sandbox_config_set_vcpus:
/// @config: (transfer none): the configuration
/// @vcpus: the number of processors, or 0 for the default
///
/// Sets the number of processors that the sandbox can use: those of a virtual machine, or the time that a container gets
/// of the processors of the host. The default is one processor.
///
/// Since: 0.9.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_set_vcpus(
    config: *mut GVirSandboxConfig,
    vcpus: guint,
) {
    let config = instance_or_return!(config: Config);
    config.set_vcpus(vcpus);
}

/// gvir_sandbox_config_get_timeout:
/// @config: (transfer none): the configuration
///
/// Gets how long the program may run.
///
/// Returns: the time in milliseconds, or 0 when it is not limited
///
/// Since: 0.9.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_get_timeout(
    config: *mut GVirSandboxConfig,
) -> guint64 {
    let config = instance_or_return!(config: Config, 0);
    config.timeout()
}

/// gvir_sandbox_config_set_timeout:
/// @config: (transfer none): the configuration
/// @timeout: the time in milliseconds, or 0 when it is not limited
///
/// Sets how long the program may run.
///
/// Since: 0.9.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_set_timeout(
    config: *mut GVirSandboxConfig,
    timeout: guint64,
) {
    let config = instance_or_return!(config: Config);
    config.set_timeout(timeout);
}
