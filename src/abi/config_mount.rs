//! The instance and class structs of the mounts.

use glib::ffi::gpointer;
use glib::gobject_ffi::{GObject, GObjectClass};

use super::types::LIBVIRT_SANDBOX_CLASS_PADDING;

/// GVirSandboxConfigMount:
///
/// Something that is mounted at a directory of the sandbox, and the files that are copied into it before the start.
#[repr(C)]
pub struct GVirSandboxConfigMount {
    parent: GObject,
    priv_: gpointer,
}

/// GVirSandboxConfigMountClass:
///
/// Class of #GVirSandboxConfigMount.
#[repr(C)]
pub struct GVirSandboxConfigMountClass {
    parent_class: GObjectClass,
    padding: [gpointer; LIBVIRT_SANDBOX_CLASS_PADDING],
}

/// GVirSandboxConfigMountFile:
///
/// Something that is mounted from a path: of the host or of the sandbox, as the subclass has it.
#[repr(C)]
pub struct GVirSandboxConfigMountFile {
    parent: GVirSandboxConfigMount,
    priv_: gpointer,
}

/// GVirSandboxConfigMountFileClass:
///
/// Class of #GVirSandboxConfigMountFile.
#[repr(C)]
pub struct GVirSandboxConfigMountFileClass {
    parent_class: GVirSandboxConfigMountClass,
    padding: [gpointer; LIBVIRT_SANDBOX_CLASS_PADDING],
}

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

/// GVirSandboxConfigMountHostImage:
///
/// The file system of a disk image of the host, mounted in the sandbox.
#[repr(C)]
pub struct GVirSandboxConfigMountHostImage {
    parent: GVirSandboxConfigMountFile,
    priv_: gpointer,
}

/// GVirSandboxConfigMountHostImageClass:
///
/// Class of #GVirSandboxConfigMountHostImage.
#[repr(C)]
pub struct GVirSandboxConfigMountHostImageClass {
    parent_class: GVirSandboxConfigMountFileClass,
    padding: [gpointer; LIBVIRT_SANDBOX_CLASS_PADDING],
}

/// GVirSandboxConfigMountRam:
///
/// A file system in memory, mounted in the sandbox. It is empty at the start and gone at the end.
#[repr(C)]
pub struct GVirSandboxConfigMountRam {
    parent: GVirSandboxConfigMount,
    priv_: gpointer,
}

/// GVirSandboxConfigMountRamClass:
///
/// Class of #GVirSandboxConfigMountRam.
#[repr(C)]
pub struct GVirSandboxConfigMountRamClass {
    parent_class: GVirSandboxConfigMountClass,
    padding: [gpointer; LIBVIRT_SANDBOX_CLASS_PADDING],
}
