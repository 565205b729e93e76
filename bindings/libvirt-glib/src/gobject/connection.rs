//! A connection to a hypervisor.

use std::cell::Cell;
use std::ffi::CString;
use std::panic::resume_unwind;
use std::ptr;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use gio::Cancellable;
use glib::SignalHandlerId;
use glib::prelude::*;
use glib::translate::*;

use super::handle::Handle;
use super::{Domain, DomainStartFlags, Stream, StreamFlags, signal};
use crate::{ffi, gconfig, result};

glib::wrapper! {
    /// A connection to a hypervisor.
    pub struct Connection(Object<ffi::GVirConnection>);

    match fn {
        type_ => || ffi::gvir_connection_get_type(),
    }
}

impl Connection {
    /// A connection to `uri`, or to libvirt's default, that is not open yet.
    pub fn new(uri: Option<&str>) -> Self {
        // SAFETY: the string is copied, and the returned object is the caller's.
        unsafe { from_glib_full(ffi::gvir_connection_new(uri.to_glib_none().0)) }
    }

    /// Opens the connection.
    pub fn open(&self) -> Result<(), glib::Error> {
        self.open_cancellable(None)
    }

    /// Opens the connection, unless `cancellable` says no.
    pub fn open_cancellable(&self, cancellable: Option<&Cancellable>) -> Result<(), glib::Error> {
        let mut error = ptr::null_mut();
        // SAFETY: the objects are valid or null, and so is the error pointer.
        unsafe {
            let ok = ffi::gvir_connection_open(
                self.to_glib_none().0,
                cancellable.to_glib_none().0,
                &mut error,
            );
            result::done(ok, error).map_err(|error| named(error, self.uri().as_deref()))
        }
    }

    /// Opens the connection to a daemon, which may take up to `limit`.
    ///
    /// After that the attempt goes on in a thread of its own, for nothing can end it, and this object must not be used: libvirt-glib
    /// would wait for that thread.
    pub fn open_within(&self, limit: Duration) -> Result<(), glib::Error> {
        let opening = Opening(self.clone());
        within(limit, move || opening.open())
    }

    /// Opens a connection to the daemon behind `uri` for which there are no events and no streams that don't block, as long as
    /// [`init`](crate::init) was not called before; it may take up to `limit`.
    ///
    /// The daemon does not ask such a client whether it lives, and so it can be stopped for any time.
    pub fn open_without_events(uri: &str, limit: Duration) -> Result<Self, glib::Error> {
        let name = CString::new(uri)
            .map_err(|error| glib::Error::new(gio::IOErrorEnum::Failed, &error.to_string()))?;
        let to_open = name.clone();
        let opened = within(limit, move || {
            // SAFETY: the string lives as long as the call, and the connection is the caller's.
            let handle = unsafe { ffi::virConnectOpen(to_open.as_ptr()) };
            if handle.is_null() {
                Err(named(result::last_error(), to_open.to_str().ok()))
            } else {
                Ok(Handle(handle))
            }
        })?;
        // SAFETY: the properties are a string, which is copied, and a connection of libvirt, of which the object takes a
        // reference; the object is the caller's.
        unsafe {
            let object = glib::gobject_ffi::g_object_new(
                ffi::gvir_connection_get_type(),
                c"uri".as_ptr(),
                name.as_ptr(),
                c"handle".as_ptr(),
                opened.0,
                ptr::null::<u8>(),
            );
            Ok(from_glib_full(object.cast::<ffi::GVirConnection>()))
        }
    }

    /// Whether the connection is open.
    pub fn is_open(&self) -> bool {
        // SAFETY: the object is valid.
        unsafe { from_glib(ffi::gvir_connection_is_open(self.to_glib_none().0)) }
    }

    /// Closes the connection.
    pub fn close(&self) {
        // SAFETY: the object is valid.
        unsafe { ffi::gvir_connection_close(self.to_glib_none().0) }
    }

    /// The URI, which libvirt fills in when the default connection is opened.
    pub fn uri(&self) -> Option<glib::GString> {
        // SAFETY: the object is valid and keeps the string, which is copied here.
        unsafe { from_glib_none(ffi::gvir_connection_get_uri(self.to_glib_none().0)) }
    }

    /// The hypervisor's name, such as `QEMU` or `LXC`.
    pub fn hypervisor_name(&self) -> Result<glib::GString, glib::Error> {
        let mut error = ptr::null_mut();
        // SAFETY: the object and the error pointer are valid, the results are the caller's.
        unsafe {
            let name = ffi::gvir_connection_get_hypervisor_name(self.to_glib_none().0, &mut error);
            result::full(name, error)
        }
    }

    /// What the hypervisor and its host can do.
    pub fn capabilities(&self) -> Result<gconfig::Capabilities, glib::Error> {
        // libvirt-glib takes this for a mistake of the program and sets no error.
        if !self.is_open() {
            return Err(glib::Error::new(
                gio::IOErrorEnum::NotConnected,
                &tr!("the connection to libvirt is not open"),
            ));
        }
        let mut error = ptr::null_mut();
        // SAFETY: the object and the error pointer are valid, the results are the caller's.
        unsafe {
            let capabilities =
                ffi::gvir_connection_get_capabilities(self.to_glib_none().0, &mut error);
            result::full(capabilities, error)
        }
    }

    /// Asks for the list of domains, which the other methods then know.
    pub fn fetch_domains(&self) -> Result<(), glib::Error> {
        let mut error = ptr::null_mut();
        // SAFETY: the object and the error pointer are valid, nothing can cancel.
        unsafe {
            let ok = ffi::gvir_connection_fetch_domains(
                self.to_glib_none().0,
                ptr::null_mut(),
                &mut error,
            );
            result::done(ok, error)
        }
    }

    /// The known domains.
    pub fn domains(&self) -> Vec<Domain> {
        // SAFETY: the object is valid, and the returned list and its objects are the caller's.
        unsafe {
            FromGlibPtrContainer::from_glib_full(ffi::gvir_connection_get_domains(
                self.to_glib_none().0,
            ))
        }
    }

    /// The known domain with this UUID.
    pub fn domain(&self, uuid: &str) -> Option<Domain> {
        // SAFETY: the object and the string are valid, and the returned object is the caller's.
        unsafe {
            from_glib_full(ffi::gvir_connection_get_domain(
                self.to_glib_none().0,
                uuid.to_glib_none().0,
            ))
        }
    }

    /// The known domain with this name.
    pub fn find_domain_by_name(&self, name: &str) -> Option<Domain> {
        // SAFETY: the object and the string are valid, and the returned object is the caller's.
        unsafe {
            from_glib_full(ffi::gvir_connection_find_domain_by_name(
                self.to_glib_none().0,
                name.to_glib_none().0,
            ))
        }
    }

    /// Whether libvirt refused to start the domain that this thread asked for last because one of that name or UUID exists.
    pub fn refused_for_existing_domain() -> bool {
        // What the drivers say instead of `DOM_EXIST`, and not only then.
        const OPERATION_FAILED: i32 = 9;
        const DOM_EXIST: i32 = 28;
        const OPERATION_INVALID: i32 = 55;
        [OPERATION_FAILED, DOM_EXIST, OPERATION_INVALID].contains(&REFUSAL.get())
    }

    /// Starts a domain that exists as long as it runs.
    pub fn start_domain(
        &self,
        config: &gconfig::Domain,
        flags: DomainStartFlags,
    ) -> Result<Domain, glib::Error> {
        let started = Starting(self, config).start(flags);
        REFUSAL.set(started.1);
        started.0
    }

    /// Starts a domain from a thread of its own, which calls `prepare` first: what an embedded driver runs has that thread's
    /// rights.
    pub fn start_domain_after(
        &self,
        config: &gconfig::Domain,
        flags: DomainStartFlags,
        prepare: impl FnOnce() + Send,
    ) -> Result<Domain, glib::Error> {
        let starting = Starting(self, config);
        let started = thread::scope(|scope| {
            let thread = scope.spawn(|| {
                prepare();
                starting.start(flags)
            });
            thread.join()
        });
        let started = started.unwrap_or_else(|panic| resume_unwind(panic));
        REFUSAL.set(started.1);
        started.0
    }

    /// Defines a domain that stays until it is deleted; it is not started.
    pub fn create_domain(&self, config: &gconfig::Domain) -> Result<Domain, glib::Error> {
        let mut error = ptr::null_mut();
        // SAFETY: the objects and the error pointer are valid, the results are the caller's.
        unsafe {
            let domain = ffi::gvir_connection_create_domain(
                self.to_glib_none().0,
                config.to_glib_none().0,
                &mut error,
            );
            result::full(domain, error)
        }
    }

    /// A new stream that is not attached to anything yet; none when the connection is not open.
    ///
    /// libvirt-glib logs a critical message when a stream is dropped that nothing was attached to.
    pub fn stream(&self, flags: StreamFlags) -> Option<Stream> {
        if !self.is_open() {
            return None;
        }
        // SAFETY: the object is valid, and the returned one is the caller's.
        unsafe {
            from_glib_full(ffi::gvir_connection_get_stream(
                self.to_glib_none().0,
                flags.bits(),
            ))
        }
    }

    /// Calls `callback` after the connection was closed or broke.
    pub fn connect_connection_closed(&self, callback: impl Fn(&Self) + 'static) -> SignalHandlerId {
        signal::connect(self, "connection-closed", callback)
    }

    /// Calls `callback` with each domain that goes away.
    pub fn connect_domain_removed(
        &self,
        callback: impl Fn(&Self, &Domain) + 'static,
    ) -> SignalHandlerId {
        self.connect_local("domain-removed", false, move |values| {
            if let [connection, domain] = values
                && let (Ok(connection), Ok(domain)) = (connection.get(), domain.get())
            {
                callback(&connection, &domain);
            }
            None
        })
    }
}

/// The error of an attempt to open `uri` in this thread; where libvirt has no such driver it names the package that has it.
fn named(error: glib::Error, uri: Option<&str>) -> glib::Error {
    const NO_CONNECT: i32 = 5;
    // SAFETY: the function takes nothing.
    let code = unsafe { ffi::virGetLastErrorCode() };
    let driver = uri.and_then(|uri| uri.split([':', '+']).next());
    let driver = driver.filter(|driver| ["lxc", "qemu"].contains(driver));
    let Some(driver) = driver.filter(|_| code == NO_CONNECT) else {
        return error;
    };
    let reason = error.message();
    let text = tr!(
        "{reason}: is the package libvirt-daemon-driver-{driver} installed?",
        reason,
        driver
    );
    glib::Error::new(gio::IOErrorEnum::Failed, &text)
}

/// What `open` comes to in a thread of its own, if that takes no longer than `limit`.
fn within<T: Send + 'static>(
    limit: Duration,
    open: impl FnOnce() -> Result<T, glib::Error> + Send + 'static,
) -> Result<T, glib::Error> {
    let (tell, told) = mpsc::channel();
    thread::Builder::new()
        .name("libvirt-open".to_owned())
        .spawn(move || {
            // Nobody listens any more when it took too long.
            let _ = tell.send(open());
        })
        .map_err(|error| glib::Error::new(gio::IOErrorEnum::Failed, &error.to_string()))?;
    told.recv_timeout(limit).unwrap_or_else(|error| {
        Err(match error {
            RecvTimeoutError::Timeout => glib::Error::new(
                gio::IOErrorEnum::TimedOut,
                &tr!(
                    "libvirt did not answer within {seconds} seconds",
                    seconds = limit.as_secs()
                ),
            ),
            RecvTimeoutError::Disconnected => {
                glib::Error::new(gio::IOErrorEnum::Failed, &tr!("libvirt gave no reason"))
            }
        })
    })
}

thread_local! {
    /// Why libvirt refused to start the last domain, or 0.
    static REFUSAL: Cell<i32> = const { Cell::new(0) };
}

/// A domain that is started, perhaps by another thread.
struct Starting<'a>(&'a Connection, &'a gconfig::Domain);

/// What came of it, and the code of libvirt's error.
struct Started(Result<Domain, glib::Error>, i32);

impl Starting<'_> {
    fn start(&self, flags: DomainStartFlags) -> Started {
        let mut error = ptr::null_mut();
        // SAFETY: the objects and the error pointer are valid, the results are the caller's.
        unsafe {
            let domain = ffi::gvir_connection_start_domain(
                self.0.to_glib_none().0,
                self.1.to_glib_none().0,
                flags.bits(),
                &mut error,
            );
            Started(result::full(domain, error), ffi::virGetLastErrorCode())
        }
    }
}

// SAFETY: libvirt-glib starts domains in threads of its own, too, and has a lock for what that changes; the description is only
// read while its owner waits; references are counted atomically.
unsafe impl Sync for Starting<'_> {}
// SAFETY: as above; the thread keeps nothing of it.
unsafe impl Send for Started {}

/// A connection that another thread opens.
struct Opening(Connection);

impl Opening {
    fn open(self) -> Result<(), glib::Error> {
        self.0.open()
    }
}

// SAFETY: libvirt-glib opens connections in threads of its own, too, and has a lock for what that changes; references are counted
// atomically.
unsafe impl Send for Opening {}
