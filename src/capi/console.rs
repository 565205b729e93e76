//! C API of `GVirSandboxConsole`.
#![allow(
    non_snake_case,
    reason = "the parameters are spelled as in the GIR, where callers name them"
)]

use gio_unix::ffi::{GUnixInputStream, GUnixOutputStream};
use glib::ffi::{GError, GFALSE, GType, gboolean};
use glib::prelude::*;
use glib::translate::*;

use crate::abi::console::GVirSandboxConsole;
use crate::abi::{gchar, instance_or_return, opt_instance_or_return, succeed};
use crate::console::{Console, ConsoleExt, ConsolePropertiesExt};

#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_console_get_type() -> GType {
    Console::static_type().into_glib()
}

/// gvir_sandbox_console_attach_stdio:
/// @console: (transfer none): the console
/// @error: where an error is left
///
/// Connects the console with the standard input, output and error of the calling process, which stay open when the
/// console is detached. A terminal is in raw mode until then.
///
/// Fails as gvir_sandbox_console_attach() does.
///
/// Returns: true on success, false with @error set
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_console_attach_stdio(
    console: *mut GVirSandboxConsole,
    error: *mut *mut GError,
) -> gboolean {
    let console = instance_or_return!(console: Console, GFALSE);
    // SAFETY: the caller passes a place for the error, or NULL.
    unsafe { succeed(console.attach_stdio(), error) }
}

/// gvir_sandbox_console_attach_stderr:
/// @console: (transfer none): the console
/// @error: where an error is left
///
/// Connects the console with the standard error of the calling process only, which stays open when the console is
/// detached.
///
/// Fails as gvir_sandbox_console_attach() does.
///
/// Returns: true on success, false with @error set
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_console_attach_stderr(
    console: *mut GVirSandboxConsole,
    error: *mut *mut GError,
) -> gboolean {
    let console = instance_or_return!(console: Console, GFALSE);
    // SAFETY: the caller passes a place for the error, or NULL.
    unsafe { succeed(console.attach_stderr(), error) }
}

/// gvir_sandbox_console_attach:
/// @console: (transfer none): the console
/// @localStdin: (transfer none) (nullable): what the console reads from, or %NULL
/// @localStdout: (transfer none) (nullable): what the console writes output to, or %NULL
/// @localStderr: (transfer none) (nullable): what the console writes error output to, or %NULL
/// @error: where an error is left
///
/// Connects the console with the streams, of which it holds a reference until it is detached. What belongs to a stream
/// that is left out is not read, or thrown away. Data moves while the main loop runs.
///
/// Fails with `gvir-sandbox-console-raw` or `gvir-sandbox-console-rpc`, code 0, when the console is attached already,
/// or when the sandbox or a stream cannot be reached; with `gvir-sandbox-console`, code 0, when the class of the
/// console does not implement it.
///
/// Returns: true on success, false with @error set
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_console_attach(
    console: *mut GVirSandboxConsole,
    localStdin: *mut GUnixInputStream,
    localStdout: *mut GUnixOutputStream,
    localStderr: *mut GUnixOutputStream,
    error: *mut *mut GError,
) -> gboolean {
    let console = instance_or_return!(console: Console, GFALSE);
    let stdin = opt_instance_or_return!(localStdin: gio_unix::InputStream, GFALSE);
    let stdout = opt_instance_or_return!(localStdout: gio_unix::OutputStream, GFALSE);
    let stderr = opt_instance_or_return!(localStderr: gio_unix::OutputStream, GFALSE);
    let attached = console.attach(stdin.as_deref(), stdout.as_deref(), stderr.as_deref());
    // SAFETY: the caller passes a place for the error, or NULL.
    unsafe { succeed(attached, error) }
}

/// gvir_sandbox_console_detach:
/// @console: (transfer none): the console
/// @error: where an error is left
///
/// Disconnects the console from the streams it was attached to. It can be attached again. One that is not attached
/// stays so, as after #GVirSandboxConsole::closed.
///
/// Fails with `gvir-sandbox-console`, code 0, when the class of the console does not implement it.
///
/// Returns: true on success, false with @error set
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_console_detach(
    console: *mut GVirSandboxConsole,
    error: *mut *mut GError,
) -> gboolean {
    let console = instance_or_return!(console: Console, GFALSE);
    // SAFETY: the caller passes a place for the error, or NULL.
    unsafe { succeed(console.detach(), error) }
}

/// gvir_sandbox_console_isolate:
/// @console: (transfer none): the console
/// @error: where an error is left
///
/// Makes a direct console independent of libvirt: it lets go of its connection and its domain.
///
/// Fails with `gvir-sandbox-console`, code 0, when the console is not direct.
///
/// Returns: true on success, false with @error set
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_console_isolate(
    console: *mut GVirSandboxConsole,
    error: *mut *mut GError,
) -> gboolean {
    let console = instance_or_return!(console: Console, GFALSE);
    // SAFETY: the caller passes a place for the error, or NULL.
    unsafe { succeed(console.isolate(), error) }
}

/// gvir_sandbox_console_set_escape:
/// @console: (transfer none): the console
/// @escape: the character, an ASCII one
///
/// Sets the character that, typed together with the control key, detaches the console. The default is `]`.
///
/// Since: 0.9.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_console_set_escape(
    console: *mut GVirSandboxConsole,
    escape: gchar,
) {
    instance_or_return!(console: Console).set_escape(escape);
}

/// gvir_sandbox_console_get_escape:
/// @console: (transfer none): the console
///
/// Gets the character that, typed together with the control key, detaches the console.
///
/// Returns: the character
///
/// Since: 0.9.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_console_get_escape(
    console: *mut GVirSandboxConsole,
) -> gchar {
    instance_or_return!(console: Console, 0).escape()
}

/// gvir_sandbox_console_set_direct:
/// @console: (transfer none): the console
/// @direct: true to open the console's device
///
/// Sets whether attaching opens the console's device on this host instead of a stream of libvirt.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_console_set_direct(
    console: *mut GVirSandboxConsole,
    direct: gboolean,
) {
    instance_or_return!(console: Console).set_direct(direct != GFALSE);
}

/// gvir_sandbox_console_get_direct:
/// @console: (transfer none): the console
///
/// Gets whether attaching opens the console's device on this host instead of a stream of libvirt.
///
/// Returns: true if attaching opens the device
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_console_get_direct(
    console: *mut GVirSandboxConsole,
) -> gboolean {
    instance_or_return!(console: Console, GFALSE)
        .direct()
        .into_glib()
}
