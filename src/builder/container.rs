//! Builds a container: the first process and its plan are bind-mounted, nothing is copied.

use std::path::{Path, PathBuf};

use glib::prelude::*;
use libvirt_glib::gconfig::{self, DomainConsole, DomainOs};
use libvirt_glib::gobject::Connection;
use sandbox_plan::{Channel, Plan};

use super::elements::{Access, filesys, make, text};
use super::plan::{self, Guest};
use super::run::Run;
use super::{
    Builder, BuilderError, apparmor, disks, files, filesystems, interfaces, mounts, names, outside,
    overlay, trees, userns,
};
use crate::config::{Config, ConfigPropertiesExt, ConfigService, ConfigServiceSystemd};
use crate::helpers::Helper;

/// Where the guest finds its plan and its socket: libvirt makes mount points in the container's own /dev, so that no root
/// directory has to have one.
const STATE_MOUNT: &str = "/dev/libvirt-sandbox";

/// Where the guest finds its first process.
const INIT_MOUNT: &str = "/dev/libvirt-sandbox-init";

/// What a privileged program may do: what the usual container managers leave to root. Nothing that reaches out of the
/// container, such as mounting (CAP_SYS_ADMIN), raw devices (CAP_MKNOD) or kernel modules (CAP_SYS_MODULE).
const CAPABILITIES: u64 = 1 << 0 // CAP_CHOWN
    | 1 << 1 // CAP_DAC_OVERRIDE
    | 1 << 3 // CAP_FOWNER
    | KEEP_FILE_RIGHTS
    | 1 << 5 // CAP_KILL
    | 1 << 6 // CAP_SETGID
    | 1 << 7 // CAP_SETUID
    | 1 << 8 // CAP_SETPCAP
    | 1 << 10 // CAP_NET_BIND_SERVICE
    | 1 << 13 // CAP_NET_RAW
    | 1 << 18 // CAP_SYS_CHROOT
    | SET_FILE_CAPABILITIES;

/// CAP_FSETID
const KEEP_FILE_RIGHTS: u64 = 1 << 4;

/// CAP_SETFCAP
const SET_FILE_CAPABILITIES: u64 = 1 << 31;

mod imp {
    use std::ffi::CString;
    use std::path::Path;

    use glib::prelude::*;
    use glib::subclass::prelude::*;
    use libvirt_glib::gconfig::{self, DomainVirtType};

    use crate::abi::builder::{GVirSandboxBuilderContainer, GVirSandboxBuilderContainerClass};
    use crate::abi::object_structs;
    use crate::builder::{
        Builder, BuilderImpl, BuilderImplExt, files, ownership, resources, security,
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
            domain.set_virt_type(DomainVirtType::Lxc);
            ownership::refuse_exchangeable(config)?;
            Ok(resources::add_to_container(config, domain)?)
        }

        fn construct_os(
            &self,
            config: &Config,
            statedir: &Path,
            domain: &gconfig::Domain,
        ) -> Result<(), glib::Error> {
            Ok(super::construct_os(config, statedir, domain)?)
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
            Ok(super::construct_devices(
                self.obj().upcast_ref(),
                config,
                statedir,
                domain,
            )?)
        }

        fn construct_security(
            &self,
            config: &Config,
            statedir: &Path,
            domain: &gconfig::Domain,
        ) -> Result<(), glib::Error> {
            self.parent_construct_security(config, statedir, domain)?;
            Ok(security::confine(self.obj().upcast_ref(), config, domain)?)
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
}

fn construct_os(
    config: &Config,
    statedir: &Path,
    domain: &gconfig::Domain,
) -> Result<(), BuilderError> {
    let arch = config.arch().unwrap_or_default();
    filesystems::check(config)?;
    let (root, others) = trees::list(config)?;
    let socket = Path::new(STATE_MOUNT).join(files::SOCKET);
    let (_, init) = init();
    let plan = plan::make(
        config,
        Guest {
            channel: Channel::Socket(socket.into()),
            log_device: "/dev/tty1",
            machine: None,
            container: Some(trees::container(config, &root.tree)?),
            overlay: overlay::of_container(config),
            mounts: mounts::of_container(config, &others),
            disks: mounts::disks(config, names::CONTAINER_DISKS),
            shell_device: "/dev/tty2",
            capabilities: capabilities(config),
            kind: Some("lxc-libvirt"),
        },
    )?
    .to_bytes();
    domain.set_os(&make::<DomainOs>(&format!(
        "<os><type arch='{}'>exe</type><init>{}</init><initarg>{STATE_MOUNT}</initarg><initarg>{}</initarg></os>",
        text(&arch)?,
        text(&init)?,
        Plan::hash(&plan),
    ))?);
    files::write_plan(statedir, &plan)
}

/// What the host mounts for the first process, and where that is then. libvirt's helper for AppArmor refuses directories of programs,
/// and takes one that they are in.
fn init() -> (PathBuf, PathBuf) {
    let program = Helper::InitLxc.path();
    let source = if apparmor::is_on() {
        apparmor::taken(&program)
    } else {
        &program
    };
    let inside = program.strip_prefix(source).unwrap_or(Path::new(""));
    // Without the slash that an empty name would add.
    let target = match inside.as_os_str().is_empty() {
        true => INIT_MOUNT.into(),
        false => Path::new(INIT_MOUNT).join(inside),
    };
    (source.to_owned(), target)
}

/// The rights that a file gives count wherever the file is: what others can run, too, is given no capabilities, and loses
/// its setuid bit when somebody else writes to it. An init system is not kept from giving such rights.
fn capabilities(config: &Config) -> u64 {
    if mounts::gives_host_directory(config) && !config.is::<ConfigServiceSystemd>() {
        CAPABILITIES & !(SET_FILE_CAPABILITIES | KEEP_FILE_RIGHTS)
    } else {
        CAPABILITIES
    }
}

fn construct_devices(
    builder: &Builder,
    config: &Config,
    statedir: &Path,
    domain: &gconfig::Domain,
) -> Result<(), BuilderError> {
    disks::add_disks(builder, config, domain)?;
    let root = files::root_dir(statedir);
    if !builder.rehearses() {
        files::make_root_dir(&root)?;
        // There has to be a place to hide it. Where it can't be had, nothing is in it.
        let _ = outside::base();
    }
    let program = Helper::InitLxc.path();
    if !program.exists() {
        return Err(BuilderError::Helper(program));
    }
    let (init, _) = init();
    for (source, target) in [
        (root, "/"),
        (files::real_guest_dir(statedir), STATE_MOUNT),
        (init, INIT_MOUNT),
    ] {
        domain.add_device(&userns::bind(config, &source, target)?);
    }
    if config.is::<ConfigService>() {
        let log = files::log(statedir);
        if !builder.rehearses() {
            files::write_private(&log, b"")?;
        }
        domain.add_device(&filesys(&log, sandbox_plan::SERVICE_LOG, Access::Bind)?);
    }
    overlay::add_to_container(config, builder.rehearses(), domain)?;
    let run = Run {
        config,
        statedir,
        rehearses: builder.rehearses(),
    };
    trees::add(run, domain)?;
    filesystems::add_archives(run, domain)?;
    interfaces::add(config, interfaces::Kind::Container, domain)?;
    userns::add(run, domain)?;
    // The first console is the log, the second the shell's.
    for _ in 0..if config.shell() { 2 } else { 1 } {
        domain.add_device(&make::<DomainConsole>("<console type='pty'/>")?);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use glib::prelude::*;

    use super::*;
    use crate::builder::BuilderExt;
    use crate::config::{ConfigExt, ConfigInteractive};
    use libvirt_glib::gconfig::ToXml;
    use sandbox_plan::Kind;

    #[test]
    fn the_domain_has_the_root_the_plan_and_the_first_process() {
        let state = tempfile::tempdir().unwrap();
        let config = ConfigInteractive::new(c"box");
        config.set_shell(true);
        config.set_privileged(true);
        let domain = gconfig::Domain::new();
        construct_os(config.upcast_ref(), state.path(), &domain).unwrap();
        let xml = domain.to_xml();
        assert!(
            xml.contains("<init>/dev/libvirt-sandbox-init</init>"),
            "{xml}"
        );
        let plan =
            Plan::from_bytes(&std::fs::read(state.path().join("config/plan")).unwrap()).unwrap();
        assert_eq!(
            plan.kind,
            Kind::Interactive(Channel::Socket("/dev/libvirt-sandbox/app.sock".into()))
        );
        assert_eq!(
            plan.program.identity.capabilities & (1 << 21),
            0,
            "no CAP_SYS_ADMIN"
        );
        assert_ne!(plan.program.identity.capabilities, 0);
    }

    #[test]
    fn no_file_of_the_host_gets_rights_from_a_program() {
        const OF_FILES: u64 = 1 << 4 | 1 << 31;
        let config = ConfigInteractive::new(c"box");
        assert_eq!(capabilities(config.upcast_ref()) & OF_FILES, OF_FILES);
        assert_eq!(capabilities(config.upcast_ref()) & 1 << 29, 0, "audit log");
        config.add_mount_opts(c"host-bind:/mnt=/srv").unwrap();
        assert_eq!(capabilities(config.upcast_ref()) & OF_FILES, 0);
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
