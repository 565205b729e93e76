//! C API of `GVirSandboxConfigMountGuestBind`.

use glib::ffi::{GType, gpointer};
use glib::prelude::*;
use glib::translate::*;

use super::config_mount_file::{GVirSandboxConfigMountFile, GVirSandboxConfigMountFileClass};
use super::{LIBVIRT_SANDBOX_CLASS_PADDING, gchar, object_structs, str_or_return};
use crate::config::ConfigMountGuestBind;

/// GVirSandboxConfigMountGuestBind:
///
/// A directory of the sandbox, mounted at another place of it.
#[repr(C)]
pub struct GVirSandboxConfigMountGuestBind {
    parent: GVirSandboxConfigMountFile,
    priv_: gpointer,
}

/// GVirSandboxConfigMountGuestBindClass:
///
/// Class of #GVirSandboxConfigMountGuestBind.
#[repr(C)]
pub struct GVirSandboxConfigMountGuestBindClass {
    parent_class: GVirSandboxConfigMountFileClass,
    padding: [gpointer; LIBVIRT_SANDBOX_CLASS_PADDING],
}

object_structs!(ConfigMountGuestBind: GVirSandboxConfigMountGuestBind, GVirSandboxConfigMountGuestBindClass);

#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_mount_guest_bind_get_type() -> GType {
    ConfigMountGuestBind::static_type().into_glib()
}

/// gvir_sandbox_config_mount_guest_bind_new:
/// @source: (transfer none): the path of the directory in the sandbox
/// @targetdir: (transfer none): the directory of the sandbox that it is mounted at
///
/// Creates the mount of a directory of the sandbox at another place of it.
///
/// Returns: (transfer full): a new mount; release it with g_object_unref()
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_mount_guest_bind_new(
    source: *const gchar,
    targetdir: *const gchar,
) -> *mut GVirSandboxConfigMountGuestBind {
    let source = str_or_return!(source, std::ptr::null_mut());
    let targetdir = str_or_return!(targetdir, std::ptr::null_mut());
    ConfigMountGuestBind::new(source, targetdir).into_glib_ptr()
}
