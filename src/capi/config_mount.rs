//! C API of `GVirSandboxConfigMount`.

use glib::ffi::{GHashTable, GType};
use glib::prelude::*;
use glib::subclass::prelude::*;
use glib::translate::*;

use crate::abi::config_mount::GVirSandboxConfigMount;
use crate::abi::{gchar, instance_or_return, str_or_return};
use crate::config::{ConfigMount, ConfigMountExt};

#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_mount_get_type() -> GType {
    ConfigMount::static_type().into_glib()
}

/// gvir_sandbox_config_mount_get_target:
/// @mount: (transfer none): the mount
///
/// Gets the directory of the sandbox that something is mounted at.
///
/// Returns: (transfer none): the path of the directory
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_mount_get_target(
    mount: *mut GVirSandboxConfigMount,
) -> *const gchar {
    let mount = instance_or_return!(mount: ConfigMount, std::ptr::null());
    mount.imp().target.as_ptr()
}

/// gvir_sandbox_config_mount_add_include:
/// @mount: (transfer none): the mount
/// @srcpath: (transfer none): the path of the file on the host
/// @dstpath: (transfer none): the path of the copy, below the directory of the mount
///
/// Copies a file of the host into the mount when the sandbox starts. A copy to the same path is replaced.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_mount_add_include(
    mount: *mut GVirSandboxConfigMount,
    srcpath: *const gchar,
    dstpath: *const gchar,
) {
    let mount = instance_or_return!(mount: ConfigMount);
    let srcpath = str_or_return!(srcpath);
    let dstpath = str_or_return!(dstpath);
    mount.add_include(srcpath, dstpath);
}

/// gvir_sandbox_config_mount_get_includes:
/// @mount: (transfer none): the mount
///
/// Gets the files that are copied into the mount when the sandbox starts. The table is that of the mount: adding an
/// include changes it.
///
/// Returns: (transfer none) (element-type filename filename): the paths of the files on the host by the paths of the
/// copies below the directory of the mount
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_mount_get_includes(
    mount: *mut GVirSandboxConfigMount,
) -> *mut GHashTable {
    let mount = instance_or_return!(mount: ConfigMount, std::ptr::null_mut());
    mount.imp().table.as_ptr()
}
