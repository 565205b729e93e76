//! The virtual functions and signals of `GVirSandboxConsole`: defaults, dispatch, and overrides written in Rust.

use std::ffi::c_int;
use std::mem::offset_of;
use std::ptr;

use gio_unix::ffi::{GUnixInputStream, GUnixOutputStream};
use gio_unix::{InputStream, OutputStream};
use glib::ffi::{GError, GFALSE, gboolean};
use glib::prelude::*;
use glib::subclass::prelude::*;
use glib::translate::*;

use super::console::{GVirSandboxConsole, GVirSandboxConsoleClass};
use super::console_rpc::GVirSandboxConsoleRpcClass;
use super::{
    add_signal, check, class_of, imp_or_return, instance_or_return, opt_instance_or_return,
    parent_class, succeed,
};
use crate::console::{Console, ConsoleImpl};

/// Fills the slots that the base class implements itself, and adds its signals.
pub(crate) fn install_defaults(class: &mut GVirSandboxConsoleClass) {
    class.attach = Some(default_attach);
    class.detach = Some(default_detach);
    const SLOT: u32 = offset_of!(GVirSandboxConsoleClass, closed) as u32;
    // SAFETY: the slot takes the instance and a gboolean.
    unsafe { add_signal(&class.parent_class, c"closed", SLOT, bool::static_type()) };
}

/// Adds the signals of `GVirSandboxConsoleRpc`.
pub(crate) fn install_rpc_signals(class: &mut GVirSandboxConsoleRpcClass) {
    const SLOT: u32 = offset_of!(GVirSandboxConsoleRpcClass, exited) as u32;
    // SAFETY: the slot takes the instance and a gint.
    unsafe {
        add_signal(
            &class.parent_class.parent_class,
            c"exited",
            SLOT,
            c_int::static_type(),
        );
    }
}

/// Calls the `attach` of the most derived class.
pub(crate) fn attach(
    console: &Console,
    stdin: Option<&InputStream>,
    stdout: Option<&OutputStream>,
    stderr: Option<&OutputStream>,
) -> Result<(), glib::Error> {
    call_attach(class_of(console), console, stdin, stdout, stderr)
}

/// Calls the `detach` of the most derived class.
pub(crate) fn detach(console: &Console) -> Result<(), glib::Error> {
    call_detach(class_of(console), console)
}

/// The standard input of this process, which the stream leaves open.
pub(crate) fn stdin_stream() -> InputStream {
    // SAFETY: nobody else closes the standard input.
    unsafe { InputStream::with_fd(libc::STDIN_FILENO) }
}

/// The standard output of this process, which the stream leaves open.
pub(crate) fn stdout_stream() -> OutputStream {
    // SAFETY: nobody else closes the standard output.
    unsafe { OutputStream::with_fd(libc::STDOUT_FILENO) }
}

/// The standard error of this process, which the stream leaves open.
pub(crate) fn stderr_stream() -> OutputStream {
    // SAFETY: nobody else closes the standard error.
    unsafe { OutputStream::with_fd(libc::STDERR_FILENO) }
}

/// What an override written in Rust chains up to.
pub trait ConsoleImplExt: ConsoleImpl {
    /// Chains up to the parent class.
    fn parent_attach(
        &self,
        stdin: Option<&InputStream>,
        stdout: Option<&OutputStream>,
        stderr: Option<&OutputStream>,
    ) -> Result<(), glib::Error> {
        call_attach(
            parent_class::<Self, Console>(),
            self.obj().upcast_ref(),
            stdin,
            stdout,
            stderr,
        )
    }

    /// Chains up to the parent class.
    fn parent_detach(&self) -> Result<(), glib::Error> {
        call_detach(parent_class::<Self, Console>(), self.obj().upcast_ref())
    }

    /// Chains up to the parent class.
    fn parent_closed(&self, error: bool) {
        if let Some(closed) = parent_class::<Self, Console>().closed {
            let obj = self.obj();
            // SAFETY: the slot belongs to a class of the instance.
            unsafe { closed(obj.upcast_ref::<Console>().as_ptr(), error.into_glib()) }
        }
    }
}

impl<T: ConsoleImpl> ConsoleImplExt for T {}

// SAFETY: the class struct of a subclass starts with GVirSandboxConsoleClass.
unsafe impl<T: ConsoleImpl> IsSubclassable<T> for Console {
    fn class_init(class: &mut glib::Class<Self>) {
        Self::parent_class_init::<T>(class);
        let class = class.as_mut();
        class.closed = Some(override_closed::<T>);
        class.attach = Some(override_attach::<T>);
        class.detach = Some(override_detach::<T>);
    }
}

fn call_attach(
    class: &GVirSandboxConsoleClass,
    console: &Console,
    stdin: Option<&InputStream>,
    stdout: Option<&OutputStream>,
    stderr: Option<&OutputStream>,
) -> Result<(), glib::Error> {
    let Some(attach) = class.attach else {
        return console.refuse("attach");
    };
    // A handler may give up the last reference of the caller.
    let console = console.clone();
    let mut error = ptr::null_mut();
    // SAFETY: the slot belongs to a class of the instance; an error it leaves is ours.
    unsafe {
        let done = attach(
            console.as_ptr(),
            stdin.to_glib_none().0,
            stdout.to_glib_none().0,
            stderr.to_glib_none().0,
            &mut error,
        );
        check(done, error)
    }
}

fn call_detach(class: &GVirSandboxConsoleClass, console: &Console) -> Result<(), glib::Error> {
    let Some(detach) = class.detach else {
        return console.refuse("detach");
    };
    let console = console.clone();
    let mut error = ptr::null_mut();
    // SAFETY: the slot belongs to a class of the instance; an error it leaves is ours.
    unsafe {
        let done = detach(console.as_ptr(), &mut error);
        check(done, error)
    }
}

unsafe extern "C" fn default_attach(
    console: *mut GVirSandboxConsole,
    _stdin: *mut GUnixInputStream,
    _stdout: *mut GUnixOutputStream,
    _stderr: *mut GUnixOutputStream,
    error: *mut *mut GError,
) -> gboolean {
    let console = instance_or_return!(console: Console, GFALSE);
    // SAFETY: the caller lends a place for the error.
    unsafe { succeed(console.refuse("attach"), error) }
}

unsafe extern "C" fn default_detach(
    console: *mut GVirSandboxConsole,
    error: *mut *mut GError,
) -> gboolean {
    let console = instance_or_return!(console: Console, GFALSE);
    // SAFETY: the caller lends a place for the error.
    unsafe { succeed(console.refuse("detach"), error) }
}

unsafe extern "C" fn override_closed<T: ConsoleImpl>(
    console: *mut GVirSandboxConsole,
    err: gboolean,
) {
    imp_or_return!(console: T).closed(err != GFALSE);
}

unsafe extern "C" fn override_attach<T: ConsoleImpl>(
    console: *mut GVirSandboxConsole,
    stdin: *mut GUnixInputStream,
    stdout: *mut GUnixOutputStream,
    stderr: *mut GUnixOutputStream,
    error: *mut *mut GError,
) -> gboolean {
    let imp = imp_or_return!(console: T, GFALSE);
    let stdin = opt_instance_or_return!(stdin: InputStream, GFALSE);
    let stdout = opt_instance_or_return!(stdout: OutputStream, GFALSE);
    let stderr = opt_instance_or_return!(stderr: OutputStream, GFALSE);
    let attached = imp.attach(stdin.as_deref(), stdout.as_deref(), stderr.as_deref());
    // SAFETY: the caller lends a place for the error.
    unsafe { succeed(attached, error) }
}

unsafe extern "C" fn override_detach<T: ConsoleImpl>(
    console: *mut GVirSandboxConsole,
    error: *mut *mut GError,
) -> gboolean {
    let imp = imp_or_return!(console: T, GFALSE);
    // SAFETY: the caller lends a place for the error.
    unsafe { succeed(imp.detach(), error) }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI32, Ordering};

    use super::*;
    use crate::capi::console_rpc::GVirSandboxConsoleRpc;
    use crate::console::ConsoleRpc;

    static STATUS: AtomicI32 = AtomicI32::new(-1);

    unsafe extern "C" fn remember(_console: *mut GVirSandboxConsoleRpc, status: c_int) {
        STATUS.store(status, Ordering::Relaxed);
    }

    #[test]
    fn the_signal_exited_calls_the_slot_of_the_class() {
        let console: ConsoleRpc = glib::Object::new();
        // SAFETY: the class exists as the instance does, and nobody else uses the slot.
        let class: *mut GVirSandboxConsoleRpcClass = unsafe {
            let class = glib::gobject_ffi::g_type_class_peek(ConsoleRpc::static_type().into_glib());
            let class = class.cast::<GVirSandboxConsoleRpcClass>();
            (*class).exited = Some(remember);
            class
        };
        console.emit_exited(7);
        // SAFETY: as above.
        unsafe { (*class).exited = None };
        assert_eq!(STATUS.load(Ordering::Relaxed), 7);
    }
}
