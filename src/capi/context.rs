//! C API of `GVirSandboxContext`.

use std::ptr::null_mut;

use glib::ffi::{GError, GFALSE, GType, gboolean};
use glib::prelude::*;
use glib::translate::*;
use libvirt_glib::ffi::{GVirConnection, GVirDomain};

use crate::abi::config::GVirSandboxConfig;
use crate::abi::console::GVirSandboxConsole;
use crate::abi::context::GVirSandboxContext;
use crate::abi::{gchar, instance_or_return, or_null, string_or_null, succeed};
use crate::context::{Context, ContextExt};

#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_context_get_type() -> GType {
    Context::static_type().into_glib()
}

/// gvir_sandbox_context_start:
/// @ctxt: (transfer none): the context
/// @error: where an error is left
///
/// Starts the sandbox: builds its domain and lets libvirt start it.
///
/// Fails with `gvir-sandbox-context`, code 0, when the context already has a domain; with the errors of
/// gvir_sandbox_builder_construct(); with those of libvirt-gobject when libvirt does not start the domain; with
/// `gvir-sandbox-context-interactive`, code 1, when an interactive sandbox has a name that is in use, or code 0 when
/// something else keeps it from starting; and with `gvir-sandbox-context-service`, code 0, when a service is not
/// defined. Nothing is left of an interactive sandbox that did not start.
///
/// Returns: true on success, false with @error set
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_context_start(
    ctxt: *mut GVirSandboxContext,
    error: *mut *mut GError,
) -> gboolean {
    let ctxt = instance_or_return!(ctxt: Context, GFALSE);
    // SAFETY: the caller passes a place for the error, or NULL.
    unsafe { succeed(ctxt.start(), error) }
}

/// gvir_sandbox_context_stop:
/// @ctxt: (transfer none): the context
/// @error: where an error is left
///
/// Stops the sandbox at once, and removes what it needed on the host. Its program is killed.
///
/// Since 0.9.0 what the program of a #GVirSandboxContextInteractive had written is delivered before, as long as its console is attached:
/// a reader who takes nothing is given up after two seconds, and all of it takes ten at the most. Who detaches the console first does
/// without.
///
/// Fails with `gvir-sandbox-context`, code 0, when the context has no domain, and with the errors of libvirt-gobject
/// when libvirt cannot stop it.
///
/// Returns: true on success, false with @error set
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_context_stop(
    ctxt: *mut GVirSandboxContext,
    error: *mut *mut GError,
) -> gboolean {
    let ctxt = instance_or_return!(ctxt: Context, GFALSE);
    // SAFETY: the caller passes a place for the error, or NULL.
    unsafe { succeed(ctxt.stop(), error) }
}

/// gvir_sandbox_context_attach:
/// @ctxt: (transfer none): the context
/// @error: where an error is left
///
/// Looks for the domain of a sandbox that somebody else has started. Such a sandbox goes on when the context goes away.
///
/// Fails with `gvir-sandbox-context`, code 0, when the context already has a domain, and when the connection has none
/// with the name of the sandbox.
///
/// Returns: true on success, false with @error set
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_context_attach(
    ctxt: *mut GVirSandboxContext,
    error: *mut *mut GError,
) -> gboolean {
    let ctxt = instance_or_return!(ctxt: Context, GFALSE);
    // SAFETY: the caller passes a place for the error, or NULL.
    unsafe { succeed(ctxt.attach(), error) }
}

/// gvir_sandbox_context_detach:
/// @ctxt: (transfer none): the context
/// @error: where an error is left
///
/// Lets go of the domain, and leaves it running.
///
/// Fails with `gvir-sandbox-context`, code 0, when the context has no domain.
///
/// Returns: true on success, false with @error set
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_context_detach(
    ctxt: *mut GVirSandboxContext,
    error: *mut *mut GError,
) -> gboolean {
    let ctxt = instance_or_return!(ctxt: Context, GFALSE);
    // SAFETY: the caller passes a place for the error, or NULL.
    unsafe { succeed(ctxt.detach(), error) }
}

/// gvir_sandbox_context_is_attached:
/// @ctxt: (transfer none): the context
///
/// Tells whether the context has a domain.
///
/// Returns: true if the sandbox was started or attached to
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_context_is_attached(
    ctxt: *mut GVirSandboxContext,
) -> gboolean {
    instance_or_return!(ctxt: Context, GFALSE)
        .is_attached()
        .into_glib()
}

/// gvir_sandbox_context_get_config:
/// @ctxt: (transfer none): the context
///
/// Gets the configuration of the sandbox.
///
/// Returns: (transfer full): the configuration; release it with g_object_unref()
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_context_get_config(
    ctxt: *mut GVirSandboxContext,
) -> *mut GVirSandboxConfig {
    instance_or_return!(ctxt: Context, null_mut())
        .config()
        .into_glib_ptr()
}

/// gvir_sandbox_context_get_connection:
/// @ctxt: (transfer none): the context
///
/// Gets the connection that the sandbox runs on.
///
/// Returns: (transfer full): the connection; release it with g_object_unref()
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_context_get_connection(
    ctxt: *mut GVirSandboxContext,
) -> *mut GVirConnection {
    instance_or_return!(ctxt: Context, null_mut())
        .connection()
        .into_glib_ptr()
}

/// gvir_sandbox_context_get_domain:
/// @ctxt: (transfer none): the context
/// @error: where an error is left
///
/// Gets the domain of the sandbox.
///
/// Fails with `gvir-sandbox-context`, code 0, when the sandbox was neither started nor attached to.
///
/// Returns: (transfer full): the domain, or %NULL with @error set; release it with g_object_unref()
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_context_get_domain(
    ctxt: *mut GVirSandboxContext,
    error: *mut *mut GError,
) -> *mut GVirDomain {
    let ctxt = instance_or_return!(ctxt: Context, null_mut());
    // SAFETY: the caller passes a place for the error, or NULL.
    unsafe { or_null(ctxt.domain(), error) }
}

/// gvir_sandbox_context_get_log_console:
/// @ctxt: (transfer none): the context
/// @error: where an error is left
///
/// Gets the console on which the kernel and the first program of the sandbox write their messages.
///
/// Since 0.9.0 that of a service shows, when it is attached, the end of what was written before, which is kept in a file, and then what
/// is added.
///
/// Fails with `gvir-sandbox-context`, code 0, when the sandbox was neither started nor attached to.
///
/// Returns: (transfer full) (nullable): a new console, or %NULL with @error set; release it with g_object_unref()
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_context_get_log_console(
    ctxt: *mut GVirSandboxContext,
    error: *mut *mut GError,
) -> *mut GVirSandboxConsole {
    let ctxt = instance_or_return!(ctxt: Context, null_mut());
    // SAFETY: the caller passes a place for the error, or NULL.
    unsafe { or_null(ctxt.log_console(), error) }
}

/// gvir_sandbox_context_get_shell_console:
/// @ctxt: (transfer none): the context
/// @error: where an error is left
///
/// Gets the console on which a shell of the program's user waits, if the sandbox was given one: see
/// gvir_sandbox_config_set_shell(). Any process can attach to it that has attached a context to the sandbox; that of an
/// embedded driver only the process that started it. It works once the program runs.
///
/// Fails with `gvir-sandbox-context`, code 0, when the sandbox was neither started nor attached to.
///
/// Returns: (transfer full) (nullable): a new console, or %NULL without @error when the sandbox has no shell, or %NULL
///   with @error set; release it with g_object_unref()
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_context_get_shell_console(
    ctxt: *mut GVirSandboxContext,
    error: *mut *mut GError,
) -> *mut GVirSandboxConsole {
    let ctxt = instance_or_return!(ctxt: Context, null_mut());
    let Some(console) = ctxt.shell_console().transpose() else {
        return null_mut();
    };
    // SAFETY: the caller passes a place for the error, or NULL.
    unsafe { or_null(console, error) }
}

/// gvir_sandbox_context_dry_run:
/// @ctxt: (transfer none): the context
/// @plan: (out) (optional) (transfer full): where to leave what the first process in the sandbox would do, in lines for
///   people; release it with g_free()
/// @error: where an error is left
///
/// Tells what gvir_sandbox_context_start() would start, or gvir_sandbox_context_service_define() define, without doing
/// it: nothing is started, and nothing stays on the host. The connection has to be open. The plan has the values of
/// environment variables, which may be secrets; nobody but the caller gets them. A virtual machine's kernel is named as
/// the host has it unless the cache already has it decompressed.
///
/// Fails with the errors that gvir_sandbox_context_start() has before libvirt is asked to start anything, and with
/// `gvir-sandbox-context`, code 0, when there is no room for temporary files.
///
/// Returns: (transfer full): the XML of the domain, or %NULL with @error set; release it with g_free()
///
/// Since: 0.9.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_context_dry_run(
    ctxt: *mut GVirSandboxContext,
    plan: *mut *mut gchar,
    error: *mut *mut GError,
) -> *mut gchar {
    let ctxt = instance_or_return!(ctxt: Context, null_mut());
    let domain = ctxt.dry_run().map(|told| {
        if !plan.is_null() {
            // SAFETY: the caller passes a place for the plan, or NULL.
            unsafe { *plan = told.plan.to_glib_full() };
        }
        told.domain
    });
    // SAFETY: the caller passes a place for the error, or NULL.
    unsafe { string_or_null(domain, error) }
}
