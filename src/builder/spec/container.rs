//! What only a container is: what it has of the host, its users, and its first process.

use std::path::{Path, PathBuf};

use sandbox_plan::{
    Channel, Container as PlannedContainer, Kind as PlannedKind, Plan, SERVICE_LOG, View,
};

use libvirt_glib::gconfig::DomainVirtType;

use crate::builder::part::Asked;
use crate::builder::program::{Kind, Place, Program};
use crate::builder::security::apparmor;
use crate::builder::security::labels::Confinement;
use crate::builder::security::userns::Users;
use crate::builder::storage::mount::Mount;
use crate::builder::storage::trees::Trees;
use crate::builder::storage::{Storage, images, mounts, names};
use crate::builder::{BuilderError, files};
use crate::config::Config;
use crate::helpers::Helper;

/// Where the guest finds its plan and its socket: libvirt makes mount points in the container's own /dev, so that no root
/// directory has to have one.
pub(crate) const STATE_MOUNT: &str = "/dev/libvirt-sandbox";

/// Where the guest finds its first process.
pub(crate) const INIT_MOUNT: &str = "/dev/libvirt-sandbox-init";

/// Where the guest finds the socket over which its sources come, where it is given them that way.
const SOURCES_SOCKET: &str = "/dev/libvirt-sandbox/src.sock";

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

/// What only a container is.
#[derive(Clone, Debug)]
pub(crate) struct Container {
    /// What it has of the host.
    pub trees: Trees,
    /// Whether that is sent to the first process, and not mounted by libvirt.
    pub are_sent: bool,
    /// Its users, where they are others on the host.
    pub users: Option<Users>,
    /// What the host mounts for the first process.
    pub init_source: PathBuf,
    /// Where that one is then.
    pub init: PathBuf,
    /// Whether AppArmor confines it by a profile of its own.
    pub has_profile: bool,
}

/// What its program is told of it.
pub(super) fn place(config: &Config, storage: &Storage) -> Place {
    Place {
        capabilities: capabilities(storage, Kind::of(config)),
        shares_kernel: true,
        name: Some("lxc-libvirt"),
    }
}

/// Looks up what only a container is, and how it is confined.
pub(super) fn look_up(asked: &Asked<'_>) -> Result<(Container, Option<Confinement>), BuilderError> {
    let Asked {
        config,
        host,
        storage,
        program,
    } = *asked;
    images::refuse_long_paths(storage)?;
    let confinement = Confinement::look_up(config, host, DomainVirtType::Lxc)?;
    let users = Users::look_up(config, storage, &program.planned.identity.groups)?;
    let trees = Trees::look_up(storage, program.kind.is_service())?;
    let is_apparmor_on = apparmor::is_on();
    let is_by_apparmor = confinement
        .as_ref()
        .is_some_and(Confinement::is_by_apparmor);
    let has_profile = is_apparmor_on && is_by_apparmor;
    if has_profile && program.kind.is_service() {
        apparmor::check_service(&trees)?;
    }
    // In a user namespace libvirt can't mount a directory that others are mounted below, as the host's root is; and its helper for
    // AppArmor refuses some.
    let refuses = || is_apparmor_on && trees.paths().any(|path| !apparmor::takes(path));
    let are_sent = users.is_some() || !program.kind.is_service() && refuses();
    let (init_source, init) = init(is_apparmor_on)?;
    let container = Container {
        trees,
        are_sent,
        users,
        init_source,
        init,
        has_profile,
    };
    Ok((container, confinement))
}

/// What the host mounts for the first process, and where that is then. libvirt's helper for AppArmor refuses directories of programs,
/// and takes one that they are in.
fn init(is_apparmor_on: bool) -> Result<(PathBuf, PathBuf), BuilderError> {
    let program = Helper::InitLxc.path();
    if !program.exists() {
        return Err(BuilderError::Helper(program));
    }
    let source = if is_apparmor_on {
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
    Ok((source.to_owned(), target))
}

/// The rights that a file gives count wherever the file is: what others can run, too, is given no capabilities, and loses
/// its setuid bit when somebody else writes to it. An init system is not kept from giving such rights.
fn capabilities(storage: &Storage, kind: Kind) -> u64 {
    if storage.gives_host_directory() && kind != Kind::System {
        CAPABILITIES & !(SET_FILE_CAPABILITIES | KEEP_FILE_RIGHTS)
    } else {
        CAPABILITIES
    }
}

impl Container {
    /// What the guest carries out, but for what no driver makes different.
    pub(super) fn plan(&self, storage: &Storage, program: &Program) -> Plan {
        let kind = match program.kind {
            Kind::System => PlannedKind::System,
            Kind::Service => PlannedKind::Service("/dev/tty1".into()),
            Kind::Interactive => {
                let socket = Path::new(STATE_MOUNT).join(files::SOCKET);
                PlannedKind::Interactive(Channel::Socket(socket.into()))
            }
        };
        Plan {
            hostname: program.hostname.clone(),
            debug: program.debug,
            kind,
            machine: None,
            container: Some(self.planned(storage, program)),
            overlay: storage
                .overlay
                .as_ref()
                .map(|overlay| overlay.of_container()),
            mounts: mounts::of_container(storage, &self.trees),
            disks: mounts::disks(storage, names::CONTAINER_DISKS),
            interfaces: Vec::new(),
            resolver: None,
            hosts: None,
            shell: program.shell.then(|| "/dev/tty2".into()),
            program: program.planned.clone(),
        }
    }

    /// The root as the first process puts it together.
    fn planned(&self, storage: &Storage, program: &Program) -> PlannedContainer {
        let mount = storage.root_mount();
        let is_writable = mount.is_some_and(|mount| !mount.read_only);
        let is_written_to = is_writable && storage.overlay.is_none();
        PlannedContainer {
            root: self.trees.root.tree.clone(),
            view: if is_written_to {
                View::Own
            } else {
                View::Covered
            },
            is_settled: is_written_to && mount.and_then(Mount::image).is_some(),
            hidden: self.trees.hidden.clone(),
            sources: self.are_sent.then(|| SOURCES_SOCKET.into()),
            log: program.kind.is_service().then(|| SERVICE_LOG.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builder::storage::recorded;

    #[test]
    fn no_file_of_the_host_gets_rights_from_a_program() {
        const OF_FILES: u64 = 1 << 4 | 1 << 31;
        let of = |options: &[&std::ffi::CStr]| capabilities(&recorded(options), Kind::Interactive);
        assert_eq!(of(&[]) & OF_FILES, OF_FILES);
        assert_eq!(of(&[]) & 1 << 29, 0, "audit log");
        assert_eq!(of(&[c"host-bind:/mnt=/srv"]) & OF_FILES, 0);
    }
}
