//! Builds a container: the first process and its plan are bind-mounted, nothing is copied.

use std::path::Path;
use std::rc::Rc;

use glib::prelude::*;
use libvirt_glib::gconfig::{self, DomainConsole, DomainOs};
use libvirt_glib::gobject::Connection;
use sandbox_plan::Plan;

use super::elements::{Access, filesys, make, text};
use super::prepared::Prepared;
use super::security::{apparmor, userns};
use super::spec::{Container, Guest, INIT_MOUNT, LOG_MOUNT, STATE_MOUNT, Spec};
use super::storage::{disks, filesystems, overlay};
use super::{Builder, BuilderError, files};
use crate::config::Config;
use crate::context::uri::Driver;

mod imp {
    use std::ffi::CString;
    use std::path::Path;

    use glib::prelude::*;
    use glib::subclass::prelude::*;
    use libvirt_glib::gconfig::{self, DomainVirtType};

    use crate::builder::{Builder, BuilderImpl, BuilderImplExt, files};
    use crate::capi::builder_container::{
        GVirSandboxBuilderContainer, GVirSandboxBuilderContainerClass,
    };
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

    impl ObjectImpl for BuilderContainer {}

    impl BuilderImpl for BuilderContainer {
        fn construct_basic(
            &self,
            config: &Config,
            statedir: &Path,
            domain: &gconfig::Domain,
        ) -> Result<(), glib::Error> {
            self.parent_construct_basic(config, statedir, domain)?;
            domain.set_virt_type(DomainVirtType::Lxc);
            let prepared = self.obj().prepared(config, statedir)?;
            Ok(prepared.spec.add_basics(domain)?)
        }

        fn construct_os(
            &self,
            config: &Config,
            statedir: &Path,
            domain: &gconfig::Domain,
        ) -> Result<(), glib::Error> {
            let prepared = self.obj().prepared(config, statedir)?;
            Ok(super::construct_os(&prepared.spec, domain)?)
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
            Ok(super::construct_devices(
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
            Ok(super::construct_security(&prepared.spec, domain)?)
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

fn container(spec: &Spec) -> Result<&Container, BuilderError> {
    match &spec.guest {
        Guest::Container(container) => Ok(container),
        // Nobody prepares one for this builder.
        Guest::Machine(_) => Err(BuilderError::NotConnected),
    }
}

fn construct_os(spec: &Spec, domain: &gconfig::Domain) -> Result<(), BuilderError> {
    domain.set_os(&make::<DomainOs>(&format!(
        "<os><type arch='{}'>exe</type><init>{}</init><initarg>{STATE_MOUNT}</initarg><initarg>{}</initarg></os>",
        text(&spec.arch)?,
        text(&container(spec)?.init)?,
        Plan::hash(&spec.plan().to_bytes()),
    ))?);
    Ok(())
}

fn construct_devices(
    prepared: &Prepared,
    disks: &[String],
    statedir: &Path,
    domain: &gconfig::Domain,
) -> Result<(), BuilderError> {
    let Prepared { spec, made, .. } = prepared;
    let container = container(spec)?;
    let has_users = container.users.is_some();
    disks::add_disks(&spec.storage, disks, domain)?;
    for (source, target) in [
        (&files::root_dir(statedir), "/"),
        (&files::real_guest_dir(statedir), STATE_MOUNT),
        (&container.init_source, INIT_MOUNT),
    ] {
        domain.add_device(&userns::bind(has_users, source, target)?);
    }
    if spec.program.kind.is_service() {
        domain.add_device(&filesys(&files::log(statedir), LOG_MOUNT, Access::Bind)?);
    }
    overlay::add_to_container(&spec.storage, domain)?;
    let trees = &container.trees;
    trees.add(&spec.storage, made, container.are_sent, domain)?;
    filesystems::add_archives(made, has_users, domain)?;
    spec.add_devices(domain)?;
    if let Some(users) = &container.users {
        users.add_to(domain)?;
    }
    // The first console is the log, the second the shell's.
    for _ in 0..if spec.program.shell { 2 } else { 1 } {
        domain.add_device(&make::<DomainConsole>("<console type='pty'/>")?);
    }
    Ok(())
}

fn construct_security(spec: &Spec, domain: &gconfig::Domain) -> Result<(), BuilderError> {
    if let Some(confinement) = &spec.confinement {
        confinement.add_to(domain)?;
    }
    if container(spec)?.has_profile {
        apparmor::set_uuid(domain, spec.program.kind.is_service());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use libvirt_glib::gconfig::ToXml;
    use sandbox_plan::{Channel, Kind};

    use super::*;
    use crate::builder::BuilderExt;
    use crate::builder::spec::recorded;
    use crate::builder::storage::made::Made;
    use crate::config::{ConfigInteractive, ConfigPropertiesExt};

    #[test]
    fn the_domain_has_the_root_the_plan_and_the_first_process() {
        let prepared = Prepared {
            spec: recorded::container(&[c"host-bind:/data=/none/of/this/host"]),
            made: Made {
                mounts: vec![Some("/none/of/this/host".into())],
                archives: None,
            },
            kernel: None,
        };
        let domain = gconfig::Domain::new();
        let state = Path::new("/run/libvirt-sandbox/box");
        construct_os(&prepared.spec, &domain).unwrap();
        construct_devices(&prepared, &[], state, &domain).unwrap();
        let xml = domain.to_xml();
        let plan = prepared.spec.plan();
        for part in [
            "<init>/dev/libvirt-sandbox-init</init>",
            &Plan::hash(&plan.to_bytes()),
            r#"<source dir="/run/libvirt-sandbox/.root"/>"#,
            r#"<source dir="/run/libvirt-sandbox/box/config"/>"#,
            r#"<source dir="/none/of/this/host"/>"#,
        ] {
            assert!(xml.contains(part), "{part}: {xml}");
        }
        assert_eq!(
            plan.kind,
            Kind::Interactive(Channel::Socket("/dev/libvirt-sandbox/app.sock".into()))
        );
        assert_eq!(plan.shell, None);
    }

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
