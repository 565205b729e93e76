//! Contexts against a subclass of the test and libvirt's test driver.

use std::io::Write;

use libvirt_glib::gobject::DomainState;

use super::*;
use crate::config::ConfigInteractive;
use crate::console::ConsolePropertiesExt;
use crate::context::ContextInteractive;

/// A host of libvirt's test driver with a domain that runs.
const HOST: &str = "<node><domain type='test'><name>test</name><memory>1024</memory><os><type>hvm</type></os></domain></node>";

mod recorder {
    use std::cell::RefCell;

    use glib::subclass::prelude::*;

    use crate::context::{Context, ContextImpl, ContextImplExt};

    #[derive(Default)]
    pub struct Recorder {
        pub calls: RefCell<Vec<&'static str>>,
    }

    #[glib::object_subclass]
    impl ObjectSubclass for Recorder {
        const NAME: &'static str = "TestContextRecorder";
        type Type = super::Recorder;
        type ParentType = Context;
    }

    impl ObjectImpl for Recorder {}

    impl ContextImpl for Recorder {
        fn start(&self) -> Result<(), glib::Error> {
            self.calls.borrow_mut().push("start");
            self.parent_start()
        }

        fn stop(&self) -> Result<(), glib::Error> {
            self.calls.borrow_mut().push("stop");
            Ok(())
        }

        fn attach(&self) -> Result<(), glib::Error> {
            self.calls.borrow_mut().push("attach");
            Ok(())
        }

        fn detach(&self) -> Result<(), glib::Error> {
            self.calls.borrow_mut().push("detach");
            self.parent_detach()
        }
    }
}

glib::wrapper! {
    pub struct Recorder(ObjectSubclass<recorder::Recorder>) @extends Context;
}

fn message(result: Result<(), glib::Error>) -> String {
    let error = result.unwrap_err();
    assert_eq!(
        error.domain(),
        glib::Quark::from_str("gvir-sandbox-context")
    );
    error.message().to_owned()
}

/// A context for a domain that runs on a host of its own.
fn context(config: &ConfigInteractive) -> ContextInteractive {
    libvirt_glib::init().unwrap();
    // Connections to `test:///default` share one host, where another test may stop the domain.
    let mut host = tempfile::NamedTempFile::new().unwrap();
    host.write_all(HOST.as_bytes()).unwrap();
    let connection = Connection::new(Some(&format!("test://{}", host.path().display())));
    connection.open().unwrap();
    ContextInteractive::new(&connection, config)
}

#[test]
fn dispatches_to_overrides_and_up_to_the_defaults() {
    let recorder: Recorder = glib::Object::builder()
        .property("config", ConfigInteractive::new(c"box"))
        .build();
    let base = recorder.upcast_ref::<Context>();
    assert_eq!(
        message(base.start()),
        "the context class of sandbox 'box' does not implement start"
    );
    base.stop().unwrap();
    base.attach().unwrap();
    assert_eq!(
        message(base.detach()),
        "sandbox 'box' has no domain, start it or attach to it first"
    );
    assert_eq!(
        *recorder.imp().calls.borrow(),
        ["start", "stop", "attach", "detach"]
    );
}

#[test]
fn attaches_to_the_domain_of_that_name_once() {
    let context = context(&ConfigInteractive::new(c"test"));
    assert!(!context.is_attached());
    context.attach().unwrap();
    assert!(context.is_attached());
    assert_eq!(context.domain().unwrap().name().unwrap(), "test");
    assert_eq!(
        message(context.attach()),
        "sandbox 'test' already has a domain, stop it or detach from it first"
    );
    context.detach().unwrap();
    assert!(!context.is_attached());
}

#[test]
fn a_context_that_goes_away_leaves_what_it_attached_to() {
    let context = context(&ConfigInteractive::new(c"test"));
    context.attach().unwrap();
    let domain = context.domain().unwrap();
    drop(context);
    assert_eq!(domain.info().unwrap().state, DomainState::Running);
}

#[test]
fn a_name_without_a_domain_is_an_error() {
    let context = context(&ConfigInteractive::new(c"nobody"));
    assert!(message(context.attach()).contains("'nobody'"));
    assert!(!context.is_attached());
}

#[test]
fn stopping_ends_the_domain_and_forgets_it() {
    let context = context(&ConfigInteractive::new(c"test"));
    context.attach().unwrap();
    let domain = context.domain().unwrap();
    context.stop().unwrap();
    assert_eq!(domain.info().unwrap().state, DomainState::Shutoff);
    assert!(!context.is_attached());
    assert!(message(context.stop()).contains("no domain"));
}

#[test]
fn the_driver_and_the_shell_decide_on_the_consoles() {
    let config = ConfigInteractive::new(c"test");
    let found = context(&config);
    found.attach().unwrap();
    let domain = found.domain().unwrap();
    for (uri, log, shell) in [
        ("lxc:///", "console0", "console1"),
        ("qemu:///system", "serial0", "serial1"),
    ] {
        let context = ContextInteractive::new(&Connection::new(Some(uri)), &config);
        assert_eq!(
            context.log_console().err(),
            Some(ContextError::NoDomain("test".into()))
        );
        context.set_domain(Some(&domain));
        let console = context.log_console().unwrap();
        assert!(console.is::<ConsoleRaw>());
        assert_eq!(console.devname().unwrap().to_str(), Some(log));
        config.set_property("shell", false);
        assert!(context.shell_console().unwrap().is_none());
        config.set_property("shell", true);
        let console = context.shell_console().unwrap().unwrap();
        assert_eq!(console.devname().unwrap().to_str(), Some(shell));
    }
}
