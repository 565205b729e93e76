//! What only a virtual machine is: what it boots, the directories that it shares, and whom its emulator runs as.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use libvirt_glib::gconfig::DomainVirtType;
use sandbox_plan::{Channel, Gap, Kind as PlannedKind, Machine as PlannedMachine, Mount, Plan};

use crate::builder::BuilderError;
use crate::builder::boot::{Boot, Needs, virt};
use crate::builder::part::{Asked, Part};
use crate::builder::program::{Kind, Place, Program};
use crate::builder::security::emulator::Emulator;
use crate::builder::security::labels::Confinement;
use crate::builder::security::userns;
use crate::builder::storage::filesystems::ROOT_TAG;
use crate::builder::storage::shares::{Share, Shares};
use crate::builder::storage::{Storage, made, mounts, names};
use crate::config::ConfigExt;
use crate::driver::Placement;

/// The virtio-serial port that guest and host talk on.
pub(crate) const PORT: &str = "org.libvirt.sandbox.app";

/// How the guest mounts its root. It can't write to it, and what it has read once it needs not ask for again: a sandbox
/// lives shortly and sees the host's files as they were when it first read them.
const ROOT_OPTIONS: &str = "trans=virtio,version=9p2000.L,cache=loose,msize=512000";

/// All capabilities: what a program does to its virtual machine's kernel stays there.
const CAPABILITIES: u64 = (1 << 41) - 1;

/// What only a virtual machine is.
#[derive(Clone, Debug)]
pub(crate) struct Machine {
    /// Whether it runs on KVM or is emulated.
    pub virt_type: DomainVirtType,
    /// What it gets of the host's directories.
    pub shares: Shares,
    /// What it boots.
    pub boot: Boot,
    /// Whom libvirt runs QEMU as, where that is not the caller.
    pub emulator: Option<Emulator>,
    /// Whether libvirt keeps what it writes on its serial port.
    pub keeps_log: bool,
    /// The directory of the embedded driver that it runs on.
    pub embedded_root: Option<PathBuf>,
}

/// What its program is told of it.
pub(super) const PLACE: Place = Place {
    capabilities: CAPABILITIES,
    shares_kernel: false,
    name: None,
};

/// Looks up what only a virtual machine is, which has `parts` besides, and how it is confined.
pub(super) fn look_up(
    asked: &Asked<'_>,
    placement: &Placement,
    parts: &[Arc<dyn Part>],
) -> Result<(Machine, Option<Confinement>), BuilderError> {
    let Asked {
        config,
        host,
        storage,
        program,
    } = *asked;
    userns::refuse_in_machine(config)?;
    let virt_type = virt::choose(config.virt_type())?;
    if let Some(kept) = storage.kept() {
        kept.check_image(config)?;
    }
    let is_service = program.kind.is_service();
    if is_service {
        made::refuse_files(storage)?;
    }
    let confinement = Confinement::look_up(config, host, virt_type)?;
    let emulator = Emulator::look_up(config, host, storage)?;
    let is_given_disks = |emulator: Emulator| emulator.is_given_disks(storage.need_disks());
    let needs = Needs {
        parts: parts.iter().map(|part| part.modules()).collect(),
        service: is_service,
        debug: program.debug,
        gives_files: emulator.is_some_and(is_given_disks),
    };
    let embedded_root = match placement {
        Placement::Embedded { root } => Some(root.clone()),
        Placement::System | Placement::Session => None,
    };
    let machine = Machine {
        virt_type,
        shares: Shares::look_up(storage, emulator)?,
        boot: Boot::look_up(config, storage, &needs)?,
        emulator,
        // That of a service on an embedded driver would grow for ever.
        keeps_log: placement.keeps_logs() && !(is_service && embedded_root.is_some()),
        embedded_root,
    };
    Ok((machine, confinement))
}

impl Machine {
    /// What the guest carries out, but for what no driver makes different.
    pub(super) fn plan(&self, storage: &Storage, program: &Program) -> Plan {
        let kind = match program.kind {
            Kind::System => PlannedKind::System,
            Kind::Service => PlannedKind::Service("/dev/ttyS0".into()),
            Kind::Interactive => PlannedKind::Interactive(Channel::VirtioPort(PORT.to_owned())),
        };
        let overlay = storage.overlay.as_ref();
        Plan {
            hostname: program.hostname.clone(),
            debug: program.debug,
            kind,
            machine: Some(self.planned(storage)),
            container: None,
            overlay: overlay.map(|overlay| overlay.of_machine(&storage.overlay_disk())),
            mounts: mounts::of_machine(storage, &self.shares),
            disks: mounts::disks(storage, names::MACHINE_DISKS),
            interfaces: Vec::new(),
            resolver: None,
            hosts: None,
            shell: program.shell.then(|| "/dev/ttyS1".into()),
            program: program.planned.clone(),
        }
    }

    fn planned(&self, storage: &Storage) -> PlannedMachine {
        let root = mounts::root_of_machine(storage).unwrap_or_else(host_root);
        let (below_root, gaps) = match self.shares.root() {
            Some(share) => (mounts::below(share, &root), gaps(share)),
            None => (Vec::new(), Vec::new()),
        };
        PlannedMachine {
            modules: self.boot.modules.clone(),
            drivers: self.boot.guest_drivers(),
            root,
            below_root,
            gaps,
        }
    }
}

fn gaps(share: &Share) -> Vec<Gap> {
    let gaps = share.gaps.iter().map(|(inside, is_directory)| Gap {
        path: Path::new("/").join(inside).into(),
        is_directory: *is_directory,
    });
    gaps.collect()
}

fn host_root() -> Mount {
    Mount {
        fstype: "9p".to_owned(),
        source: ROOT_TAG.into(),
        target: "/".into(),
        options: ROOT_OPTIONS.to_owned(),
        read_only: true,
        ..Mount::default()
    }
}
