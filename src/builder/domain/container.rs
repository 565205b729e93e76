//! The domain of a container: the first process and its plan are bind-mounted, nothing is copied.

use std::path::Path;

use libvirt_glib::gconfig::{Domain, DomainConsole, DomainOs};
use sandbox_plan::{Plan, SERVICE_LOG};

use super::xml::{Access, filesys, make, text};
use crate::builder::prepared::Prepared;
use crate::builder::security::{apparmor, userns};
use crate::builder::spec::{Container, INIT_MOUNT, STATE_MOUNT, Spec};
use crate::builder::storage::{disks, filesystems, overlay};
use crate::builder::{BuilderError, files};

/// Tells libvirt of the first process, and the hash of its plan.
pub(super) fn add_os(
    container: &Container,
    spec: &Spec,
    domain: &Domain,
) -> Result<(), BuilderError> {
    domain.set_os(&make::<DomainOs>(&format!(
        "<os><type arch='{}'>exe</type><init>{}</init><initarg>{STATE_MOUNT}</initarg><initarg>{}</initarg></os>",
        text(&spec.arch)?,
        text(&container.init)?,
        Plan::hash(&spec.plan().to_bytes()),
    ))?);
    Ok(())
}

/// Adds what it has: its root, its disks, and the consoles. `disks` are what the names of their devices start with.
pub(super) fn add_devices(
    container: &Container,
    prepared: &Prepared,
    disks: &[String],
    statedir: &Path,
    domain: &Domain,
) -> Result<(), BuilderError> {
    let Prepared { spec, made, .. } = prepared;
    let has_users = container.users.is_some();
    disks::add_disks(&spec.storage.disks, disks, domain)?;
    for (source, target) in [
        (&files::root_dir(statedir), "/"),
        (&files::real_guest_dir(statedir), STATE_MOUNT),
        (&container.init_source, INIT_MOUNT),
    ] {
        domain.add_device(&userns::bind(has_users, source, target)?);
    }
    if spec.program.kind.is_service() {
        domain.add_device(&filesys(&files::log(statedir), SERVICE_LOG, Access::Bind)?);
    }
    overlay::add_to_container(spec.storage.kept(), domain)?;
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

/// Gives it the UUID that its profile belongs to.
pub(super) fn add_security(container: &Container, spec: &Spec, domain: &Domain) {
    if container.has_profile {
        apparmor::set_uuid(domain, spec.program.kind.is_service());
    }
}

#[cfg(test)]
mod tests {
    use libvirt_glib::gconfig::ToXml;
    use sandbox_plan::{Channel, Kind};

    use super::*;
    use crate::builder::spec::recorded;
    use crate::builder::storage::made::Made;

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
        let domain = Domain::new();
        let state = Path::new("/run/libvirt-sandbox/box");
        crate::builder::domain::add_os(&prepared, state, &domain).unwrap();
        crate::builder::domain::add_devices(&prepared, &[], state, &domain).unwrap();
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
}
