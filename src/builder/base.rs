//! What the builders of containers and of virtual machines have in common.

use std::path::{Path, PathBuf};

use glib::prelude::*;
use glib::subclass::prelude::*;
use libvirt_glib::gconfig;
use libvirt_glib::gobject::Connection;

use super::{BuilderContainer, BuilderError, BuilderMachine};
use crate::capi::builder_class as class;
use crate::config::Config;
use crate::context::uri::Driver;

pub use crate::capi::builder_class::BuilderImplExt;

/// The memory of a sandbox, in KiB.
const MEMORY: u64 = 512 * 1024;

#[allow(missing_docs, reason = "the properties' trait is derived")]
mod imp {
    use std::cell::RefCell;

    use glib::prelude::*;
    use glib::subclass::prelude::*;
    use libvirt_glib::gobject::Connection;

    use crate::capi::builder::{GVirSandboxBuilder, GVirSandboxBuilderClass};
    use crate::capi::builder_class as class;

    #[derive(Default, glib::Properties)]
    #[properties(wrapper_type = super::Builder, ext_trait = BuilderPropertiesExt)]
    pub struct Builder {
        /// The connection that the domain is built for.
        #[property(get, construct_only, nullable)]
        pub connection: RefCell<Option<Connection>>,
    }

    #[glib::object_subclass]
    impl ObjectSubclass for Builder {
        const NAME: &'static str = "GVirSandboxBuilder";
        const ABSTRACT: bool = true;
        type Type = super::Builder;
        type Instance = GVirSandboxBuilder;
        type Class = GVirSandboxBuilderClass;

        fn class_init(class: &mut Self::Class) {
            class::install_defaults(class);
        }
    }

    #[glib::derived_properties]
    impl ObjectImpl for Builder {}
}

glib::wrapper! {
    /// Turns the configuration of a sandbox into the configuration of a libvirt domain.
    pub struct Builder(ObjectSubclass<imp::Builder>);
}

/// What can be done with any builder.
pub trait BuilderExt: IsA<Builder> {
    /// The connection that the domain is built for.
    fn connection(&self) -> Option<Connection> {
        let imp = self.upcast_ref::<Builder>().imp();
        imp.connection.borrow().clone()
    }

    /// Builds the configuration of the domain, and the files in `statedir` that it refers to.
    fn construct(
        &self,
        config: &impl IsA<Config>,
        statedir: &Path,
    ) -> Result<gconfig::Domain, glib::Error> {
        let domain = gconfig::Domain::new();
        class::construct_domain(self.upcast_ref(), config.upcast_ref(), statedir, &domain)?;
        Ok(domain)
    }

    /// Removes what is not needed any more once the sandbox runs.
    fn clean_post_start(
        &self,
        config: &impl IsA<Config>,
        statedir: &Path,
    ) -> Result<(), glib::Error> {
        class::clean_post_start(self.upcast_ref(), config.upcast_ref(), statedir)
    }

    /// Removes what is left of a sandbox that was stopped.
    fn clean_post_stop(
        &self,
        config: &impl IsA<Config>,
        statedir: &Path,
    ) -> Result<(), glib::Error> {
        class::clean_post_stop(self.upcast_ref(), config.upcast_ref(), statedir)
    }

    /// The host files that the sandbox gets a copy of.
    fn files_to_copy(&self, config: &impl IsA<Config>) -> Vec<PathBuf> {
        class::files_to_copy(self.upcast_ref(), config.upcast_ref())
    }
}

impl<T: IsA<Builder>> BuilderExt for T {}

/// What a builder class written in Rust can override.
pub trait BuilderImpl: ObjectImpl + ObjectSubclass<Type: IsA<Builder>> {
    /// Fills in the whole configuration of the domain, in the steps that follow.
    fn construct_domain(
        &self,
        config: &Config,
        statedir: &Path,
        domain: &gconfig::Domain,
    ) -> Result<(), glib::Error> {
        self.parent_construct_domain(config, statedir, domain)
    }

    /// Fills in the name, the memory and the like.
    fn construct_basic(
        &self,
        config: &Config,
        statedir: &Path,
        domain: &gconfig::Domain,
    ) -> Result<(), glib::Error> {
        self.parent_construct_basic(config, statedir, domain)
    }

    /// Fills in what the domain boots.
    fn construct_os(
        &self,
        config: &Config,
        statedir: &Path,
        domain: &gconfig::Domain,
    ) -> Result<(), glib::Error> {
        self.parent_construct_os(config, statedir, domain)
    }

    /// Fills in the features of its hardware.
    fn construct_features(
        &self,
        config: &Config,
        statedir: &Path,
        domain: &gconfig::Domain,
    ) -> Result<(), glib::Error> {
        self.parent_construct_features(config, statedir, domain)
    }

    /// Adds its devices.
    fn construct_devices(
        &self,
        config: &Config,
        statedir: &Path,
        domain: &gconfig::Domain,
    ) -> Result<(), glib::Error> {
        self.parent_construct_devices(config, statedir, domain)
    }

    /// Fills in how it is confined.
    fn construct_security(
        &self,
        config: &Config,
        statedir: &Path,
        domain: &gconfig::Domain,
    ) -> Result<(), glib::Error> {
        self.parent_construct_security(config, statedir, domain)
    }

    /// Removes what is not needed any more once the sandbox runs.
    fn clean_post_start(&self, config: &Config, statedir: &Path) -> Result<(), glib::Error> {
        self.parent_clean_post_start(config, statedir)
    }

    /// Removes what is left of a sandbox that was stopped.
    fn clean_post_stop(&self, config: &Config, statedir: &Path) -> Result<(), glib::Error> {
        self.parent_clean_post_stop(config, statedir)
    }

    /// The host files that the sandbox gets a copy of.
    fn files_to_copy(&self, config: &Config) -> Vec<PathBuf> {
        self.parent_files_to_copy(config)
    }
}

impl Builder {
    /// The builder that fits the hypervisor of `connection`.
    pub fn for_connection(connection: &Connection) -> Result<Self, BuilderError> {
        let uri = connection.uri().unwrap_or_default();
        Ok(match Driver::from_uri(&uri)? {
            Driver::Container => BuilderContainer::new(connection).upcast(),
            Driver::Machine(_) => BuilderMachine::new(connection).upcast(),
        })
    }

    /// The default of the class for `construct_domain`.
    pub(crate) fn run_steps(
        &self,
        config: &Config,
        statedir: &Path,
        domain: &gconfig::Domain,
    ) -> Result<(), glib::Error> {
        class::construct_steps(self, config, statedir, domain)
    }

    /// The default of the class for `construct_basic`.
    pub(crate) fn fill_in_basics(
        &self,
        config: &Config,
        _statedir: &Path,
        domain: &gconfig::Domain,
    ) -> Result<(), glib::Error> {
        let config = config.imp();
        domain.set_name(&config.name.get().unwrap_or_default().to_string_lossy());
        domain.set_memory(MEMORY);
        if let Some(uuid) = config.uuid.get() {
            domain.set_uuid(&uuid.to_string_lossy());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;
    use crate::config::ConfigInteractive;

    mod recorder {
        use std::cell::RefCell;
        use std::path::{Path, PathBuf};

        use glib::subclass::prelude::*;
        use libvirt_glib::gconfig;

        use crate::builder::{Builder, BuilderImpl, BuilderImplExt};
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
}
