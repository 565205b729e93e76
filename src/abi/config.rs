//! The instance and class structs of the configurations.

use glib::ffi::{GError, GKeyFile, gboolean, gpointer};
use glib::gobject_ffi::{GObject, GObjectClass};

use super::types::{LIBVIRT_SANDBOX_CLASS_PADDING, gchar};

/// GVirSandboxConfig:
///
/// The configuration of a sandbox: its name, what it sees of the host, what it is given, and who the program runs as.
///
/// It is made by the constructor of a subclass, or from a file by gvir_sandbox_config_load_from_path(). A context takes
/// what it says at the moment of the start; changes after that have no effect on the sandbox.
#[repr(C)]
pub struct GVirSandboxConfig {
    parent: GObject,
    priv_: gpointer,
}

/// GVirSandboxConfigClass:
///
/// Class of #GVirSandboxConfig.
#[repr(C)]
pub struct GVirSandboxConfigClass {
    pub(crate) parent_class: GObjectClass,
    /// GVirSandboxConfigClass::load_config:
    /// @config: (transfer none): the configuration
    /// @file: (transfer none): the key file
    /// @error: where an error is left
    ///
    /// Reads the settings of the class. An override chains up first, and then reads its own groups.
    ///
    /// Fails with an error of the class when a setting is missing or wrong.
    ///
    /// Returns: true on success, false with @error set
    pub(crate) load_config: Option<
        unsafe extern "C" fn(
            config: *mut GVirSandboxConfig,
            file: *mut GKeyFile,
            error: *mut *mut GError,
        ) -> gboolean,
    >,
    /// GVirSandboxConfigClass::save_config:
    /// @config: (transfer none): the configuration
    /// @file: (transfer none): the key file
    ///
    /// Writes the settings of the class. An override chains up first, and then writes its own groups.
    pub(crate) save_config:
        Option<unsafe extern "C" fn(config: *mut GVirSandboxConfig, file: *mut GKeyFile)>,
    /// GVirSandboxConfigClass::get_command:
    /// @config: (transfer none): the configuration
    ///
    /// Gets the program to run in the sandbox and its arguments.
    ///
    /// Returns: (transfer full) (array zero-terminated=1): the program and its arguments; free it with g_strfreev()
    pub(crate) get_command:
        Option<unsafe extern "C" fn(config: *mut GVirSandboxConfig) -> *mut *mut gchar>,
    padding: [gpointer; LIBVIRT_SANDBOX_CLASS_PADDING],
}

/// GVirSandboxConfigDisk:
///
/// A disk of the host that the sandbox has as a block device.
#[repr(C)]
pub struct GVirSandboxConfigDisk {
    parent: GObject,
    priv_: gpointer,
}

/// GVirSandboxConfigDiskClass:
///
/// Class of #GVirSandboxConfigDisk.
#[repr(C)]
pub struct GVirSandboxConfigDiskClass {
    parent_class: GObjectClass,
    padding: [gpointer; LIBVIRT_SANDBOX_CLASS_PADDING],
}

/// GVirSandboxConfigInitrd:
///
/// Describes the initial RAM disk of a virtual machine, which #GVirSandboxBuilderInitrd writes.
#[repr(C)]
pub struct GVirSandboxConfigInitrd {
    parent: GObject,
    priv_: gpointer,
}

/// GVirSandboxConfigInitrdClass:
///
/// Class of #GVirSandboxConfigInitrd.
#[repr(C)]
pub struct GVirSandboxConfigInitrdClass {
    parent_class: GObjectClass,
    padding: [gpointer; LIBVIRT_SANDBOX_CLASS_PADDING],
}

/// GVirSandboxConfigInteractive:
///
/// The configuration of a sandbox that runs a program with its input and output connected, and ends with it. See
/// #GVirSandboxContextInteractive.
#[repr(C)]
pub struct GVirSandboxConfigInteractive {
    parent: GVirSandboxConfig,
    priv_: gpointer,
}

/// GVirSandboxConfigInteractiveClass:
///
/// Class of #GVirSandboxConfigInteractive.
#[repr(C)]
pub struct GVirSandboxConfigInteractiveClass {
    parent_class: GVirSandboxConfigClass,
    padding: [gpointer; LIBVIRT_SANDBOX_CLASS_PADDING],
}

/// GVirSandboxConfigService:
///
/// The configuration of a sandbox that runs a service: a domain that libvirt keeps, and starts when it is asked to.
#[repr(C)]
pub struct GVirSandboxConfigService {
    parent: GVirSandboxConfig,
    priv_: gpointer,
}

/// GVirSandboxConfigServiceClass:
///
/// Class of #GVirSandboxConfigService.
#[repr(C)]
pub struct GVirSandboxConfigServiceClass {
    parent_class: GVirSandboxConfigClass,
    padding: [gpointer; LIBVIRT_SANDBOX_CLASS_PADDING],
}

/// GVirSandboxConfigServiceGeneric:
///
/// The configuration of a sandbox that runs any program as a service.
#[repr(C)]
pub struct GVirSandboxConfigServiceGeneric {
    parent: GVirSandboxConfigService,
    priv_: gpointer,
}

/// GVirSandboxConfigServiceGenericClass:
///
/// Class of #GVirSandboxConfigServiceGeneric.
#[repr(C)]
pub struct GVirSandboxConfigServiceGenericClass {
    parent_class: GVirSandboxConfigServiceClass,
    padding: [gpointer; LIBVIRT_SANDBOX_CLASS_PADDING],
}

/// GVirSandboxConfigServiceSystemd:
///
/// The configuration of a sandbox that runs systemd up to a target.
#[repr(C)]
pub struct GVirSandboxConfigServiceSystemd {
    parent: GVirSandboxConfigService,
    priv_: gpointer,
}

/// GVirSandboxConfigServiceSystemdClass:
///
/// Class of #GVirSandboxConfigServiceSystemd.
#[repr(C)]
pub struct GVirSandboxConfigServiceSystemdClass {
    parent_class: GVirSandboxConfigServiceClass,
    padding: [gpointer; LIBVIRT_SANDBOX_CLASS_PADDING],
}
