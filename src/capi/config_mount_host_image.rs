//! C API of `GVirSandboxConfigMountHostImage`.

use glib::ffi::{GFALSE, GType, gboolean};
use glib::prelude::*;
use glib::translate::*;

use crate::abi::config_mount::GVirSandboxConfigMountHostImage;
use crate::abi::{enum_or_return, gchar, instance_or_return, str_or_return};
use crate::config::ConfigMountHostImage;
use libvirt_glib::ffi::GVirConfigDomainDiskFormat;
use libvirt_glib::gconfig::DomainDiskFormat;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_mount_host_image_get_type() -> GType {
    ConfigMountHostImage::static_type().into_glib()
}

/// gvir_sandbox_config_mount_host_image_new:
/// @source: (transfer none): the path of the image on the host
/// @targetdir: (transfer none): the directory of the sandbox that it is mounted at
/// @format: the format of the image, as gvir_sandbox_util_guess_image_format() gives it
///
/// Creates the mount of the file system in a disk image.
///
/// Returns: (transfer full): a new mount; release it with g_object_unref()
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_mount_host_image_new(
    source: *const gchar,
    targetdir: *const gchar,
    format: GVirConfigDomainDiskFormat,
) -> *mut GVirSandboxConfigMountHostImage {
    let source = str_or_return!(source, std::ptr::null_mut());
    let targetdir = str_or_return!(targetdir, std::ptr::null_mut());
    let format = enum_or_return!(format: DomainDiskFormat, std::ptr::null_mut());
    ConfigMountHostImage::new(source, targetdir, format).into_glib_ptr()
}

/// gvir_sandbox_config_mount_host_image_get_format:
/// @mount: (transfer none): the mount
///
/// Gets the format of the disk image.
///
/// Returns: the format
///
/// Since: 0.9.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_mount_host_image_get_format(
    mount: *mut GVirSandboxConfigMountHostImage,
) -> GVirConfigDomainDiskFormat {
    let mount = instance_or_return!(mount: ConfigMountHostImage, 0);
    mount.format().into_glib() as GVirConfigDomainDiskFormat
}

/// gvir_sandbox_config_mount_host_image_set_backing:
/// @mount: (transfer none): the mount
/// @backing: true if the image may refer to others
///
/// Sets whether the image may refer to other files, devices or servers, as to a backing file. The sandbox reaches them through
/// the image then, with all that QEMU may do. By default such an image is refused.
///
/// Since: 0.9.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_mount_host_image_set_backing(
    mount: *mut GVirSandboxConfigMountHostImage,
    backing: gboolean,
) {
    let mount = instance_or_return!(mount: ConfigMountHostImage);
    mount.set_backing(backing != GFALSE);
}

/// gvir_sandbox_config_mount_host_image_get_backing:
/// @mount: (transfer none): the mount
///
/// Gets whether the image may refer to other files, devices or servers.
///
/// Returns: true if it may
///
/// Since: 0.9.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_mount_host_image_get_backing(
    mount: *mut GVirSandboxConfigMountHostImage,
) -> gboolean {
    let mount = instance_or_return!(mount: ConfigMountHostImage, GFALSE);
    mount.backing().into_glib()
}
