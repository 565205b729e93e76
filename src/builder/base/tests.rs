//! The virtual functions of builders against a subclass of the test.

use std::cell::RefCell;

use super::*;
use crate::builder::{BuilderContainer, BuilderMachine};
use crate::config::ConfigInteractive;

mod recorder {
    use std::cell::RefCell;
    use std::path::{Path, PathBuf};

    use glib::subclass::prelude::*;
    use libvirt_glib::gconfig;

    use crate::builder::Builder;

    use crate::builder::BuilderImpl;

    use crate::builder::BuilderImplExt;
    use crate::config::Config;

    #[derive(Default)]
    pub struct Recorder {
        pub calls: RefCell<Vec<String>>,
    }

    impl Recorder {
        fn note(&self, call: &str, statedir: &Path) -> Result<(), glib::Error> {
            let call = format!("{call} {}", statedir.display());
            self.calls.borrow_mut().push(call);
            Ok(())
        }
    }

    #[glib::object_subclass]
    impl ObjectSubclass for Recorder {
        const NAME: &'static str = "TestBuilderRecorder";
        type Type = super::Recorder;
        type ParentType = Builder;
    }

    impl ObjectImpl for Recorder {}

    impl BuilderImpl for Recorder {
        fn construct_domain(
            &self,
            config: &Config,
            statedir: &Path,
            domain: &gconfig::Domain,
        ) -> Result<(), glib::Error> {
            self.note("domain", statedir)?;
            self.parent_construct_domain(config, statedir, domain)
        }

        fn construct_basic(
            &self,
            config: &Config,
            statedir: &Path,
            domain: &gconfig::Domain,
        ) -> Result<(), glib::Error> {
            self.note("basic", statedir)?;
            self.parent_construct_basic(config, statedir, domain)
        }

        fn construct_os(
            &self,
            _config: &Config,
            statedir: &Path,
            _domain: &gconfig::Domain,
        ) -> Result<(), glib::Error> {
            self.note("os", statedir)
        }

        fn construct_features(
            &self,
            _config: &Config,
            statedir: &Path,
            _domain: &gconfig::Domain,
        ) -> Result<(), glib::Error> {
            self.note("features", statedir)
        }

        fn construct_devices(
            &self,
            _config: &Config,
            statedir: &Path,
            _domain: &gconfig::Domain,
        ) -> Result<(), glib::Error> {
            self.note("devices", statedir)
        }

        fn construct_security(
            &self,
            config: &Config,
            statedir: &Path,
            domain: &gconfig::Domain,
        ) -> Result<(), glib::Error> {
            self.note("security", statedir)?;
            self.parent_construct_security(config, statedir, domain)
        }

        fn clean_post_start(&self, _: &Config, statedir: &Path) -> Result<(), glib::Error> {
            self.note("clean_post_start", statedir)
        }

        fn clean_post_stop(&self, config: &Config, statedir: &Path) -> Result<(), glib::Error> {
            self.note("clean_post_stop", statedir)?;
            self.parent_clean_post_stop(config, statedir)
        }

        fn files_to_copy(&self, config: &Config) -> Vec<PathBuf> {
            let mut files = self.parent_files_to_copy(config);
            files.extend(["/bin/a".into(), "/bin/b".into()]);
            files
        }
    }
}

glib::wrapper! {
    pub struct Recorder(ObjectSubclass<recorder::Recorder>) @extends Builder;
}

fn calls(recorder: &Recorder) -> &RefCell<Vec<String>> {
    &recorder.imp().calls
}

#[test]
fn the_steps_run_in_order_and_fill_in_the_basics() {
    let recorder: Recorder = glib::Object::new();
    let config = ConfigInteractive::new(c"box");
    let domain = recorder.construct(&config, Path::new("/s")).unwrap();
    assert_eq!(
        *calls(&recorder).borrow(),
        [
            "domain /s",
            "basic /s",
            "os /s",
            "features /s",
            "devices /s",
            "security /s"
        ]
    );
    assert_eq!(domain.name().as_deref(), Some("box"));
    assert_eq!(domain.memory(), 512 * 1024);
    assert_eq!(domain.uuid(), None);
}

#[test]
fn a_configured_uuid_reaches_the_domain() {
    let uuid = "c7a5fdbd-edaf-9455-926a-d65c16db1809";
    let config: ConfigInteractive = glib::Object::builder()
        .property("name", Path::new("box"))
        .property("uuid", Path::new(uuid))
        .build();
    let recorder: Recorder = glib::Object::new();
    let domain = recorder.construct(&config, Path::new("/s")).unwrap();
    assert_eq!(domain.uuid().as_deref(), Some(uuid));
}

#[test]
fn cleaning_and_files_reach_the_overrides() {
    let recorder: Recorder = glib::Object::new();
    let config = ConfigInteractive::new(c"box");
    recorder.clean_post_start(&config, Path::new("/s")).unwrap();
    recorder.clean_post_stop(&config, Path::new("/s")).unwrap();
    assert_eq!(
        *calls(&recorder).borrow(),
        ["clean_post_start /s", "clean_post_stop /s"]
    );
    assert_eq!(
        recorder.files_to_copy(&config),
        [Path::new("/bin/a"), Path::new("/bin/b")]
    );
}

#[test]
fn the_connection_decides_on_the_builder() {
    let builder = |uri| Builder::for_connection(&Connection::new(Some(uri)));
    assert!(builder("lxc:///").unwrap().is::<BuilderContainer>());
    let machine = builder("qemu:///session").unwrap();
    assert!(machine.is::<BuilderMachine>());
    assert_eq!(
        machine.connection().unwrap().uri().unwrap(),
        "qemu:///session"
    );
    let error = glib::Error::from(builder("test:///default").unwrap_err());
    assert_eq!(
        error.domain(),
        glib::Quark::from_str("gvir-sandbox-builder")
    );
    assert!(error.message().contains("test:///default"), "{error}");
}

#[test]
fn the_names_of_disks_depend_on_the_builder() {
    let config = ConfigInteractive::new(c"box");
    let disk: ConfigDisk = glib::Object::new();
    let prefix = |uri| {
        let builder = Builder::for_connection(&Connection::new(Some(uri))).unwrap();
        builder.disk_prefix(&config, &disk)
    };
    assert_eq!(prefix("lxc:///").as_deref(), Some(c"sd"));
    assert_eq!(prefix("qemu:///system").as_deref(), Some(c"vd"));
    let recorder: Recorder = glib::Object::new();
    assert_eq!(recorder.disk_prefix(&config, &disk), None);
}
