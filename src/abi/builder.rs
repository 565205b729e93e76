//! The instance and class structs of the builders.

use glib::ffi::{GError, GList, gboolean, gpointer};
use glib::gobject_ffi::{GObject, GObjectClass};
use libvirt_glib::ffi::GVirConfigDomain;

use super::config::{GVirSandboxConfig, GVirSandboxConfigDisk};
use super::types::{LIBVIRT_SANDBOX_CLASS_PADDING, gchar};

/// GVirSandboxBuilder:
///
/// Turns the configuration of a sandbox into the configuration of a libvirt domain.
///
/// A context uses the builder that fits its connection; programs need one only to look at the domain, or to change what
/// it is made of in a subclass.
#[repr(C)]
pub struct GVirSandboxBuilder {
    parent: GObject,
    priv_: gpointer,
}

/// GVirSandboxBuilderClass:
///
/// Class of #GVirSandboxBuilder.
#[repr(C)]
pub struct GVirSandboxBuilderClass {
    pub(crate) parent_class: GObjectClass,
    /// GVirSandboxBuilderClass::construct_basic:
    /// @builder: (transfer none): the builder
    /// @config: (transfer none): the configuration of the sandbox
    /// @statedir: the path of the directory with the sandbox's files
    /// @domain: (transfer none): the configuration of the domain, to be filled in
    /// @error: where an error is left
    ///
    /// Fills in the name, the UUID, the memory and the CPUs of the domain.
    ///
    /// Fails with an error of the class.
    ///
    /// Returns: true on success, false with @error set
    pub(crate) construct_basic: Option<
        unsafe extern "C" fn(
            builder: *mut GVirSandboxBuilder,
            config: *mut GVirSandboxConfig,
            statedir: *const gchar,
            domain: *mut GVirConfigDomain,
            error: *mut *mut GError,
        ) -> gboolean,
    >,
    /// GVirSandboxBuilderClass::construct_os:
    /// @builder: (transfer none): the builder
    /// @config: (transfer none): the configuration of the sandbox
    /// @statedir: the path of the directory with the sandbox's files
    /// @domain: (transfer none): the configuration of the domain, to be filled in
    /// @error: where an error is left
    ///
    /// Fills in what the domain boots: an init, or a kernel with its initial RAM disk and its command line.
    ///
    /// Fails with an error of the class.
    ///
    /// Returns: true on success, false with @error set
    pub(crate) construct_os: Option<
        unsafe extern "C" fn(
            builder: *mut GVirSandboxBuilder,
            config: *mut GVirSandboxConfig,
            statedir: *const gchar,
            domain: *mut GVirConfigDomain,
            error: *mut *mut GError,
        ) -> gboolean,
    >,
    /// GVirSandboxBuilderClass::construct_features:
    /// @builder: (transfer none): the builder
    /// @config: (transfer none): the configuration of the sandbox
    /// @statedir: the path of the directory with the sandbox's files
    /// @domain: (transfer none): the configuration of the domain, to be filled in
    /// @error: where an error is left
    ///
    /// Fills in the features of the hypervisor and the clock.
    ///
    /// Fails with an error of the class.
    ///
    /// Returns: true on success, false with @error set
    pub(crate) construct_features: Option<
        unsafe extern "C" fn(
            builder: *mut GVirSandboxBuilder,
            config: *mut GVirSandboxConfig,
            statedir: *const gchar,
            domain: *mut GVirConfigDomain,
            error: *mut *mut GError,
        ) -> gboolean,
    >,
    /// GVirSandboxBuilderClass::construct_devices:
    /// @builder: (transfer none): the builder
    /// @config: (transfer none): the configuration of the sandbox
    /// @statedir: the path of the directory with the sandbox's files
    /// @domain: (transfer none): the configuration of the domain, to be filled in
    /// @error: where an error is left
    ///
    /// Fills in the file systems, disks, network interfaces and consoles of the domain.
    ///
    /// Fails with an error of the class.
    ///
    /// Returns: true on success, false with @error set
    pub(crate) construct_devices: Option<
        unsafe extern "C" fn(
            builder: *mut GVirSandboxBuilder,
            config: *mut GVirSandboxConfig,
            statedir: *const gchar,
            domain: *mut GVirConfigDomain,
            error: *mut *mut GError,
        ) -> gboolean,
    >,
    /// GVirSandboxBuilderClass::construct_security:
    /// @builder: (transfer none): the builder
    /// @config: (transfer none): the configuration of the sandbox
    /// @statedir: the path of the directory with the sandbox's files
    /// @domain: (transfer none): the configuration of the domain, to be filled in
    /// @error: where an error is left
    ///
    /// Fills in how libvirt confines the domain.
    ///
    /// Fails with an error of the class.
    ///
    /// Returns: true on success, false with @error set
    pub(crate) construct_security: Option<
        unsafe extern "C" fn(
            builder: *mut GVirSandboxBuilder,
            config: *mut GVirSandboxConfig,
            statedir: *const gchar,
            domain: *mut GVirConfigDomain,
            error: *mut *mut GError,
        ) -> gboolean,
    >,
    /// GVirSandboxBuilderClass::construct_domain:
    /// @builder: (transfer none): the builder
    /// @config: (transfer none): the configuration of the sandbox
    /// @statedir: the path of the directory with the sandbox's files
    /// @domain: (transfer none): the configuration of the domain, to be filled in
    /// @error: where an error is left
    ///
    /// Fills in the whole domain. The default calls `construct_basic`, `construct_os`, `construct_features`,
    /// `construct_devices` and `construct_security`, and stops at the first that fails.
    ///
    /// Fails with an error of the class.
    ///
    /// Returns: true on success, false with @error set
    pub(crate) construct_domain: Option<
        unsafe extern "C" fn(
            builder: *mut GVirSandboxBuilder,
            config: *mut GVirSandboxConfig,
            statedir: *const gchar,
            domain: *mut GVirConfigDomain,
            error: *mut *mut GError,
        ) -> gboolean,
    >,
    /// GVirSandboxBuilderClass::clean_post_start:
    /// @builder: (transfer none): the builder
    /// @config: (transfer none): the configuration of the sandbox
    /// @statedir: the path of the directory with the sandbox's files
    /// @error: where an error is left
    ///
    /// Removes what is not needed any more once the sandbox runs. The default does nothing.
    ///
    /// Fails with an error of the class.
    ///
    /// Returns: true on success, false with @error set
    pub(crate) clean_post_start: Option<
        unsafe extern "C" fn(
            builder: *mut GVirSandboxBuilder,
            config: *mut GVirSandboxConfig,
            statedir: *const gchar,
            error: *mut *mut GError,
        ) -> gboolean,
    >,
    /// GVirSandboxBuilderClass::clean_post_stop:
    /// @builder: (transfer none): the builder
    /// @config: (transfer none): the configuration of the sandbox
    /// @statedir: the path of the directory with the sandbox's files
    /// @error: where an error is left
    ///
    /// Removes what is left of a sandbox that was stopped. The default does nothing.
    ///
    /// Fails with an error of the class.
    ///
    /// Returns: true on success, false with @error set
    pub(crate) clean_post_stop: Option<
        unsafe extern "C" fn(
            builder: *mut GVirSandboxBuilder,
            config: *mut GVirSandboxConfig,
            statedir: *const gchar,
            error: *mut *mut GError,
        ) -> gboolean,
    >,
    /// GVirSandboxBuilderClass::get_disk_prefix:
    /// @builder: (transfer none): the builder
    /// @config: (transfer none): the configuration of the sandbox
    /// @disk: (transfer none): the disk
    ///
    /// Gets what the name of a disk's device in the sandbox begins with, like `vd`.
    ///
    /// Returns: (nullable): the beginning of the name, or %NULL when the sandbox has no disks
    pub(crate) get_disk_prefix: Option<
        unsafe extern "C" fn(
            builder: *mut GVirSandboxBuilder,
            config: *mut GVirSandboxConfig,
            disk: *mut GVirSandboxConfigDisk,
        ) -> *const gchar,
    >,
    /// GVirSandboxBuilderClass::get_files_to_copy:
    /// @builder: (transfer none): the builder
    /// @config: (transfer none): the configuration of the sandbox
    ///
    /// Gets the paths of the files of the host that the sandbox needs a copy of. The default has none.
    ///
    /// Returns: (transfer full) (element-type filename): a new list of the paths; free it with g_list_free_full() and
    ///   g_free()
    pub(crate) get_files_to_copy: Option<
        unsafe extern "C" fn(
            builder: *mut GVirSandboxBuilder,
            config: *mut GVirSandboxConfig,
        ) -> *mut GList,
    >,
    padding: [gpointer; LIBVIRT_SANDBOX_CLASS_PADDING],
}

/// GVirSandboxBuilderContainer:
///
/// Builds the domain of a container, for connections like `lxc:///`.
#[repr(C)]
pub struct GVirSandboxBuilderContainer {
    parent: GVirSandboxBuilder,
    priv_: gpointer,
}

/// GVirSandboxBuilderContainerClass:
///
/// Class of #GVirSandboxBuilderContainer.
#[repr(C)]
pub struct GVirSandboxBuilderContainerClass {
    parent_class: GVirSandboxBuilderClass,
    padding: [gpointer; LIBVIRT_SANDBOX_CLASS_PADDING],
}

/// GVirSandboxBuilderInitrd:
///
/// Writes the initial RAM disk of a virtual machine, as #GVirSandboxConfigInitrd describes it.
#[repr(C)]
pub struct GVirSandboxBuilderInitrd {
    parent: GObject,
    priv_: gpointer,
}

/// GVirSandboxBuilderInitrdClass:
///
/// Class of #GVirSandboxBuilderInitrd.
#[repr(C)]
pub struct GVirSandboxBuilderInitrdClass {
    parent_class: GObjectClass,
    padding: [gpointer; LIBVIRT_SANDBOX_CLASS_PADDING],
}

/// GVirSandboxBuilderMachine:
///
/// Builds the domain of a virtual machine with its kernel and initial RAM disk, for connections like `qemu:///session`.
#[repr(C)]
pub struct GVirSandboxBuilderMachine {
    parent: GVirSandboxBuilder,
    priv_: gpointer,
}

/// GVirSandboxBuilderMachineClass:
///
/// Class of #GVirSandboxBuilderMachine.
#[repr(C)]
pub struct GVirSandboxBuilderMachineClass {
    parent_class: GVirSandboxBuilderClass,
    padding: [gpointer; LIBVIRT_SANDBOX_CLASS_PADDING],
}
