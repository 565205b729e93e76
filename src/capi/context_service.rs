//! C API of `GVirSandboxContextService`.

use std::ptr::null_mut;

use glib::ffi::{GError, GFALSE, GType, gboolean};
use glib::prelude::*;
use glib::translate::*;
use libvirt_glib::ffi::GVirConnection;
use libvirt_glib::gobject;

use crate::abi::config::GVirSandboxConfigService;
use crate::abi::context::GVirSandboxContextService;
use crate::abi::{instance_or_return, succeed};
use crate::config::ConfigService;
use crate::context::{ContextService, ContextServiceExt};

#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_context_service_get_type() -> GType {
    ContextService::static_type().into_glib()
}

/// gvir_sandbox_context_service_new:
/// @connection: (transfer none): the connection that has the service, or is to have it, which is open
/// @config: (transfer none): the configuration
///
/// Creates the context of a service. It holds a reference of the connection and the configuration, and defines and
/// starts nothing.
///
/// Returns: (transfer full): a new context; release it with g_object_unref()
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_context_service_new(
    connection: *mut GVirConnection,
    config: *mut GVirSandboxConfigService,
) -> *mut GVirSandboxContextService {
    let connection = instance_or_return!(connection: gobject::Connection, null_mut());
    let config = instance_or_return!(config: ConfigService, null_mut());
    ContextService::new(&connection, &*config).into_glib_ptr()
}

/// gvir_sandbox_context_service_define:
/// @ctxt: (transfer none): the context
/// @error: where an error is left
///
/// Builds the domain of the service and its files, and hands it to libvirt. It is not started.
///
/// A service that is defined already gets the new definition, and keeps the old one when that fails; while it runs, the
/// new one counts from the next start on. It keeps its UUID, unless the configuration has another.
///
/// Fails with `gvir-sandbox-context-service`, code 0, when the name belongs to a domain that is not this service or to
/// a service on another connection, or when its files cannot be written; with the errors of
/// gvir_sandbox_builder_construct(); and with those of libvirt-gobject when libvirt does not take the domain.
///
/// Returns: true on success, false with @error set
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_context_service_define(
    ctxt: *mut GVirSandboxContextService,
    error: *mut *mut GError,
) -> gboolean {
    let ctxt = instance_or_return!(ctxt: ContextService, GFALSE);
    // SAFETY: the caller passes a place for the error, or NULL.
    unsafe { succeed(ctxt.define(), error) }
}

/// gvir_sandbox_context_service_undefine:
/// @ctxt: (transfer none): the context
/// @error: where an error is left
///
/// Takes the service away from libvirt, and removes its files. One that runs goes on until it ends.
///
/// Fails with the domain %G_IO_ERROR and %G_IO_ERROR_NOT_FOUND when there is no such service, with
/// `gvir-sandbox-context-service`, code 0, when it belongs to another connection or its files cannot be removed, and
/// with the errors of libvirt-gobject.
///
/// Returns: true on success, false with @error set
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_context_service_undefine(
    ctxt: *mut GVirSandboxContextService,
    error: *mut *mut GError,
) -> gboolean {
    let ctxt = instance_or_return!(ctxt: ContextService, GFALSE);
    // SAFETY: the caller passes a place for the error, or NULL.
    unsafe { succeed(ctxt.undefine(), error) }
}
