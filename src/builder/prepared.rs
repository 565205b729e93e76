//! A sandbox that is about to be built: what it is, and the files that were made for it.

use std::path::{Path, PathBuf};

use libvirt_glib::gconfig::Domain;

use super::host::Host;
use super::security::apparmor;
use super::spec::{Guest, Machine, Spec};
use super::storage::made::{Made, Maker};
use super::storage::scratch;
use super::{BuilderError, files};
use crate::config::Config;
use crate::driver::embedded_root;

/// What a domain is described from.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub spec: Spec,
    pub made: Made,
    /// The kernel of a virtual machine.
    pub kernel: Option<PathBuf>,
}

impl Prepared {
    /// Looks up what a configuration describes, and makes the files for it in and beside `statedir`.
    pub(crate) fn make(
        config: &Config,
        host: &Host<'_>,
        statedir: &Path,
    ) -> Result<Self, BuilderError> {
        let spec = Spec::look_up(config, host)?;
        let made = maker(config, &spec, statedir).make()?;
        let plan = spec.plan().to_bytes();
        let kernel = match &spec.guest {
            Guest::Container(_) => {
                make_for_container(config, &spec, statedir)?;
                files::write_plan(statedir, &plan)?;
                None
            }
            Guest::Machine(machine) => {
                make_for_machine(config, &spec, machine, statedir)?;
                Some(machine.boot.make(&plan, statedir)?)
            }
        };
        Ok(Self { spec, made, kernel })
    }

    /// Looks up what a configuration describes, and tells where the files for it would be.
    pub(crate) fn imagine(
        config: &Config,
        host: &Host<'_>,
        statedir: &Path,
    ) -> Result<Self, BuilderError> {
        let spec = Spec::look_up(config, host)?;
        let made = maker(config, &spec, statedir).imagine();
        let kernel = match &spec.guest {
            Guest::Container(_) => None,
            Guest::Machine(machine) => Some(machine.boot.imagine(statedir)?),
        };
        Ok(Self { spec, made, kernel })
    }

    /// Lets those in to the files who need them, which is the last thing that is done with them.
    pub(crate) fn hand_over(&self, statedir: &Path, domain: &Domain) -> Result<(), BuilderError> {
        match &self.spec.guest {
            Guest::Container(container) => {
                if let Some(users) = &container.users {
                    users.admit(statedir)?;
                }
                match domain.uuid().filter(|_| container.has_profile) {
                    Some(uuid) => apparmor::write_profile(&uuid),
                    None => Ok(()),
                }
            }
            Guest::Machine(machine) => {
                let Some(emulator) = machine.emulator else {
                    return Ok(());
                };
                emulator.admit(statedir)?;
                match &machine.embedded_root {
                    Some(root) => {
                        embedded_root::let_emulator_through(root).map_err(BuilderError::write(root))
                    }
                    None => Ok(()),
                }
            }
        }
    }
}

fn maker<'a>(config: &'a Config, spec: &'a Spec, statedir: &'a Path) -> Maker<'a> {
    Maker {
        config,
        storage: &spec.storage,
        statedir,
        shares_directories: matches!(spec.guest, Guest::Machine(_)),
    }
}

fn make_for_container(config: &Config, spec: &Spec, statedir: &Path) -> Result<(), BuilderError> {
    files::make_root_dir(&files::root_dir(statedir))?;
    // There has to be a place to hide it. Where it can't be had, nothing is in it.
    let _ = scratch::base();
    if spec.program.kind.is_service() {
        files::write_private(&files::log(statedir), b"")?;
    }
    match spec.storage.kept() {
        Some(kept) => kept.make_for_container(config),
        None => Ok(()),
    }
}

fn make_for_machine(
    config: &Config,
    spec: &Spec,
    machine: &Machine,
    statedir: &Path,
) -> Result<(), BuilderError> {
    files::make_guest_dir(statedir)?;
    if spec.program.kind.is_service() && machine.keeps_log {
        // Whoever the daemon runs as: its owner can read it.
        files::write_private(&files::log(statedir), b"")?;
    }
    match &spec.storage.overlay {
        Some(overlay) => match &overlay.kept {
            Some(kept) => kept.make_for_machine(config, overlay.size),
            None => Ok(()),
        },
        None => Ok(()),
    }
}
