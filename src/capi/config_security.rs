//! C API of `GVirSandboxConfig`: how the sandbox is confined.

use glib::ffi::{GError, GFALSE, gboolean};
use glib::subclass::prelude::*;
use glib::translate::*;

use crate::abi::config::GVirSandboxConfig;
use crate::abi::{gchar, instance_or_return, opt_str, str_or_return, succeed};
use crate::config::{Config, ConfigExt, ConfigPropertiesExt};

/// gvir_sandbox_config_get_security_label:
/// @config: (transfer none): the configuration
///
/// Gets the security label that the sandbox runs with.
///
/// Returns: (transfer none) (nullable): the SELinux context or AppArmor profile, or %NULL when it is not set
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_get_security_label(
    config: *mut GVirSandboxConfig,
) -> *const gchar {
    let config = instance_or_return!(config: Config, std::ptr::null());
    config.imp().security_label.as_ptr()
}

/// gvir_sandbox_config_set_security_label:
/// @config: (transfer none): the configuration
/// @label: (transfer none) (nullable): the SELinux context or AppArmor profile, or %NULL for the default
///
/// Sets the security label that the sandbox runs with. With a dynamic label, libvirt takes only the type of an SELinux
/// context from it, and nothing of an AppArmor profile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_set_security_label(
    config: *mut GVirSandboxConfig,
    label: *const gchar,
) {
    let config = instance_or_return!(config: Config);
    config.set_security_label(opt_str!(label));
}

/// gvir_sandbox_config_get_security_dynamic:
/// @config: (transfer none): the configuration
///
/// Gets whether libvirt gives the sandbox a security label of its own.
///
/// Returns: true if the label is dynamic, false if it is used as it is
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_get_security_dynamic(
    config: *mut GVirSandboxConfig,
) -> gboolean {
    let config = instance_or_return!(config: Config, GFALSE);
    config.security_dynamic().into_glib()
}

/// gvir_sandbox_config_set_security_dynamic:
/// @config: (transfer none): the configuration
/// @dynamic: true if the label is dynamic, false if it is used as it is
///
/// Sets whether libvirt gives the sandbox a security label of its own. This is the default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_set_security_dynamic(
    config: *mut GVirSandboxConfig,
    dynamic: gboolean,
) {
    let config = instance_or_return!(config: Config);
    config.set_security_dynamic(dynamic != GFALSE);
}

/// gvir_sandbox_config_set_security_opts:
/// @config: (transfer none): the configuration
/// @optstr: (transfer none): the option
/// @error: where an error is left
///
/// Sets how the sandbox is confined: `dynamic`, `static` or `inherit`, then `,label=LABEL` if need be. `inherit` takes
/// the SELinux context of the calling process.
///
/// Fails with `gvir-sandbox-config`, code 0, when the option is wrong, or when there is no context to inherit; nothing
/// is changed then.
///
/// Returns: true on success, false with @error set
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_set_security_opts(
    config: *mut GVirSandboxConfig,
    optstr: *const gchar,
    error: *mut *mut GError,
) -> gboolean {
    let config = instance_or_return!(config: Config, GFALSE);
    let optstr = str_or_return!(optstr, GFALSE);
    // SAFETY: the caller lends a place for the error.
    unsafe { succeed(config.set_security_opts(optstr), error) }
}

/// gvir_sandbox_config_get_seccomp:
/// @config: (transfer none): the configuration
///
/// Gets whether system calls that no ordinary program needs are kept from the program of a container.
///
/// Returns: true if system calls are filtered
///
/// Since: 0.9.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_get_seccomp(
    config: *mut GVirSandboxConfig,
) -> gboolean {
    let config = instance_or_return!(config: Config, GFALSE);
    config.seccomp().into_glib()
}

/// gvir_sandbox_config_set_seccomp:
/// @config: (transfer none): the configuration
/// @seccomp: true if system calls are filtered
///
/// Sets whether system calls that no ordinary program needs are kept from the program of a container. This is the default.
/// Virtual machines have a kernel of their own, and no such filter.
///
/// Since: 0.9.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_set_seccomp(
    config: *mut GVirSandboxConfig,
    seccomp: gboolean,
) {
    let config = instance_or_return!(config: Config);
    config.set_seccomp(seccomp != GFALSE);
}

/// gvir_sandbox_config_get_userns:
/// @config: (transfer none): the configuration
///
/// Gets whether a container has a user namespace: its root is a user of the host without any rights.
///
/// Returns: true if it has one
///
/// Since: 0.9.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_get_userns(
    config: *mut GVirSandboxConfig,
) -> gboolean {
    let config = instance_or_return!(config: Config, GFALSE);
    config.userns().into_glib()
}

/// gvir_sandbox_config_set_userns:
/// @config: (transfer none): the configuration
/// @userns: true if it is to have one
///
/// Sets whether a container has a user namespace. Its users are those of a range of the host's then, which `/etc/subuid` and
/// `/etc/subgid` give to `libvirt-sandbox` or to the caller, or else the 65536 from 1879048192 on; only the program's user and
/// groups are the same as on the host, unless they are root. It is for interactive sandboxes without disks, images and
/// overlay; others are refused at the start, and so are virtual machines.
///
/// Since: 0.9.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_set_userns(
    config: *mut GVirSandboxConfig,
    userns: gboolean,
) {
    let config = instance_or_return!(config: Config);
    config.set_userns(userns != GFALSE);
}
