//! C API of `GVirSandboxConfigMountHostBind`.

use glib::ffi::GType;
use glib::prelude::*;
use glib::translate::*;

use crate::abi::config_mount::GVirSandboxConfigMountHostBind;
use crate::abi::{gchar, str_or_return};
use crate::config::ConfigMountHostBind;

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
