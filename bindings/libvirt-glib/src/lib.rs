//! Safe bindings of the parts of libvirt-glib that the sandbox library uses.
#![allow(unsafe_code, reason = "functions of C libraries are called here")]

#[macro_use]
extern crate sandbox_gettext;

pub mod gconfig;
pub mod gobject;
mod quiet;
mod result;

pub use libvirt_glib_sys as ffi;

use std::ffi::CString;
use std::ptr;
use std::sync::Once;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// Prepares libvirt-glib, and lets libvirt's events run in GLib's default main context.
///
/// Call it before the first connection is opened; calling it again does no harm. From then on connections that are opened
/// are kept, also while nobody runs that context.
pub fn init() -> Result<(), glib::Error> {
    static KEEPERS: Once = Once::new();
    wait_for_children();
    quiet::initialize();
    // SAFETY: the function accepts null for both arguments; the error pointer is valid.
    unsafe {
        let mut error = ptr::null_mut();
        let ok = ffi::gvir_init_object_check(ptr::null_mut(), ptr::null_mut(), &mut error);
        result::done(ok, error)?;
    }
    KEEPERS.call_once(gobject::keep_connections);
    Ok(())
}

/// Prepares libvirt-glib without libvirt's events, for [`gobject::Connection::open_without_events`]. [`init`] can be called later.
pub fn init_without_events() -> Result<(), glib::Error> {
    wait_for_children();
    quiet::initialize();
    // SAFETY: the functions accept null for both arguments; the error pointer is valid, and null for the second one, too.
    unsafe {
        let mut error = ptr::null_mut();
        let ok = ffi::gvir_init_check(ptr::null_mut(), ptr::null_mut(), &mut error);
        result::done(ok, error)?;
        let ok = ffi::gvir_config_init_check(ptr::null_mut(), ptr::null_mut(), &mut error);
        result::done(ok, error)
    }
}

/// Lets this process see how its children end, also where its parent, or the program, ignores SIGCHLD: libvirt waits for what it
/// starts, and takes a child that is gone already for one that failed.
pub fn wait_for_children() {
    // SAFETY: the structures are valid, and only the default action takes the place of none.
    unsafe {
        let mut present: libc::sigaction = std::mem::zeroed();
        if libc::sigaction(libc::SIGCHLD, ptr::null(), &mut present) == 0
            && present.sa_sigaction == libc::SIG_IGN
        {
            libc::signal(libc::SIGCHLD, libc::SIG_DFL);
        }
    }
}

/// Whether the daemon behind `uri` answers within `limit`, be it with a refusal. A question that it does not answer stays
/// behind in a thread, for nothing can end it.
pub fn answers_within(uri: &str, limit: Duration) -> bool {
    let Ok(uri) = CString::new(uri) else {
        return true;
    };
    let (tell, told) = mpsc::channel();
    let asked = thread::Builder::new().spawn(move || {
        // SAFETY: the string lives as long as the call, and the connection is this thread's until it is closed.
        unsafe {
            let connection = ffi::virConnectOpenReadOnly(uri.as_ptr());
            // Nobody listens any more when it took too long.
            let _ = tell.send(());
            if !connection.is_null() {
                ffi::virConnectClose(connection);
            }
        }
    });
    asked.is_err() || told.recv_timeout(limit) != Err(RecvTimeoutError::Timeout)
}
