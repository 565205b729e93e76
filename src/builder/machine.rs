//! Builds a virtual machine.

use std::path::Path;
use std::rc::Rc;

use glib::prelude::*;
use libvirt_glib::gobject::Connection;

use super::prepared::Prepared;
use super::{Builder, BuilderError, BuilderExt};
use crate::config::Config;
use crate::driver::{Driver, UriError};

mod imp {
    use std::ffi::CString;
    use std::path::Path;

    use glib::prelude::*;
    use glib::subclass::prelude::*;
    use libvirt_glib::gconfig;

    use crate::abi::builder::{GVirSandboxBuilderMachine, GVirSandboxBuilderMachineClass};
    use crate::abi::object_structs;
    use crate::builder::domain as description;
    use crate::builder::{Builder, BuilderImpl, BuilderImplExt, files};
    use crate::config::{Config, ConfigDisk};

    #[derive(Default)]
    pub struct BuilderMachine;

    #[glib::object_subclass]
    impl ObjectSubclass for BuilderMachine {
        const NAME: &'static str = "GVirSandboxBuilderMachine";
        type Type = super::BuilderMachine;
        type ParentType = Builder;
        type Instance = GVirSandboxBuilderMachine;
        type Class = GVirSandboxBuilderMachineClass;
    }

    object_structs!(BuilderMachine: GVirSandboxBuilderMachine, GVirSandboxBuilderMachineClass);

    impl ObjectImpl for BuilderMachine {}

    impl BuilderImpl for BuilderMachine {
        fn construct_basic(
            &self,
            config: &Config,
            statedir: &Path,
            domain: &gconfig::Domain,
        ) -> Result<(), glib::Error> {
            self.parent_construct_basic(config, statedir, domain)?;
            let prepared = self.obj().prepared(config, statedir)?;
            Ok(description::add_basics(&prepared.spec, domain)?)
        }

        fn construct_os(
            &self,
            config: &Config,
            statedir: &Path,
            domain: &gconfig::Domain,
        ) -> Result<(), glib::Error> {
            let prepared = self.obj().prepared(config, statedir)?;
            Ok(description::add_os(&prepared, statedir, domain)?)
        }

        fn construct_features(
            &self,
            config: &Config,
            statedir: &Path,
            domain: &gconfig::Domain,
        ) -> Result<(), glib::Error> {
            self.parent_construct_features(config, statedir, domain)?;
            // The guest powers itself off.
            domain.set_features(&["acpi"]);
            Ok(())
        }

        fn construct_devices(
            &self,
            config: &Config,
            statedir: &Path,
            domain: &gconfig::Domain,
        ) -> Result<(), glib::Error> {
            self.parent_construct_devices(config, statedir, domain)?;
            let builder = self.obj();
            let prepared = builder.prepared(config, statedir)?;
            let disks = builder.upcast_ref::<Builder>().device_names(config)?;
            Ok(description::add_devices(
                &prepared, &disks, statedir, domain,
            )?)
        }

        fn construct_security(
            &self,
            config: &Config,
            statedir: &Path,
            domain: &gconfig::Domain,
        ) -> Result<(), glib::Error> {
            self.parent_construct_security(config, statedir, domain)?;
            let prepared = self.obj().prepared(config, statedir)?;
            Ok(description::add_security(&prepared.spec, domain)?)
        }

        fn clean_post_start(&self, config: &Config, statedir: &Path) -> Result<(), glib::Error> {
            self.parent_clean_post_start(config, statedir)?;
            Ok(files::remove_kernel(statedir)?)
        }

        fn clean_post_stop(&self, config: &Config, statedir: &Path) -> Result<(), glib::Error> {
            self.parent_clean_post_stop(config, statedir)?;
            Ok(files::remove_outside(statedir)?)
        }

        fn disk_prefix(&self, _config: &Config, _disk: &ConfigDisk) -> Option<CString> {
            Some(c"vd".to_owned())
        }
    }
}

glib::wrapper! {
    /// Builds a virtual machine.
    pub struct BuilderMachine(ObjectSubclass<imp::BuilderMachine>)
        @extends Builder;
}

impl BuilderMachine {
    /// Creates a builder for `connection`.
    pub fn new(connection: &Connection) -> Self {
        glib::Object::builder()
            .property("connection", connection)
            .build()
    }

    fn prepared(&self, config: &Config, statedir: &Path) -> Result<Rc<Prepared>, BuilderError> {
        let builder = self.upcast_ref::<Builder>();
        let driver = builder.driver()?;
        if driver == Driver::Container {
            let uri = builder.connection().and_then(|connection| connection.uri());
            let uri = uri.map(String::from).unwrap_or_default();
            return Err(UriError::Unsupported(uri).into());
        }
        builder.prepared(config, statedir, &driver)
    }
}
