//! C API of `GVirSandboxConfigInitrd`.

use glib::ffi::{GList, GType, gpointer};
use glib::prelude::*;
use glib::subclass::prelude::*;
use glib::translate::*;

use crate::abi::config::GVirSandboxConfigInitrd;
use crate::abi::{gchar, instance_or_return, list, opt_str, str_or_return};
use crate::config::ConfigInitrd;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_initrd_get_type() -> GType {
    ConfigInitrd::static_type().into_glib()
}

/// gvir_sandbox_config_initrd_new:
///
/// Creates the description of an initrd without modules.
///
/// Returns: (transfer full): a new initrd configuration; release it with g_object_unref()
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_initrd_new() -> *mut GVirSandboxConfigInitrd {
    ConfigInitrd::default().into_glib_ptr()
}

/// gvir_sandbox_config_initrd_set_kver:
/// @config: (transfer none): the initrd configuration
/// @version: (transfer none): the kernel version, as `uname -r` prints it
///
/// Sets the version of the kernel that the modules belong to. The default is that of the running kernel.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_initrd_set_kver(
    config: *mut GVirSandboxConfigInitrd,
    version: *const gchar,
) {
    let config = instance_or_return!(config: ConfigInitrd);
    config.set_kver(opt_str!(version));
}

/// gvir_sandbox_config_initrd_get_kver:
/// @config: (transfer none): the initrd configuration
///
/// Gets the version of the kernel that the modules belong to.
///
/// Returns: (transfer none) (nullable): the kernel version, or %NULL when none is set
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_initrd_get_kver(
    config: *mut GVirSandboxConfigInitrd,
) -> *const gchar {
    instance_or_return!(config: ConfigInitrd, std::ptr::null())
        .imp()
        .kver
        .as_ptr()
}

/// gvir_sandbox_config_initrd_set_kmoddir:
/// @config: (transfer none): the initrd configuration
/// @kmoddir: (transfer none): the host path of the directory with the modules of this version of the kernel
///
/// Sets the directory that the kernel modules are taken from. The default is the one below `/lib/modules`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_initrd_set_kmoddir(
    config: *mut GVirSandboxConfigInitrd,
    kmoddir: *const gchar,
) {
    let config = instance_or_return!(config: ConfigInitrd);
    config.set_kmoddir(opt_str!(kmoddir));
}

/// gvir_sandbox_config_initrd_get_kmoddir:
/// @config: (transfer none): the initrd configuration
///
/// Gets the directory that the kernel modules are taken from.
///
/// Returns: (transfer none) (nullable): the host path of the directory, or %NULL when none is set
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_initrd_get_kmoddir(
    config: *mut GVirSandboxConfigInitrd,
) -> *const gchar {
    instance_or_return!(config: ConfigInitrd, std::ptr::null())
        .imp()
        .kmoddir
        .as_ptr()
}

/// gvir_sandbox_config_initrd_set_init:
/// @config: (transfer none): the initrd configuration
/// @hostpath: (transfer none): the host path of a program that needs no shared libraries
///
/// Sets the program that the kernel starts first. The default is the init that comes with the library.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_initrd_set_init(
    config: *mut GVirSandboxConfigInitrd,
    hostpath: *const gchar,
) {
    let config = instance_or_return!(config: ConfigInitrd);
    config.set_init(opt_str!(hostpath));
}

/// gvir_sandbox_config_initrd_get_init:
/// @config: (transfer none): the initrd configuration
///
/// Gets the program that the kernel starts first.
///
/// Returns: (transfer none) (nullable): the host path of the init program, or %NULL when none is set
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_initrd_get_init(
    config: *mut GVirSandboxConfigInitrd,
) -> *const gchar {
    instance_or_return!(config: ConfigInitrd, std::ptr::null())
        .imp()
        .init
        .as_ptr()
}

/// gvir_sandbox_config_initrd_add_module:
/// @config: (transfer none): the initrd configuration
/// @modname: (transfer none): the name of a kernel module
///
/// Adds a kernel module that the initrd must carry and load.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_initrd_add_module(
    config: *mut GVirSandboxConfigInitrd,
    modname: *const gchar,
) {
    let config = instance_or_return!(config: ConfigInitrd);
    config.add_module(str_or_return!(modname));
}

/// gvir_sandbox_config_initrd_get_modules:
/// @config: (transfer none): the initrd configuration
///
/// Gets the names of the kernel modules, in the order they were added.
///
/// Returns: (transfer container) (element-type utf8): a new list of the names, which stay those of @config; free it
///   with
///   g_list_free()
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_initrd_get_modules(
    config: *mut GVirSandboxConfigInitrd,
) -> *mut GList {
    let config = instance_or_return!(config: ConfigInitrd, std::ptr::null_mut());
    let modules = config.imp().modules.borrow();
    list(modules.iter().map(|name| name.as_ptr() as gpointer))
}
