//! Keeps connections to libvirt's daemons while nobody runs the default main context.
//!
//! A daemon asks each client with an event loop every five seconds whether it lives, and hangs up when it hears nothing for
//! thirty: sandboxes that are to end with their client end then. The answer is given by the default main context, or by
//! whoever waits for the daemon anyway. So a thread for each connection asks the daemon something from time to time.

use std::ptr;
use std::sync::Mutex;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use glib::ffi::{GTRUE, gboolean, gpointer};
use glib::gobject_ffi as gobject;
use glib::translate::*;

use super::handle::Handle;
use super::{Connection, signal};
use crate::ffi;

/// How often the daemon hears something.
const INTERVAL: Duration = Duration::from_secs(10);

/// A thread needs no more: it makes one call.
const STACK: usize = 256 * 1024;

/// Keeps each connection that libvirt-glib opens from now on in this process.
pub(crate) fn keep_connections() {
    // SAFETY: the class exists as long as the process, since its reference is never given up; the signal is one of it, and the
    // hook gets what it is declared with.
    unsafe {
        let class = ffi::gvir_connection_get_type();
        gobject::g_type_class_ref(class);
        let opened = gobject::g_signal_lookup(c"connection-opened".as_ptr(), class);
        gobject::g_signal_add_emission_hook(opened, 0, Some(opened_hook), ptr::null_mut(), None);
    }
}

unsafe extern "C" fn opened_hook(
    _hint: *mut gobject::GSignalInvocationHint,
    _count: u32,
    values: *const gobject::GValue,
    _data: gpointer,
) -> gboolean {
    // SAFETY: the first value of an emission is its emitter, of the signal's class, and lives until the emission ends.
    let connection: Connection =
        unsafe { from_glib_none(gobject::g_value_get_object(values).cast()) };
    if connection.uri().is_some_and(|uri| has_daemon(&uri)) {
        keep(&connection);
    }
    GTRUE
}

/// Whether the driver of `uri` is in a daemon, as far as sandboxes run there.
fn has_daemon(uri: &str) -> bool {
    let (scheme, rest) = uri.split_once(':').unwrap_or((uri, ""));
    let path = rest.trim_start_matches("//").split('?').next();
    scheme != "test" && !path.is_some_and(|path| path.ends_with("/embed"))
}

/// Keeps `connection` until it is closed, or nobody has it any more.
fn keep(connection: &Connection) {
    let keeper = Mutex::new(Keeper::begin(connection));
    signal::connect_from_any_thread(connection, "connection-closed", move || {
        // Who panicked here had nothing else in hands.
        drop(keeper.lock().map(|mut keeper| keeper.take()));
    });
}

/// The thread that keeps a connection. Dropping it ends the thread, which then no longer uses the connection.
struct Keeper(Option<(Sender<()>, JoinHandle<()>)>);

impl Keeper {
    fn begin(connection: &Connection) -> Option<Self> {
        let mut handle: ffi::virConnectPtr = ptr::null_mut();
        // SAFETY: the property is a boxed connection of libvirt, and what is returned is a reference of ours.
        unsafe {
            let connection: *mut ffi::GVirConnection = connection.to_glib_none().0;
            let end = ptr::null::<u8>();
            gobject::g_object_get(connection.cast(), c"handle".as_ptr(), &mut handle, end);
        }
        if handle.is_null() {
            return None;
        }
        let handle = Handle(handle);
        let (stop, stopped) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("libvirt-keep".to_owned())
            .stack_size(STACK)
            .spawn(move || ask_until(&handle, &stopped));
        // Without it the connection lives as long as somebody runs the default main context.
        Some(Self(Some((stop, thread.ok()?))))
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.0.take() {
            drop(stop);
            // Its reference has to be gone: closing the connection is what ends sandboxes.
            let _ = thread.join();
        }
    }
}

/// Asks the daemon for something small, until somebody says that it is enough, or the daemon is gone.
fn ask_until(handle: &Handle, stopped: &Receiver<()>) {
    while stopped.recv_timeout(INTERVAL) == Err(RecvTimeoutError::Timeout) {
        let mut version = 0;
        // SAFETY: the connection is referenced, and the number outlives the call.
        if unsafe { ffi::virConnectGetLibVersion(handle.0, &mut version) } < 0 {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use glib::prelude::*;

    use super::*;

    #[test]
    fn only_daemons_hang_up() {
        for uri in [
            "lxc:///",
            "lxc:///system",
            "qemu:///session",
            "qemu:///system?x=/embed",
        ] {
            assert!(has_daemon(uri), "{uri}");
        }
        for uri in ["test:///default", "qemu:///embed?root=/x", "qemu:///embed"] {
            assert!(!has_daemon(uri), "{uri}");
        }
    }

    #[test]
    fn a_kept_connection_is_closed_with_the_object_and_by_closing() {
        crate::init().unwrap();
        for closes in [true, false] {
            let connection = Connection::new(Some("test:///default"));
            connection.open().unwrap();
            keep(&connection);
            if closes {
                connection.close();
                assert!(!connection.is_open());
            }
            let gone = connection.downgrade();
            drop(connection);
            assert!(gone.upgrade().is_none());
        }
    }
}
