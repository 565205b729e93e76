//! C API of `GVirSandboxConfigDisk`.

use glib::ffi::{GFALSE, GType, gboolean};
use glib::prelude::*;
use glib::subclass::prelude::*;
use glib::translate::*;

use crate::abi::config::GVirSandboxConfigDisk;
use crate::abi::{gchar, instance_or_return};
use crate::config::ConfigDisk;
use libvirt_glib::ffi::{GVirConfigDomainDiskFormat, GVirConfigDomainDiskType};

#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_disk_get_type() -> GType {
    ConfigDisk::static_type().into_glib()
}

/// gvir_sandbox_config_disk_get_disk_type:
/// @config: (transfer none): the disk
///
/// Gets what the disk is on the host.
///
/// Returns: the type of the disk
///
/// Since: 0.9.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_disk_get_disk_type(
    config: *mut GVirSandboxConfigDisk,
) -> GVirConfigDomainDiskType {
    let config = instance_or_return!(config: ConfigDisk, 0);
    config.disk_type().into_glib() as GVirConfigDomainDiskType
}

/// gvir_sandbox_config_disk_get_tag:
/// @config: (transfer none): the disk
///
/// Gets the name of the disk, under which the sandbox has it in `/dev/disk/by-tag`.
///
/// Returns: (transfer none): the name
///
/// Since: 0.9.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_disk_get_tag(
    config: *mut GVirSandboxConfigDisk,
) -> *const gchar {
    let config = instance_or_return!(config: ConfigDisk, std::ptr::null());
    config.imp().tag.as_ptr()
}

/// gvir_sandbox_config_disk_get_source:
/// @config: (transfer none): the disk
///
/// Gets the path of the disk on the host.
///
/// Returns: (transfer none): the path
///
/// Since: 0.9.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_disk_get_source(
    config: *mut GVirSandboxConfigDisk,
) -> *const gchar {
    let config = instance_or_return!(config: ConfigDisk, std::ptr::null());
    config.imp().source.as_ptr()
}

/// gvir_sandbox_config_disk_get_format:
/// @config: (transfer none): the disk
///
/// Gets the format of the disk image.
///
/// Returns: the format
///
/// Since: 0.9.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_disk_get_format(
    config: *mut GVirSandboxConfigDisk,
) -> GVirConfigDomainDiskFormat {
    let config = instance_or_return!(config: ConfigDisk, 0);
    config.format().into_glib() as GVirConfigDomainDiskFormat
}

/// gvir_sandbox_config_disk_set_backing:
/// @config: (transfer none): the disk
/// @backing: true if the image may refer to others
///
/// Sets whether the image may refer to other files, devices or servers, as to a backing file. The sandbox reaches them through
/// the image then, with all that QEMU may do. By default such an image is refused.
///
/// Since: 0.9.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_disk_set_backing(
    config: *mut GVirSandboxConfigDisk,
    backing: gboolean,
) {
    let config = instance_or_return!(config: ConfigDisk);
    config.set_backing(backing != GFALSE);
}

/// gvir_sandbox_config_disk_get_backing:
/// @config: (transfer none): the disk
///
/// Gets whether the image may refer to other files, devices or servers.
///
/// Returns: true if it may
///
/// Since: 0.9.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_disk_get_backing(
    config: *mut GVirSandboxConfigDisk,
) -> gboolean {
    let config = instance_or_return!(config: ConfigDisk, GFALSE);
    config.backing().into_glib()
}
