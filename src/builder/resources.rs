//! How much memory and processor time the domain gets.

use std::sync::Arc;

use libvirt_glib::gconfig::Domain;
use nix::unistd::{SysconfVar, sysconf};

use super::BuilderError;
use super::host::Kind;
use super::part::{Asked, Part};
use crate::config::{Config, ConfigPropertiesExt};

/// A kernel of a distribution keeps more than a third of that for itself.
const LEAST_OF_MACHINE: u64 = 128 << 20;

/// libvirt's own process in the container and the first process need some of it, before there is any program.
const LEAST_OF_CONTAINER: u64 = 16 << 20;

/// How many QEMU's PC has at most.
const MACHINE_VCPUS: u32 = 255;

/// How often a container's time is counted anew, in microseconds: as often as Linux does by itself.
const PERIOD: u64 = 100_000;

/// How many parts of a processor a limit counts.
const THOUSANDTHS: u32 = 1000;

/// What Linux takes for a quota at least is a millisecond.
const LEAST_LIMIT: u32 = 10;

const MACHINE_NEEDS: &str = msgid!("a virtual machine needs {least} at least");
const CONTAINER_NEEDS: &str = msgid!("a container needs {least} at least");

/// How much of the host a sandbox gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Resources {
    /// The number of processors; 0 where nobody says.
    vcpus: u32,
    /// The time of processors, in thousandths of one; 0 where it is not limited.
    cpu_limit: u32,
}

/// Looks up what a sandbox gets, and refuses what it can't have.
pub(crate) fn look_up(asked: &Asked<'_>) -> Result<Arc<dyn Part>, BuilderError> {
    Ok(Arc::new(match asked.host.kind() {
        Kind::Container => Resources::of_container(asked.config)?,
        Kind::Machine => Resources::of_machine(asked.config)?,
    }))
}

impl Resources {
    /// What a virtual machine gets, after a look whether it can.
    fn of_machine(config: &Config) -> Result<Self, BuilderError> {
        check_memory(config, MACHINE_NEEDS, LEAST_OF_MACHINE)?;
        let vcpus = config.vcpus();
        if vcpus > MACHINE_VCPUS {
            let problem = tr!("a virtual machine has at most {most}", most = MACHINE_VCPUS);
            return Err(too_many(vcpus, problem));
        }
        let limit = config.cpu_limit();
        if limit != 0 && limit != vcpus.max(1).saturating_mul(THOUSANDTHS) {
            let problem = tr!("a virtual machine has whole processors");
            return Err(BuilderError::Resources {
                wanted: thousandths(limit),
                problem,
            });
        }
        Ok(Self {
            vcpus,
            cpu_limit: 0,
        })
    }

    /// What a container gets, after a look whether it can.
    fn of_container(config: &Config) -> Result<Self, BuilderError> {
        check_memory(config, CONTAINER_NEEDS, LEAST_OF_CONTAINER)?;
        let vcpus = config.vcpus();
        let present = host(SysconfVar::_NPROCESSORS_ONLN);
        if u64::from(vcpus) > present {
            return Err(too_many(vcpus, tr!("this host has {present}", present)));
        }
        let cpu_limit = match config.cpu_limit() {
            0 => vcpus.saturating_mul(THOUSANDTHS),
            limit if limit < LEAST_LIMIT || u64::from(limit.div_ceil(THOUSANDTHS)) > present => {
                let problem = tr!("0.01 is the least, and this host has {present}", present);
                return Err(BuilderError::Resources {
                    wanted: thousandths(limit),
                    problem,
                });
            }
            limit => limit,
        };
        Ok(Self { vcpus, cpu_limit })
    }
}

impl Part for Resources {
    fn add_basics(&self, domain: &Domain) -> Result<(), BuilderError> {
        if self.vcpus > 0 {
            domain.set_vcpus(self.vcpus.into());
        }
        if self.cpu_limit > 0 {
            let quota = PERIOD * u64::from(self.cpu_limit) / u64::from(THOUSANDTHS);
            domain
                .set_cpu_quota(PERIOD, quota)
                .map_err(|source| BuilderError::Element {
                    xml: "<cputune>".to_owned(),
                    source,
                })?;
        }
        Ok(())
    }
}

fn check_memory(config: &Config, needs: &'static str, least: u64) -> Result<(), BuilderError> {
    let wanted = config.memory();
    let present = host(SysconfVar::_PHYS_PAGES).saturating_mul(host(SysconfVar::PAGE_SIZE));
    let problem = match wanted {
        0 => return Ok(()),
        few if few < least => tr_marked!(needs, least = shown(least)),
        much if much > present => tr!("this host has {present}", present = shown(present)),
        _ => return Ok(()),
    };
    Err(BuilderError::Resources {
        wanted: tr!("{wanted} of memory", wanted = shown(wanted)),
        problem,
    })
}

/// A limit in processors.
fn thousandths(limit: u32) -> String {
    let count = f64::from(limit) / f64::from(THOUSANDTHS);
    tr!("{count} processors", count)
}

fn too_many(vcpus: u32, problem: String) -> BuilderError {
    BuilderError::Resources {
        wanted: tr!("{vcpus} processors", vcpus),
        problem,
    }
}

/// What the host has of something; what it does not tell is no limit.
fn host(what: SysconfVar) -> u64 {
    let known = sysconf(what).ok().flatten();
    known
        .and_then(|count| u64::try_from(count).ok())
        .unwrap_or(u64::MAX)
}

fn shown(bytes: u64) -> String {
    match bytes >> 20 {
        0 => tr!("{bytes} bytes", bytes),
        mebibytes => format!("{mebibytes} MiB"),
    }
}

#[cfg(test)]
mod tests {
    use glib::prelude::*;
    use libvirt_glib::gconfig::ToXml;

    use super::*;
    use crate::config::ConfigInteractive;

    type Add = fn(&Config, &Domain) -> Result<(), BuilderError>;

    fn add_to_machine(config: &Config, domain: &Domain) -> Result<(), BuilderError> {
        Resources::of_machine(config)?.add_basics(domain)
    }

    fn add_to_container(config: &Config, domain: &Domain) -> Result<(), BuilderError> {
        Resources::of_container(config)?.add_basics(domain)
    }

    #[test]
    fn a_container_can_have_a_part_of_a_processor() {
        let limited = |add: Add, vcpus, limit| {
            let config = ConfigInteractive::new(c"box");
            config.set_vcpus(vcpus);
            config.set_cpu_limit(limit);
            let domain = Domain::new();
            let added = add(config.upcast_ref(), &domain);
            added
                .map(|()| domain.to_xml().to_string())
                .map_err(|error| error.to_string())
        };
        let domain = limited(add_to_container, 1, 500).unwrap();
        assert!(domain.contains("<quota>50000</quota>"), "{domain}");
        for (add, limit, told) in [
            (
                add_to_machine as Add,
                500,
                "0.5 processors: a virtual machine has whole",
            ),
            (add_to_container, 9, "0.009 processors: 0.01 is the least"),
            (add_to_container, u32::MAX, "this host has"),
        ] {
            let error = limited(add, 1, limit).unwrap_err();
            assert!(error.contains(told), "{error}");
        }
        assert!(limited(add_to_machine, 1, 1000).is_ok());
    }

    fn added(add: Add, memory: u64, vcpus: u32) -> Result<Domain, String> {
        let config = ConfigInteractive::new(c"box");
        config.set_memory(memory);
        config.set_vcpus(vcpus);
        let domain = Domain::new();
        add(config.upcast_ref(), &domain)
            .map(|()| domain)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn a_sandbox_gets_what_it_asks_for() {
        for add in [add_to_machine, add_to_container] {
            assert_eq!(added(add, 200 << 20, 1).unwrap().vcpus(), 1);
        }
    }

    #[test]
    fn what_a_sandbox_can_not_have_is_told_with_what_it_can() {
        for (add, memory, vcpus, told) in [
            (
                add_to_machine as Add,
                100,
                0,
                "100 bytes of memory: a virtual machine needs 128 MiB",
            ),
            (
                add_to_machine,
                u64::MAX,
                0,
                "17592186044415 MiB of memory: this host has",
            ),
            (
                add_to_machine,
                0,
                256,
                "256 processors: a virtual machine has at most 255",
            ),
            (
                add_to_container,
                1 << 20,
                0,
                "1 MiB of memory: a container needs 16 MiB",
            ),
            (add_to_container, 1 << 60, 0, "this host has"),
            (
                add_to_container,
                0,
                u32::MAX,
                "4294967295 processors: this host has",
            ),
        ] {
            let error = added(add, memory, vcpus).unwrap_err();
            assert!(error.contains(told), "{error}");
        }
    }
}
