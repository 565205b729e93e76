//! C API of `GVirSandboxConfig`: the disks of the sandbox.

use glib::ffi::{GError, GFALSE, GList, gboolean};
use glib::translate::*;

use crate::abi::config::{GVirSandboxConfig, GVirSandboxConfigDisk};
use crate::abi::{gchar, instance_or_return, object_list, str_or_return, strv_from_c, succeed};
use crate::config::{Config, ConfigDisk, ConfigExt};

/// gvir_sandbox_config_add_disk:
/// @config: (transfer none): the configuration
/// @dsk: (transfer none): the disk, of which a reference is taken
///
/// Gives the sandbox a disk.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_add_disk(
    config: *mut GVirSandboxConfig,
    dsk: *mut GVirSandboxConfigDisk,
) {
    let config = instance_or_return!(config: Config);
    let dsk = instance_or_return!(dsk: ConfigDisk);
    config.add_disk(&dsk);
}

/// gvir_sandbox_config_add_disk_opts:
/// @config: (transfer none): the configuration
/// @disk: (transfer none): the option
/// @error: where an error is left
///
/// Gives the sandbox the disk that `TYPE:TAG=SOURCE[,format=FORMAT][,backing=allow]` describes. It is `/dev/disk/by-tag/TAG`
/// there. The type is `file` for an image, `block` for a block device of the host; 0.8.0 had no block devices. An image that
/// refers to others is refused without `backing=allow`, see gvir_sandbox_config_disk_set_backing().
///
/// In the path of the source, `\,` stands for a comma and `\\` for a backslash. A format that is not given is guessed
/// from the path; what cannot be guessed is raw.
///
/// Fails with `gvir-sandbox-config`, code 0, when the option is wrong; nothing is added then.
///
/// Returns: true on success, false with @error set
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_add_disk_opts(
    config: *mut GVirSandboxConfig,
    disk: *const gchar,
    error: *mut *mut GError,
) -> gboolean {
    let config = instance_or_return!(config: Config, GFALSE);
    let disk = str_or_return!(disk, GFALSE);
    // SAFETY: the caller lends a place for the error.
    unsafe { succeed(config.add_disk_opts(disk), error) }
}

/// gvir_sandbox_config_add_disk_strv:
/// @config: (transfer none): the configuration
/// @disks: (transfer none) (array zero-terminated=1): the options, an array that ends with %NULL
/// @error: where an error is left
///
/// Gives the sandbox the disks that options describe, see gvir_sandbox_config_add_disk_opts(). It stops at the first
/// option that is wrong; the disks of those before it stay.
///
/// Fails with `gvir-sandbox-config`, code 0, when an option is wrong.
///
/// Returns: true on success, false with @error set
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_add_disk_strv(
    config: *mut GVirSandboxConfig,
    disks: *mut *mut gchar,
    error: *mut *mut GError,
) -> gboolean {
    let config = instance_or_return!(config: Config, GFALSE);
    // SAFETY: the caller passes a NULL-terminated array and a place for the error.
    unsafe {
        let mut disks = strv_from_c(disks).into_iter();
        succeed(
            disks.try_for_each(|text| config.add_disk_opts(&text)),
            error,
        )
    }
}

/// gvir_sandbox_config_get_disks:
/// @config: (transfer none): the configuration
///
/// Gets the disks, in the order they were added.
///
/// Returns: (transfer full) (element-type GVirSandboxConfigDisk): a new list of the disks; free it with
///   g_list_free_full() and g_object_unref()
///
/// Since: 0.9.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_get_disks(
    config: *mut GVirSandboxConfig,
) -> *mut GList {
    let config = instance_or_return!(config: Config, std::ptr::null_mut());
    object_list(&config.disks())
}

/// gvir_sandbox_config_has_disks:
/// @config: (transfer none): the configuration
///
/// Gets whether the sandbox has disks.
///
/// Returns: true if there is at least one disk
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_has_disks(config: *mut GVirSandboxConfig) -> gboolean {
    let config = instance_or_return!(config: Config, GFALSE);
    config.has_disks().into_glib()
}
