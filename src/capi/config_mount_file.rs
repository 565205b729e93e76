//! C API of `GVirSandboxConfigMountFile`.

use glib::ffi::{GFALSE, GType, gboolean};
use glib::prelude::*;
use glib::subclass::prelude::*;
use glib::translate::*;

use crate::abi::config_mount::GVirSandboxConfigMountFile;
use crate::abi::{gchar, instance_or_return, opt_str};
use crate::config::{ConfigMountFile, ConfigMountFilePropertiesExt};

#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_mount_file_get_type() -> GType {
    ConfigMountFile::static_type().into_glib()
}

/// gvir_sandbox_config_mount_file_set_source:
/// @mount: (transfer none): the mount
/// @source: (transfer none): the path of a file or a directory
///
/// Sets the path that the content comes from. It is a path of the host, but for #GVirSandboxConfigMountGuestBind.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_mount_file_set_source(
    mount: *mut GVirSandboxConfigMountFile,
    source: *const gchar,
) {
    let mount = instance_or_return!(mount: ConfigMountFile);
    mount.set_source(opt_str!(source));
}

/// gvir_sandbox_config_mount_file_get_source:
/// @mount: (transfer none): the mount
///
/// Gets the path that the content comes from.
///
/// Returns: (transfer none): the path of a file or a directory
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_mount_file_get_source(
    mount: *mut GVirSandboxConfigMountFile,
) -> *const gchar {
    let mount = instance_or_return!(mount: ConfigMountFile, std::ptr::null());
    mount.imp().source.as_ptr()
}

/// gvir_sandbox_config_mount_file_set_readonly:
/// @mount: (transfer none): the mount
/// @readonly: true if it can only be read
///
/// Sets whether the program can only read what is mounted. By default it can also write to it.
///
/// Since: 0.9.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_mount_file_set_readonly(
    mount: *mut GVirSandboxConfigMountFile,
    readonly: gboolean,
) {
    let mount = instance_or_return!(mount: ConfigMountFile);
    mount.set_readonly(readonly != GFALSE);
}

/// gvir_sandbox_config_mount_file_get_readonly:
/// @mount: (transfer none): the mount
///
/// Gets whether the program can only read what is mounted.
///
/// Returns: true if it can only be read
///
/// Since: 0.9.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_mount_file_get_readonly(
    mount: *mut GVirSandboxConfigMountFile,
) -> gboolean {
    let mount = instance_or_return!(mount: ConfigMountFile, GFALSE);
    mount.readonly().into_glib()
}
