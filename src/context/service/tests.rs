//! The virtual functions of services against a subclass of the test, and what is refused without a hypervisor.

use super::*;
use crate::config::ConfigServiceGeneric;

mod recorder {
    use std::cell::RefCell;

    use glib::subclass::prelude::*;

    use crate::context::{Context, ContextImpl, ContextService, ContextServiceImpl};
    use crate::context::{ContextImplExt, ContextServiceImplExt};

    #[derive(Default)]
    pub struct Recorder {
        pub calls: RefCell<Vec<&'static str>>,
    }

    #[glib::object_subclass]
    impl ObjectSubclass for Recorder {
        const NAME: &'static str = "TestContextServiceRecorder";
        type Type = Object;
        type ParentType = ContextService;
    }

    impl ObjectImpl for Recorder {}

    impl ContextImpl for Recorder {
        fn start(&self) -> Result<(), glib::Error> {
            self.calls.borrow_mut().push("start");
            self.parent_start()
        }
    }

    impl ContextServiceImpl for Recorder {
        fn define(&self) -> Result<(), glib::Error> {
            self.calls.borrow_mut().push("define");
            Ok(())
        }

        fn undefine(&self) -> Result<(), glib::Error> {
            self.calls.borrow_mut().push("undefine");
            self.parent_undefine()
        }
    }

    glib::wrapper! {
        pub struct Object(ObjectSubclass<Recorder>) @extends ContextService, Context;
    }
}

use recorder::Object as Recorder;

#[test]
fn overrides_are_called_and_chain_up() {
    let connection = Connection::new(Some("test:///default"));
    let recorder: Recorder = glib::Object::builder()
        .property("connection", &connection)
        .property("config", ConfigServiceGeneric::new(c"web"))
        .build();
    recorder.define().unwrap();
    for refused in [recorder.undefine(), recorder.start()] {
        let error = refused.unwrap_err();
        assert!(error.message().contains("test:///default"), "{error}");
    }
    assert_eq!(
        *recorder.imp().calls.borrow(),
        ["define", "undefine", "start"]
    );
}

#[test]
fn errors_have_the_domains_of_the_reference() {
    let error = glib::Error::from(ServiceError::NotDefined("web".into()));
    let quark = glib::Quark::from_str("gvir-sandbox-context-service");
    assert_eq!(
        (error.domain(), error.message().contains("'web'")),
        (quark, true)
    );
    let error = glib::Error::from(ServiceError::NothingToUndefine("web".into()));
    assert!(error.matches(gio::IOErrorEnum::NotFound));
}

#[test]
fn a_name_is_checked_before_it_becomes_a_path() {
    let connection = Connection::new(Some("lxc:///"));
    let context = ContextService::new(&connection, &ConfigServiceGeneric::new(c"../web"));
    let error = context.define().unwrap_err();
    assert!(
        error.message().contains("'../web' is not a valid"),
        "{error}"
    );
}

#[test]
fn a_domain_mentions_only_whole_paths() {
    let path = Path::new("/run/libvirt-sandbox/a&b");
    for ours in [
        "<source dir='/run/libvirt-sandbox/a&amp;b/config'/>",
        "<kernel>/run/libvirt-sandbox/a&amp;b/vmlinuz</kernel>",
    ] {
        assert!(is_in(ours, path), "{ours}");
    }
    for other in [
        "<source dir='/srv/run/libvirt-sandbox/a&amp;b/config'/>",
        "<source dir='/run/libvirt-sandbox/a&amp;b2/config'/>",
        "<source dir='/run/libvirt-sandbox/a&amp;b'/>",
        "<description>once in /run/libvirt-sandbox/a&amp;b/ there was</description>",
    ] {
        assert!(!is_in(other, path), "{other}");
    }
}
