//! The description of a domain, as it follows from what was prepared. Nobody is asked anything.

mod container;
mod machine;
pub(crate) mod xml;

use std::path::Path;

use libvirt_glib::gconfig::{Domain, DomainVirtType};

use super::BuilderError;
use super::prepared::Prepared;
use super::spec::{Guest, Spec};

/// Fills in what is no device, beside the name and the memory.
pub(crate) fn add_basics(spec: &Spec, domain: &Domain) -> Result<(), BuilderError> {
    match &spec.guest {
        Guest::Container(_) => domain.set_virt_type(DomainVirtType::Lxc),
        Guest::Machine(machine) => machine::add_basics(machine, spec, domain)?,
    }
    spec.add_basics(domain)
}

/// Fills in what it boots.
pub(crate) fn add_os(
    prepared: &Prepared,
    statedir: &Path,
    domain: &Domain,
) -> Result<(), BuilderError> {
    match &prepared.spec.guest {
        Guest::Container(container) => container::add_os(container, &prepared.spec, domain),
        Guest::Machine(machine) => machine::add_os(machine, prepared, statedir, domain),
    }
}

/// Adds the devices; `disks` are what the names of the disks' start with.
pub(crate) fn add_devices(
    prepared: &Prepared,
    disks: &[String],
    statedir: &Path,
    domain: &Domain,
) -> Result<(), BuilderError> {
    match &prepared.spec.guest {
        Guest::Container(container) => {
            container::add_devices(container, prepared, disks, statedir, domain)
        }
        Guest::Machine(machine) => machine::add_devices(machine, prepared, disks, statedir, domain),
    }
}

/// Fills in how it is confined.
pub(crate) fn add_security(spec: &Spec, domain: &Domain) -> Result<(), BuilderError> {
    if let Some(confinement) = &spec.confinement {
        confinement.add_to(domain)?;
    }
    match &spec.guest {
        Guest::Container(container) => {
            container::add_security(container, spec, domain);
            Ok(())
        }
        Guest::Machine(machine) => machine::add_security(machine, spec, domain),
    }
}
