//! C API of `GVirSandboxConfig`: how much of the host the sandbox can use, and for how long.

use crate::abi::config::GVirSandboxConfig;
use crate::abi::{guint, guint64, instance_or_return};
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
/// systems in memory, too. The default is 512 MiB. Less than a sandbox needs to start, and more than the host has, is an error
/// of gvir_sandbox_context_start().
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
/// Sets the number of processors that the sandbox can use. A virtual machine has so many, one by default and at most 255. A
/// container sees all processors of the host, but gets no more of their time than so many have; by default it gets what there
/// is. More than a sandbox can have is an error of gvir_sandbox_context_start().
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

/// gvir_sandbox_config_get_cpu_limit:
/// @config: (transfer none): the configuration
///
/// Gets how much time of processors a container can use.
///
/// Returns: the time in thousandths of one processor's, or 0 when only the number of processors limits it
///
/// Since: 0.9.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_get_cpu_limit(
    config: *mut GVirSandboxConfig,
) -> guint {
    let config = instance_or_return!(config: Config, 0);
    config.cpu_limit()
}

/// gvir_sandbox_config_set_cpu_limit:
/// @config: (transfer none): the configuration
/// @limit: the time in thousandths of one processor's, or 0 for none but that of the number of processors
///
/// Sets how much time of processors a container can use: with 500 at most half of one. More than the host has, or less than a
/// hundredth of a processor, which is what the kernel counts, is an error of gvir_sandbox_context_start(), and so is a limit of a
/// virtual machine that is not the time of whole processors.
///
/// Since: 0.9.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_set_cpu_limit(
    config: *mut GVirSandboxConfig,
    limit: guint,
) {
    let config = instance_or_return!(config: Config);
    config.set_cpu_limit(limit);
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
/// Sets how long the sandbox may run, from its start on. Then its program gets SIGTERM, and if it has not ended five seconds
/// later, the sandbox is ended. #GVirSandboxConsoleRpc::exited tells the status of a program that ended by itself in these
/// seconds; #GVirSandboxConsole::closed is emitted with an error in any case, and gvir_sandbox_console_rpc_has_timed_out() is
/// true. The time is kept by the main loop that the console is attached in. By default a sandbox runs as long as its program.
///
/// Services can't have a timeout: defining one is an error.
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
