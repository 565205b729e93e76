//! C API of `GVirSandboxConfigMountRam`.

use glib::ffi::GType;
use glib::prelude::*;
use glib::translate::*;

use crate::abi::config_mount::GVirSandboxConfigMountRam;
use crate::abi::{gchar, guint64, instance_or_return, str_or_return};
use crate::config::ConfigMountRam;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_mount_ram_get_type() -> GType {
    ConfigMountRam::static_type().into_glib()
}

/// gvir_sandbox_config_mount_ram_new:
/// @targetdir: (transfer none): the directory of the sandbox that it is mounted at
/// @usage: how much the file system can hold, in bytes: more than 0, and rounded up to whole pages of memory
///
/// Creates the mount of a file system in memory.
///
/// Returns: (transfer full): a new mount; release it with g_object_unref()
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_mount_ram_new(
    targetdir: *const gchar,
    usage: guint64,
) -> *mut GVirSandboxConfigMountRam {
    let targetdir = str_or_return!(targetdir, std::ptr::null_mut());
    ConfigMountRam::new(targetdir, usage).into_glib_ptr()
}

/// gvir_sandbox_config_mount_ram_set_usage:
/// @mount: (transfer none): the mount
/// @usage: the size in bytes
///
/// Sets how much the file system can hold.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_mount_ram_set_usage(
    mount: *mut GVirSandboxConfigMountRam,
    usage: guint64,
) {
    let mount = instance_or_return!(mount: ConfigMountRam);
    mount.set_usage(usage);
}

/// gvir_sandbox_config_mount_ram_get_usage:
/// @mount: (transfer none): the mount
///
/// Gets how much the file system can hold.
///
/// Returns: the size in bytes
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_mount_ram_get_usage(
    mount: *mut GVirSandboxConfigMountRam,
) -> guint64 {
    let mount = instance_or_return!(mount: ConfigMountRam, 0);
    mount.usage()
}
