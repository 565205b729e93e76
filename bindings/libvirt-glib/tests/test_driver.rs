//! Runs connections and domains against libvirt's built-in test driver, which needs no daemon.
#![allow(unsafe_code, reason = "functions of libvirt are called")]

use std::cell::Cell;
use std::rc::Rc;
use std::sync::{Arc, Mutex};

use gio::prelude::*;
use glib::translate::*;
use libvirt_glib::ffi;
use libvirt_glib::gconfig::{self, FromXml, ToXml};
use libvirt_glib::gobject::{
    Connection, Domain, DomainStartFlags, DomainState, DomainXmlFlags, Stream, StreamFlags,
    StreamIoCondition,
};

/// A node of the test driver. Connections to its built-in `default` would share one node, with what other tests left there;
/// each connection to a node of a file has it for itself.
const NODE: &str = concat!("test://", env!("CARGO_MANIFEST_DIR"), "/tests/node.xml");

/// The name of the one domain that the node starts with.
const BUILT_IN: &str = "test";

fn on_main_context(test: impl FnOnce()) {
    let context = glib::MainContext::default();
    // The tests share the default context, as libvirt's events run in no other.
    static LOCK: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let _lock = LOCK
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let _owner = context.acquire().expect("the context is free");
    libvirt_glib::init().expect("libvirt-glib is ready");
    test();
}

fn open() -> Connection {
    let connection = Connection::new(Some(NODE));
    connection.open().expect("the test driver opens");
    connection
}

fn config(name: &str) -> gconfig::Domain {
    gconfig::Domain::new_from_xml(&format!(
        "<domain type='test'><name>{name}</name><memory>8192</memory><os><type>hvm</type></os></domain>"
    ))
    .expect("the configuration is sound")
}

#[test]
fn a_connection_tells_about_itself() {
    on_main_context(|| {
        let connection = Connection::new(Some(NODE));
        assert!(!connection.is_open());
        connection.open().unwrap();
        assert!(connection.is_open());
        assert_eq!(connection.uri().unwrap(), NODE);
        assert_eq!(connection.hypervisor_name().unwrap(), "TEST");
        let capabilities = connection.capabilities().unwrap();
        assert!(capabilities.to_xml().contains("<capabilities>"));
        assert!(capabilities.host().is_some());
        connection.close();
        assert!(!connection.is_open());
    });
}

#[test]
fn a_connection_that_is_not_open_gives_errors() {
    on_main_context(|| {
        let connection = Connection::new(Some(NODE));
        assert!(connection.capabilities().is_err());
        assert!(connection.hypervisor_name().is_err());
        assert!(connection.fetch_domains().is_err());
        assert!(connection.stream(StreamFlags::NONBLOCK).is_none());
        assert!(connection.domains().is_empty());
        let flags = DomainStartFlags::empty();
        assert!(connection.start_domain(&config("x"), flags).is_err());
        assert!(connection.create_domain(&config("x")).is_err());
    });
}

#[test]
fn a_driver_that_does_not_exist_is_an_error() {
    on_main_context(|| {
        let error = Connection::new(Some("nosuch:///default"))
            .open()
            .unwrap_err();
        assert!(error.message().contains("nosuch"), "{error}");
    });
}

#[test]
fn closing_is_announced() {
    on_main_context(|| {
        let connection = open();
        let closed = Rc::new(Cell::new(0));
        let count = closed.clone();
        connection.connect_connection_closed(move |_| count.set(count.get() + 1));
        connection.close();
        assert_eq!(closed.get(), 1);
    });
}

#[test]
fn fetched_domains_are_found() {
    on_main_context(|| {
        let connection = open();
        assert!(connection.find_domain_by_name(BUILT_IN).is_none());
        connection.fetch_domains().unwrap();
        let domain = connection.find_domain_by_name(BUILT_IN).unwrap();
        assert_eq!(domain.name().unwrap(), BUILT_IN);
        assert_eq!(domain.info().unwrap().state, DomainState::Running);
        let uuid = domain.uuid().unwrap();
        assert_eq!(connection.domain(&uuid).as_ref(), Some(&domain));
        assert_eq!(connection.domains(), std::slice::from_ref(&domain));
        let config = domain.config(DomainXmlFlags::empty()).unwrap();
        assert_eq!(config.name().unwrap(), BUILT_IN);
        assert_eq!(config.uuid().unwrap(), uuid);
        assert!(connection.find_domain_by_name("nobody").is_none());
    });
}

#[test]
fn a_started_domain_runs_until_it_is_stopped() {
    on_main_context(|| {
        let connection = open();
        let domain = connection
            .start_domain(&config("short"), DomainStartFlags::empty())
            .unwrap();
        assert_eq!(domain.info().unwrap().state, DomainState::Running);
        assert_eq!(domain.info().unwrap().memory, 8192);
        assert!(domain.id().unwrap() > 0);
        assert!(!domain.is_persistent());

        let main_loop = glib::MainLoop::new(None, false);
        let quit = main_loop.clone();
        domain.connect_stopped(move || quit.quit());
        domain.stop().unwrap();
        main_loop.run();
        assert!(domain.stop().is_err());
    });
}

#[test]
fn a_created_domain_stays() {
    on_main_context(|| {
        let connection = open();
        let domain = connection.create_domain(&config("lasting")).unwrap();
        assert!(domain.is_persistent());
        assert_eq!(domain.info().unwrap().state, DomainState::Shutoff);
        assert!(domain.id().is_err());
        domain.start(DomainStartFlags::empty()).unwrap();
        assert_eq!(domain.info().unwrap().state, DomainState::Running);
        domain.stop().unwrap();
        assert_eq!(domain.info().unwrap().state, DomainState::Shutoff);
        domain.delete(Default::default()).unwrap();
    });
}

#[test]
fn a_domain_that_can_not_be_is_an_error() {
    on_main_context(|| {
        let connection = open();
        let nameless = gconfig::Domain::new();
        assert!(
            connection
                .start_domain(&nameless, DomainStartFlags::empty())
                .is_err()
        );
        assert!(
            connection
                .start_domain(&config(BUILT_IN), DomainStartFlags::empty())
                .is_err()
        );
    });
}

/// Attaches a stream to the domain's screen, the one thing the driver sends through a stream.
fn take_screenshot(domain: &Domain, stream: &Stream) {
    let mut error = std::ptr::null_mut();
    // SAFETY: the objects and the error pointer are valid, the results are the caller's.
    unsafe {
        let kind: Option<glib::GString> = from_glib_full(ffi::gvir_domain_screenshot(
            domain.to_glib_none().0,
            stream.to_glib_none().0,
            0,
            0,
            &mut error,
        ));
        assert!(error.is_null());
        assert_eq!(kind.unwrap(), "image/png");
    }
}

#[test]
fn a_stream_is_received_without_waiting() {
    on_main_context(|| {
        let connection = open();
        connection.fetch_domains().unwrap();
        let domain = connection.find_domain_by_name(BUILT_IN).unwrap();
        let stream = connection.stream(StreamFlags::NONBLOCK).unwrap();
        take_screenshot(&domain, &stream);

        let image = Arc::new(Mutex::new(Vec::new()));
        let main_loop = glib::MainLoop::new(None, false);
        let (received, quit) = (image.clone(), main_loop.clone());
        stream.add_watch_full(
            glib::Priority::DEFAULT,
            StreamIoCondition::READABLE,
            move |stream, condition| {
                assert!(condition.contains(StreamIoCondition::READABLE));
                let mut buffer = [0; 256];
                loop {
                    match stream.receive(&mut buffer) {
                        Ok(0) => {
                            quit.quit();
                            return glib::ControlFlow::Break;
                        }
                        Ok(count) => received.lock().unwrap().extend_from_slice(&buffer[..count]),
                        Err(error) => {
                            assert!(error.matches(gio::IOErrorEnum::WouldBlock), "{error}");
                            return glib::ControlFlow::Continue;
                        }
                    }
                }
            },
        );
        main_loop.run();
        assert!(image.lock().unwrap().starts_with(b"\x89PNG"));
        assert_eq!(
            Arc::strong_count(&image),
            1,
            "the watch has freed its callback"
        );
        stream.close(gio::Cancellable::NONE).unwrap();
        let weak = stream.downgrade();
        drop(stream);
        assert!(weak.upgrade().is_none());
    });
}

#[test]
fn a_stream_of_nothing_can_not_be_used() {
    on_main_context(|| {
        let connection = open();
        let stream = connection.stream(StreamFlags::NONBLOCK).unwrap();
        let error = stream.send(b"lost").unwrap_err();
        assert!(!error.matches(gio::IOErrorEnum::WouldBlock), "{error}");
        assert!(stream.receive(&mut [0; 8]).is_err());
    });
}

#[test]
fn nothing_holds_what_was_dropped() {
    on_main_context(|| {
        let connection = open();
        let domain = connection
            .start_domain(&config("dropped"), DomainStartFlags::empty())
            .unwrap();
        let config = domain.config(DomainXmlFlags::empty()).unwrap();
        assert_eq!(config.ref_count(), 1);
        let weak = connection.downgrade();
        drop(domain);
        connection.close();
        drop(connection);
        assert!(weak.upgrade().is_none());
    });
}
