//! Builds a container.

use std::path::Path;
use std::rc::Rc;

use glib::prelude::*;
use libvirt_glib::gobject::Connection;

use super::prepared::Prepared;
use super::{Builder, BuilderError};
use crate::config::Config;
use crate::driver::Driver;

mod imp {
    use std::ffi::CString;
    use std::path::Path;

    use glib::prelude::*;
    use glib::subclass::prelude::*;
    use libvirt_glib::gconfig;

    use crate::abi::builder::{GVirSandboxBuilderContainer, GVirSandboxBuilderContainerClass};
    use crate::abi::object_structs;
    use crate::builder::domain as description;
    use crate::builder::{Builder, BuilderImpl, BuilderImplExt, files};
    use crate::config::{Config, ConfigDisk};

    #[derive(Default)]
    pub struct BuilderContainer;

    #[glib::object_subclass]
    impl ObjectSubclass for BuilderContainer {
        const NAME: &'static str = "GVirSandboxBuilderContainer";
        type Type = super::BuilderContainer;
        type ParentType = Builder;
        type Instance = GVirSandboxBuilderContainer;
        type Class = GVirSandboxBuilderContainerClass;
    }

    object_structs!(BuilderContainer: GVirSandboxBuilderContainer, GVirSandboxBuilderContainerClass);

    impl ObjectImpl for BuilderContainer {}

    impl BuilderImpl for BuilderContainer {
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
            // Without a network of its own the container would use the host's.
            domain.set_features(&["privnet"]);
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

        fn clean_post_stop(&self, config: &Config, statedir: &Path) -> Result<(), glib::Error> {
            self.parent_clean_post_stop(config, statedir)?;
            Ok(files::remove_outside(statedir)?)
        }

        fn disk_prefix(&self, _config: &Config, _disk: &ConfigDisk) -> Option<CString> {
            Some(c"sd".to_owned())
        }
    }
}

glib::wrapper! {
    /// Builds a container.
    pub struct BuilderContainer(ObjectSubclass<imp::BuilderContainer>)
        @extends Builder;
}

impl BuilderContainer {
    /// Creates a builder for `connection`.
    pub fn new(connection: &Connection) -> Self {
        glib::Object::builder()
            .property("connection", connection)
            .build()
    }

    fn prepared(&self, config: &Config, statedir: &Path) -> Result<Rc<Prepared>, BuilderError> {
        let builder = self.upcast_ref::<Builder>();
        builder.prepared(config, statedir, &Driver::Container)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builder::BuilderExt;
    use crate::config::{ConfigInteractive, ConfigPropertiesExt};

    #[test]
    fn a_missing_root_is_refused_by_name() {
        let state = tempfile::tempdir().unwrap();
        let config = ConfigInteractive::new(c"box");
        config.set_root(Some(Path::new("/nonexistent/root")));
        let builder = BuilderContainer::new(&Connection::new(Some("lxc:///")));
        let error = builder.construct(&config, state.path()).unwrap_err();
        assert!(error.message().contains("/nonexistent/root"), "{error}");
    }
}
