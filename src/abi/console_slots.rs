//! The slots and signals of `GVirSandboxConsoleClass`: how they are called, and how a class written in Rust fills them.

use std::ffi::c_int;
use std::mem::offset_of;
use std::ptr;

use gio_unix::ffi::{GUnixInputStream, GUnixOutputStream};
use gio_unix::{InputStream, OutputStream};
use glib::ffi::{GError, GFALSE, gboolean};
use glib::prelude::*;
use glib::subclass::prelude::*;
use glib::translate::*;

use super::console::{GVirSandboxConsole, GVirSandboxConsoleClass, GVirSandboxConsoleRpcClass};
use super::{Dispatch, add_signal, check, imp_or_return, opt_instance_or_return, succeed};

/// What a class written in Rust does when its slots are called.
pub(crate) trait ConsoleSlots: ObjectSubclass {
    fn attach(
        &self,
        stdin: Option<&InputStream>,
        stdout: Option<&OutputStream>,
        stderr: Option<&OutputStream>,
    ) -> Result<(), glib::Error>;
    fn detach(&self) -> Result<(), glib::Error>;
    fn closed(&self, _error: bool) {}
}

/// Fills the slots of the base class, for which `closed` is a signal alone, and adds the signal.
pub(crate) fn install_base<T: ConsoleSlots>(class: &mut GVirSandboxConsoleClass) {
    class.attach = Some(attach::<T>);
    class.detach = Some(detach::<T>);
    const SLOT: u32 = offset_of!(GVirSandboxConsoleClass, closed) as u32;
    // SAFETY: the slot takes the instance and a gboolean.
    unsafe { add_signal(&class.parent_class, c"closed", SLOT, bool::static_type()) };
}

/// Fills every slot.
pub(crate) fn install<T: ConsoleSlots>(class: &mut GVirSandboxConsoleClass) {
    class.closed = Some(closed::<T>);
    class.attach = Some(attach::<T>);
    class.detach = Some(detach::<T>);
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

/// A slot that a class left empty gives nothing.
impl Dispatch<GVirSandboxConsoleClass> {
    /// Calls `attach`.
    pub(crate) fn attach(
        &self,
        stdin: Option<&InputStream>,
        stdout: Option<&OutputStream>,
        stderr: Option<&OutputStream>,
    ) -> Option<Result<(), glib::Error>> {
        let attach = self.class.attach?;
        let mut error = ptr::null_mut();
        // SAFETY: the slot belongs to a class of the instance; an error it leaves is ours.
        Some(unsafe {
            let done = attach(
                self.instance(),
                stdin.to_glib_none().0,
                stdout.to_glib_none().0,
                stderr.to_glib_none().0,
                &mut error,
            );
            check(done, error)
        })
    }

    /// Calls `detach`.
    pub(crate) fn detach(&self) -> Option<Result<(), glib::Error>> {
        let detach = self.class.detach?;
        let mut error = ptr::null_mut();
        // SAFETY: the slot belongs to a class of the instance; an error it leaves is ours.
        Some(unsafe {
            let done = detach(self.instance(), &mut error);
            check(done, error)
        })
    }

    /// Calls `closed`.
    pub(crate) fn closed(&self, error: bool) {
        if let Some(closed) = self.class.closed {
            // SAFETY: the slot belongs to a class of the instance.
            unsafe { closed(self.instance(), error.into_glib()) }
        }
    }
}

unsafe extern "C" fn closed<T: ConsoleSlots>(console: *mut GVirSandboxConsole, err: gboolean) {
    imp_or_return!(console: T).closed(err != GFALSE);
}

unsafe extern "C" fn attach<T: ConsoleSlots>(
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

unsafe extern "C" fn detach<T: ConsoleSlots>(
    console: *mut GVirSandboxConsole,
    error: *mut *mut GError,
) -> gboolean {
    let imp = imp_or_return!(console: T, GFALSE);
    // SAFETY: the caller lends a place for the error.
    unsafe { succeed(imp.detach(), error) }
}
