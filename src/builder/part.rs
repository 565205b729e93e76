//! What a sandbox can have, each in a place of its own: a part looks up and checks what the configuration wants of it, and
//! tells what it adds to the plan, to the domain and to the kernel.

use std::fmt::Debug;

use libvirt_glib::gconfig::Domain;
use sandbox_plan::Plan;

use super::BuilderError;
use super::host::Host;
use super::program::Program;
use super::storage::Storage;
use crate::config::Config;

/// What a part is looked up from.
pub(crate) struct Asked<'a> {
    pub config: &'a Config,
    pub host: &'a Host<'a>,
    /// What the sandbox has of the host's files.
    pub storage: &'a Storage,
    /// What runs in it.
    pub program: &'a Program,
}

/// Something that a sandbox can have. It asks nobody anything any more.
pub(crate) trait Part: Debug + Send + Sync {
    /// The modules that the kernel of a virtual machine needs for it.
    fn modules(&self) -> Modules {
        Modules::default()
    }

    /// Tells the guest of it.
    fn plan(&self, _plan: &mut Plan) {}

    /// Tells libvirt of it, beside the name and the memory of the domain.
    fn add_basics(&self, _domain: &Domain) -> Result<(), BuilderError> {
        Ok(())
    }

    /// Adds its devices to the domain.
    fn add_devices(&self, _domain: &Domain) -> Result<(), BuilderError> {
        Ok(())
    }
}

/// Modules of a kernel, by their names.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Modules {
    /// Those that it has to have.
    pub needed: &'static [&'static str],
    /// Those that may be built in.
    pub wanted: &'static [&'static str],
}
