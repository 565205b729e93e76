//! The instance and class structs of the consoles.
#![allow(
    non_snake_case,
    reason = "the parameters are spelled as in the GIR, where callers name them"
)]

use gio_unix::ffi::{GUnixInputStream, GUnixOutputStream};
use glib::ffi::{GError, gboolean, gpointer};
use glib::gobject_ffi::{GObject, GObjectClass};

use super::types::{LIBVIRT_SANDBOX_CLASS_PADDING, gint};

/// GVirSandboxConsole:
///
/// A console of a running sandbox, which a program's input and output can be connected with.
///
/// A context gives its consoles, see gvir_sandbox_context_interactive_get_app_console(),
/// gvir_sandbox_context_get_log_console() and gvir_sandbox_context_get_shell_console(). A console works in the main
/// loop of the thread that attached it, and #GVirSandboxConsole::closed is emitted there.
#[repr(C)]
pub struct GVirSandboxConsole {
    parent: GObject,
    priv_: gpointer,
}

/// GVirSandboxConsoleClass:
///
/// Class of #GVirSandboxConsole.
#[repr(C)]
pub struct GVirSandboxConsoleClass {
    pub(crate) parent_class: GObjectClass,
    /// GVirSandboxConsole::closed:
    /// @console: the console
    /// @err: true when the console broke, false when it ended as it should
    ///
    /// Emitted once when the console is not connected any more: the program has ended, the console was detached by its
    /// escape character, or the sandbox is gone. It comes in the main loop of the thread that attached the console.
    pub(crate) closed:
        Option<unsafe extern "C" fn(console: *mut GVirSandboxConsole, err: gboolean)>,
    /// GVirSandboxConsoleClass::attach:
    /// @console: (transfer none): the console
    /// @localStdin: (transfer none) (nullable): what the console reads from, or %NULL
    /// @localStdout: (transfer none) (nullable): what the console writes output to, or %NULL
    /// @localStderr: (transfer none) (nullable): what the console writes error output to, or %NULL
    /// @error: where an error is left
    ///
    /// Connects the console with the streams.
    ///
    /// Fails with an error of the class.
    ///
    /// Returns: true on success, false with @error set
    pub(crate) attach: Option<
        unsafe extern "C" fn(
            console: *mut GVirSandboxConsole,
            localStdin: *mut GUnixInputStream,
            localStdout: *mut GUnixOutputStream,
            localStderr: *mut GUnixOutputStream,
            error: *mut *mut GError,
        ) -> gboolean,
    >,
    /// GVirSandboxConsoleClass::detach:
    /// @console: (transfer none): the console
    /// @error: where an error is left
    ///
    /// Disconnects the console from the streams.
    ///
    /// Fails with an error of the class.
    ///
    /// Returns: true on success, false with @error set
    pub(crate) detach: Option<
        unsafe extern "C" fn(console: *mut GVirSandboxConsole, error: *mut *mut GError) -> gboolean,
    >,
    padding: [gpointer; LIBVIRT_SANDBOX_CLASS_PADDING],
}

/// GVirSandboxConsoleRaw:
///
/// A console that passes bytes on as they are: the log and the shell of a sandbox.
#[repr(C)]
pub struct GVirSandboxConsoleRaw {
    parent: GVirSandboxConsole,
    priv_: gpointer,
}

/// GVirSandboxConsoleRawClass:
///
/// Class of #GVirSandboxConsoleRaw. Its own slot `closed` is never called: the signal calls that of the parent class.
#[repr(C)]
pub struct GVirSandboxConsoleRawClass {
    parent_class: GVirSandboxConsoleClass,
    /// GVirSandboxConsoleRawClass::closed: (skip)
    /// @console: (transfer none): the console
    /// @err: true when the console broke
    ///
    /// Never called: the signal #GVirSandboxConsole::closed calls the slot of #GVirSandboxConsoleClass.
    closed: Option<unsafe extern "C" fn(console: *mut GVirSandboxConsoleRaw, err: gboolean)>,
    padding: [gpointer; LIBVIRT_SANDBOX_CLASS_PADDING],
}

/// GVirSandboxConsoleRpc:
///
/// The console of a program. The sandbox also reports on it how the program ended, see #GVirSandboxConsoleRpc::exited.
///
/// It belongs to the process that started the sandbox.
#[repr(C)]
pub struct GVirSandboxConsoleRpc {
    parent: GVirSandboxConsole,
    priv_: gpointer,
}

/// GVirSandboxConsoleRpcClass:
///
/// Class of #GVirSandboxConsoleRpc. Its own slot `closed` is never called: the signal calls that of the parent class.
#[repr(C)]
pub struct GVirSandboxConsoleRpcClass {
    pub(crate) parent_class: GVirSandboxConsoleClass,
    /// GVirSandboxConsoleRpc::exited:
    /// @console: the console
    /// @status: the status as waitpid() gives it, to be taken apart with `WIFEXITED` and its like
    ///
    /// Emitted once when the program in the sandbox has ended, before #GVirSandboxConsole::closed. One that was ended with its
    /// sandbox, since it took too long, has no status.
    pub(crate) exited:
        Option<unsafe extern "C" fn(console: *mut GVirSandboxConsoleRpc, status: gint)>,
    /// GVirSandboxConsoleRpcClass::closed: (skip)
    /// @console: (transfer none): the console
    /// @err: true when the console broke
    ///
    /// Never called: the signal #GVirSandboxConsole::closed calls the slot of #GVirSandboxConsoleClass.
    closed: Option<unsafe extern "C" fn(console: *mut GVirSandboxConsoleRpc, err: gboolean)>,
    padding: [gpointer; LIBVIRT_SANDBOX_CLASS_PADDING],
}
