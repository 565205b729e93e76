//! C API of `GVirSandboxConfigMountGuestBind`.

use glib::ffi::GType;
use glib::prelude::*;
use glib::translate::*;

use crate::abi::config_mount::GVirSandboxConfigMountGuestBind;
use crate::abi::{gchar, str_or_return};
use crate::config::ConfigMountGuestBind;

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
