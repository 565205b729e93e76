//! C API of `GVirSandboxConfig`: what is mounted in the sandbox.

use glib::ffi::{GError, GFALSE, GList, GType, gboolean};
use glib::prelude::*;
use glib::translate::*;

use crate::abi::config::GVirSandboxConfig;
use crate::abi::config_mount::GVirSandboxConfigMount;
use crate::abi::{gchar, instance_or_return, object_list, str_or_return, strv_from_c, succeed};
use crate::config::{Config, ConfigExt, ConfigMount};

/// gvir_sandbox_config_add_mount:
/// @config: (transfer none): the configuration
/// @mnt: (transfer none): the mount, of which a reference is taken
///
/// Mounts something in the sandbox, over what was mounted there before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_add_mount(
    config: *mut GVirSandboxConfig,
    mnt: *mut GVirSandboxConfigMount,
) {
    let config = instance_or_return!(config: Config);
    let mnt = instance_or_return!(mnt: ConfigMount);
    config.add_mount(&*mnt);
}

/// gvir_sandbox_config_add_mount_opts:
/// @config: (transfer none): the configuration
/// @mount: (transfer none): the option
/// @error: where an error is left
///
/// Mounts what an option describes:
///
/// - `host-bind:TARGET=SOURCE`, a #GVirSandboxConfigMountHostBind
/// - `host-image:TARGET=SOURCE[,format=FORMAT][,backing=allow]`, a #GVirSandboxConfigMountHostImage
/// - `guest-bind:TARGET=SOURCE`, a #GVirSandboxConfigMountGuestBind
/// - `ram:TARGET=SIZE`, a #GVirSandboxConfigMountRam
///
/// The size is a number of bytes, or of the unit that follows it: `K` or `KiB`, `M` or `MiB`, `G` or `GiB`. In the path
/// of an image, `\,` stands for a comma and `\\` for a backslash. A format that is not given is guessed from the path.
/// An image that refers to others is refused without `backing=allow`, see gvir_sandbox_config_mount_host_image_set_backing().
///
/// Fails with `gvir-sandbox-config`, code 0, when the option is wrong; nothing is mounted then.
///
/// Returns: true on success, false with @error set
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_add_mount_opts(
    config: *mut GVirSandboxConfig,
    mount: *const gchar,
    error: *mut *mut GError,
) -> gboolean {
    let config = instance_or_return!(config: Config, GFALSE);
    let mount = str_or_return!(mount, GFALSE);
    // SAFETY: the caller lends a place for the error.
    unsafe { succeed(config.add_mount_opts(mount), error) }
}

/// gvir_sandbox_config_add_mount_strv:
/// @config: (transfer none): the configuration
/// @mounts: (transfer none) (array zero-terminated=1): the options, an array that ends with %NULL
/// @error: where an error is left
///
/// Mounts what options describe, see gvir_sandbox_config_add_mount_opts(). It stops at the first option that is wrong;
/// what those before it describe stays mounted.
///
/// Fails with `gvir-sandbox-config`, code 0, when an option is wrong.
///
/// Returns: true on success, false with @error set
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_add_mount_strv(
    config: *mut GVirSandboxConfig,
    mounts: *mut *mut gchar,
    error: *mut *mut GError,
) -> gboolean {
    let config = instance_or_return!(config: Config, GFALSE);
    // SAFETY: the caller passes a NULL-terminated array and a place for the error.
    unsafe {
        let mut mounts = strv_from_c(mounts).into_iter();
        succeed(
            mounts.try_for_each(|text| config.add_mount_opts(&text)),
            error,
        )
    }
}

/// gvir_sandbox_config_get_mounts:
/// @config: (transfer none): the configuration
///
/// Gets the mounts, in the order they were added.
///
/// Returns: (transfer full) (element-type GVirSandboxConfigMount): a new list of the mounts; free it with
///   g_list_free_full() and g_object_unref()
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_get_mounts(
    config: *mut GVirSandboxConfig,
) -> *mut GList {
    let config = instance_or_return!(config: Config, std::ptr::null_mut());
    object_list(&config.mounts())
}

/// gvir_sandbox_config_get_mounts_with_type:
/// @config: (transfer none): the configuration
/// @type: the class, #GVirSandboxConfigMount or one below it
///
/// Gets the mounts of a class and of its subclasses, in the order they were added.
///
/// Returns: (transfer full) (element-type GVirSandboxConfigMount): a new list of the mounts; free it with
///   g_list_free_full() and g_object_unref()
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_get_mounts_with_type(
    config: *mut GVirSandboxConfig,
    r#type: GType,
) -> *mut GList {
    let config = instance_or_return!(config: Config, std::ptr::null_mut());
    object_list(&of_type(&config, r#type))
}

/// The mounts of the class that C calls `number`, which may be any: GLib would look for a class at that address. So it is only
/// compared with the classes that the mounts have.
fn of_type(config: &Config, number: GType) -> Vec<ConfigMount> {
    let mut mounts = config.mounts();
    mounts.retain(|mount| {
        let class = mount.type_();
        let above = std::iter::successors(Some(class), |class| class.parent());
        let interfaces = class.interfaces();
        above
            .chain(interfaces.iter().copied())
            .any(|class| class.into_glib() == number)
    });
    mounts
}

/// gvir_sandbox_config_find_mount:
/// @config: (transfer none): the configuration
/// @target: (transfer none): the path of the directory, exactly as the mount has it
///
/// Gets the first mount at a directory of the sandbox.
///
/// Returns: (transfer full) (nullable): the mount, or %NULL when there is none; release it with g_object_unref()
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_find_mount(
    config: *mut GVirSandboxConfig,
    target: *const gchar,
) -> *mut GVirSandboxConfigMount {
    let config = instance_or_return!(config: Config, std::ptr::null_mut());
    let target = str_or_return!(target, std::ptr::null_mut());
    config.find_mount(target).into_glib_ptr()
}

/// gvir_sandbox_config_has_mounts:
/// @config: (transfer none): the configuration
///
/// Gets whether anything is mounted in the sandbox.
///
/// Returns: true if there is at least one mount
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_has_mounts(
    config: *mut GVirSandboxConfig,
) -> gboolean {
    let config = instance_or_return!(config: Config, GFALSE);
    config.has_mounts().into_glib()
}

/// gvir_sandbox_config_has_mounts_with_type:
/// @config: (transfer none): the configuration
/// @type: the class, #GVirSandboxConfigMount or one below it
///
/// Gets whether there is a mount of a class or of its subclasses.
///
/// Returns: true if there is at least one
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_has_mounts_with_type(
    config: *mut GVirSandboxConfig,
    r#type: GType,
) -> gboolean {
    let config = instance_or_return!(config: Config, GFALSE);
    (!of_type(&config, r#type).is_empty()).into_glib()
}

/// gvir_sandbox_config_has_root_mount:
/// @config: (transfer none): the configuration
///
/// Gets whether something is mounted at `/`, in the place of the host directory that gvir_sandbox_config_set_root()
/// sets.
///
/// Returns: true if there is such a mount
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_has_root_mount(
    config: *mut GVirSandboxConfig,
) -> gboolean {
    let config = instance_or_return!(config: Config, GFALSE);
    config.has_root_mount().into_glib()
}
