//! C API of `GVirSandboxBuilder`.

use std::ptr::null_mut;

use glib::ffi::{GError, GFALSE, GList, GType, gboolean, gpointer};
use glib::gobject_ffi::{GObject, GObjectClass};
use glib::prelude::*;
use glib::translate::*;
use libvirt_glib::ffi::{GVirConfigDomain, GVirConnection};
use libvirt_glib::gobject;

use super::config::GVirSandboxConfig;
use super::config_disk::GVirSandboxConfigDisk;
use super::{
    LIBVIRT_SANDBOX_CLASS_PADDING, gchar, instance_or_return, object_structs, or_null,
    str_or_return, succeed,
};
use crate::builder::{Builder, BuilderExt};
use crate::config::Config;
use crate::cstring_cell::as_path;

/// GVirSandboxBuilder:
///
/// Turns the configuration of a sandbox into the configuration of a libvirt domain.
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
    pub(super) parent_class: GObjectClass,
    pub(super) construct_basic: Option<
        unsafe extern "C" fn(
            builder: *mut GVirSandboxBuilder,
            config: *mut GVirSandboxConfig,
            statedir: *const gchar,
            domain: *mut GVirConfigDomain,
            error: *mut *mut GError,
        ) -> gboolean,
    >,
    pub(super) construct_os: Option<
        unsafe extern "C" fn(
            builder: *mut GVirSandboxBuilder,
            config: *mut GVirSandboxConfig,
            statedir: *const gchar,
            domain: *mut GVirConfigDomain,
            error: *mut *mut GError,
        ) -> gboolean,
    >,
    pub(super) construct_features: Option<
        unsafe extern "C" fn(
            builder: *mut GVirSandboxBuilder,
            config: *mut GVirSandboxConfig,
            statedir: *const gchar,
            domain: *mut GVirConfigDomain,
            error: *mut *mut GError,
        ) -> gboolean,
    >,
    pub(super) construct_devices: Option<
        unsafe extern "C" fn(
            builder: *mut GVirSandboxBuilder,
            config: *mut GVirSandboxConfig,
            statedir: *const gchar,
            domain: *mut GVirConfigDomain,
            error: *mut *mut GError,
        ) -> gboolean,
    >,
    pub(super) construct_security: Option<
        unsafe extern "C" fn(
            builder: *mut GVirSandboxBuilder,
            config: *mut GVirSandboxConfig,
            statedir: *const gchar,
            domain: *mut GVirConfigDomain,
            error: *mut *mut GError,
        ) -> gboolean,
    >,
    pub(super) construct_domain: Option<
        unsafe extern "C" fn(
            builder: *mut GVirSandboxBuilder,
            config: *mut GVirSandboxConfig,
            statedir: *const gchar,
            domain: *mut GVirConfigDomain,
            error: *mut *mut GError,
        ) -> gboolean,
    >,
    pub(super) clean_post_start: Option<
        unsafe extern "C" fn(
            builder: *mut GVirSandboxBuilder,
            config: *mut GVirSandboxConfig,
            statedir: *const gchar,
            error: *mut *mut GError,
        ) -> gboolean,
    >,
    pub(super) clean_post_stop: Option<
        unsafe extern "C" fn(
            builder: *mut GVirSandboxBuilder,
            config: *mut GVirSandboxConfig,
            statedir: *const gchar,
            error: *mut *mut GError,
        ) -> gboolean,
    >,
    pub(super) get_disk_prefix: Option<
        unsafe extern "C" fn(
            builder: *mut GVirSandboxBuilder,
            config: *mut GVirSandboxConfig,
            disk: *mut GVirSandboxConfigDisk,
        ) -> *const gchar,
    >,
    pub(super) get_files_to_copy: Option<
        unsafe extern "C" fn(
            builder: *mut GVirSandboxBuilder,
            config: *mut GVirSandboxConfig,
        ) -> *mut GList,
    >,
    padding: [gpointer; LIBVIRT_SANDBOX_CLASS_PADDING],
}

object_structs!(Builder: GVirSandboxBuilder, GVirSandboxBuilderClass);

#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_builder_get_type() -> GType {
    Builder::static_type().into_glib()
}

/// gvir_sandbox_builder_for_connection:
/// @connection: (transfer none): the connection that the sandbox is to run on
/// @error: where an error is left
///
/// Creates the builder that fits the hypervisor of the connection.
///
/// Returns: (transfer full): a new builder, or NULL with @error set when no sandbox can run on the connection
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_builder_for_connection(
    connection: *mut GVirConnection,
    error: *mut *mut GError,
) -> *mut GVirSandboxBuilder {
    let connection = instance_or_return!(connection: gobject::Connection, null_mut());
    // SAFETY: the caller passes a place for the error, or NULL.
    unsafe { or_null(Builder::for_connection(&connection), error) }
}

/// gvir_sandbox_builder_get_connection:
/// @builder: (transfer none): the builder
///
/// Gets the connection that the domain is built for.
///
/// Returns: (transfer full): the connection
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_builder_get_connection(
    builder: *mut GVirSandboxBuilder,
) -> *mut GVirConnection {
    instance_or_return!(builder: Builder, null_mut())
        .connection()
        .into_glib_ptr()
}

/// gvir_sandbox_builder_construct:
/// @builder: (transfer none): the builder
/// @config: (transfer none): the configuration of the sandbox
/// @statedir: the directory that the sandbox's files go into
/// @error: where an error is left
///
/// Builds the configuration of the domain, and the files that it refers to.
///
/// Returns: (transfer full): the configuration of the domain, or NULL with @error set
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_builder_construct(
    builder: *mut GVirSandboxBuilder,
    config: *mut GVirSandboxConfig,
    statedir: *const gchar,
    error: *mut *mut GError,
) -> *mut GVirConfigDomain {
    let builder = instance_or_return!(builder: Builder, null_mut());
    let config = instance_or_return!(config: Config, null_mut());
    let statedir = as_path(str_or_return!(statedir, null_mut()));
    // SAFETY: the caller passes a place for the error, or NULL.
    unsafe { or_null(builder.construct(&*config, statedir), error) }
}

/// gvir_sandbox_builder_clean_post_start:
/// @builder: (transfer none): the builder
/// @config: (transfer none): the configuration of the sandbox
/// @statedir: the directory that the sandbox's files are in
/// @error: where an error is left
///
/// Removes what is not needed any more once the sandbox runs.
///
/// Returns: true on success, false with @error set
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_builder_clean_post_start(
    builder: *mut GVirSandboxBuilder,
    config: *mut GVirSandboxConfig,
    statedir: *const gchar,
    error: *mut *mut GError,
) -> gboolean {
    let builder = instance_or_return!(builder: Builder, GFALSE);
    let config = instance_or_return!(config: Config, GFALSE);
    let statedir = as_path(str_or_return!(statedir, GFALSE));
    // SAFETY: the caller passes a place for the error, or NULL.
    unsafe { succeed(builder.clean_post_start(&*config, statedir), error) }
}

/// gvir_sandbox_builder_clean_post_stop:
/// @builder: (transfer none): the builder
/// @config: (transfer none): the configuration of the sandbox
/// @statedir: the directory that the sandbox's files are in
/// @error: where an error is left
///
/// Removes what is left of a sandbox that was stopped.
///
/// Returns: true on success, false with @error set
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_builder_clean_post_stop(
    builder: *mut GVirSandboxBuilder,
    config: *mut GVirSandboxConfig,
    statedir: *const gchar,
    error: *mut *mut GError,
) -> gboolean {
    let builder = instance_or_return!(builder: Builder, GFALSE);
    let config = instance_or_return!(config: Config, GFALSE);
    let statedir = as_path(str_or_return!(statedir, GFALSE));
    // SAFETY: the caller passes a place for the error, or NULL.
    unsafe { succeed(builder.clean_post_stop(&*config, statedir), error) }
}
