//! C API of `GVirSandboxConfigMountHostBind`.

use glib::ffi::{GType, gpointer};
use glib::prelude::*;
use glib::translate::*;

use super::config_mount_file::{GVirSandboxConfigMountFile, GVirSandboxConfigMountFileClass};
use super::{LIBVIRT_SANDBOX_CLASS_PADDING, gchar, object_structs, str_or_return};
use crate::config::ConfigMountHostBind;

/// GVirSandboxConfigMountHostBind:
///
/// A file or a directory of the host, mounted in the sandbox. What the sandbox writes there is on the host.
#[repr(C)]
pub struct GVirSandboxConfigMountHostBind {
    parent: GVirSandboxConfigMountFile,
    priv_: gpointer,
}

/// GVirSandboxConfigMountHostBindClass:
///
/// Class of #GVirSandboxConfigMountHostBind.
#[repr(C)]
pub struct GVirSandboxConfigMountHostBindClass {
    parent_class: GVirSandboxConfigMountFileClass,
    padding: [gpointer; LIBVIRT_SANDBOX_CLASS_PADDING],
}

object_structs!(ConfigMountHostBind: GVirSandboxConfigMountHostBind, GVirSandboxConfigMountHostBindClass);

#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_mount_host_bind_get_type() -> GType {
    ConfigMountHostBind::static_type().into_glib()
}

/// gvir_sandbox_config_mount_host_bind_new:
/// @source: (transfer none): the path of the file or directory on the host, or an empty string
/// @targetdir: (transfer none): the path in the sandbox that it is mounted at
///
/// Creates the mount of a file or a directory of the host. Without a source, it is a temporary directory of the host
/// that is removed with the sandbox.
///
/// Returns: (transfer full): a new mount; release it with g_object_unref()
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_mount_host_bind_new(
    source: *const gchar,
    targetdir: *const gchar,
) -> *mut GVirSandboxConfigMountHostBind {
    let source = str_or_return!(source, std::ptr::null_mut());
    let targetdir = str_or_return!(targetdir, std::ptr::null_mut());
    ConfigMountHostBind::new(source, targetdir).into_glib_ptr()
}
