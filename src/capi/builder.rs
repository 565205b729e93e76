//! C API of `GVirSandboxBuilder`.

use std::ptr::null_mut;

use glib::ffi::{GError, GFALSE, GType, gboolean};
use glib::prelude::*;
use glib::translate::*;
use libvirt_glib::ffi::{GVirConfigDomain, GVirConnection};
use libvirt_glib::gobject;

use crate::abi::builder::GVirSandboxBuilder;
use crate::abi::config::GVirSandboxConfig;
use crate::abi::{gchar, instance_or_return, or_null, str_or_return, succeed};
use crate::builder::{Builder, BuilderExt};
use crate::config::Config;
use crate::cstring_cell::as_path;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_builder_get_type() -> GType {
    Builder::static_type().into_glib()
}

/// gvir_sandbox_builder_for_connection:
/// @connection: (transfer none): the connection that the sandbox is to run on, which is open
/// @error: where an error is left
///
/// Creates the builder that fits the hypervisor of the connection: #GVirSandboxBuilderContainer for `lxc` and
/// #GVirSandboxBuilderMachine for `qemu`. The builder holds a reference of the connection.
///
/// Fails with `gvir-sandbox-builder`, code 0, when the connection is not open or when no sandbox can run on it.
///
/// Returns: (transfer full): a new builder, or %NULL with @error set; release it with g_object_unref()
///
/// Since: 0.9.0
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
/// Returns: (transfer full): the connection; release it with g_object_unref()
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
/// @statedir: the path of the directory that the sandbox's files go into, which exists
/// @error: where an error is left
///
/// Builds the configuration of the domain, and writes the files that it refers to into the state directory.
///
/// Fails with `gvir-sandbox-builder`, code 0, when the configuration asks for what this hypervisor cannot give, and
/// when a file cannot be written; with `gvir-sandbox-builder-machine` when there is no kernel or no module to boot a
/// machine with, and with `gvir-sandbox-builder-initrd` when its initial RAM disk cannot be made. What was written
/// until then stays, for gvir_sandbox_builder_clean_post_stop().
///
/// Returns: (transfer full): the configuration of the domain, or %NULL with @error set; release it with
///   g_object_unref()
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
/// @statedir: the path of the directory that the sandbox's files are in
/// @error: where an error is left
///
/// Removes what is not needed any more once the sandbox runs.
///
/// Fails with `gvir-sandbox-builder`, code 0, when a file cannot be removed.
///
/// Returns: true on success, false with @error set
///
/// Since: 0.9.0
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
/// @statedir: the path of the directory that the sandbox's files are in
/// @error: where an error is left
///
/// Removes what is left of a sandbox that was stopped. What is gone already is no error.
///
/// Fails with `gvir-sandbox-builder`, code 0, when a file cannot be removed.
///
/// Returns: true on success, false with @error set
///
/// Since: 0.9.0
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
