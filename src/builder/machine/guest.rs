//! What a virtual machine boots into: the modules, the first process and its plan.

use std::path::{Path, PathBuf};

use glib::prelude::*;
use sandbox_plan::{Channel, Gap, Machine, Mount};

use super::PORT;
use super::ROOT_TAG;
use crate::builder::BuilderError;
use crate::builder::boot::cache::Cache;
use crate::builder::boot::initrd;
use crate::builder::boot::modules::{self, ModuleTree};
use crate::builder::files;
use crate::builder::program::plan::{self, Guest};
use crate::builder::storage::images;
use crate::builder::storage::mounts;
use crate::builder::storage::names;
use crate::builder::storage::overlay;
use crate::builder::storage::shares::{Share, Shares};
use crate::config::{Config, ConfigExt, ConfigService};
use crate::helpers::Helper;

/// How the guest mounts its root. It can't write to it, and what it has read once it needs not ask for again: a sandbox
/// lives shortly and sees the host's files as they were when it first read them.
const ROOT_OPTIONS: &str = "trans=virtio,version=9p2000.L,cache=loose,msize=512000";

/// All capabilities: what a program does to its virtual machine's kernel stays there.
const CAPABILITIES: u64 = (1 << 41) - 1;

/// Writes the initial RAM disk of a machine: its modules, its first process and the plan. Without a cache it is the plan alone.
pub(super) fn write_initrd(
    config: &Config,
    shares: &Shares,
    statedir: &Path,
    cache: Option<&Cache>,
    tree: &ModuleTree,
) -> Result<(), BuilderError> {
    let init = Helper::InitQemu.path();
    if !init.exists() {
        return Err(BuilderError::Helper(init));
    }
    let needs_disks = mounts::need_disks(config);
    let needed = modules::NEEDED
        .into_iter()
        .chain(needs_disks.then_some("virtio_blk"))
        .chain(overlay::is_wanted(config).then_some("overlay"))
        .chain(config.has_networks().then_some("virtio_net"));
    // For the DHCP client; usually built in.
    let network = config.has_networks().then_some("af_packet");
    let is_service = config.is::<ConfigService>();
    // Without them a service is not asked to end.
    let power = ["button", "evdev"].into_iter().filter(|_| is_service);
    let mut files = tree.resolve(needed, network.into_iter().chain(power))?;
    let modules = guest_names(&files);
    let mut drivers = Vec::new();
    for driver in images::drivers(config, tree)? {
        drivers.push(sandbox_plan::Driver {
            fstype: driver.fstype.to_owned(),
            modules: guest_names(&driver.files),
        });
        let new = driver
            .files
            .into_iter()
            .filter(|file| !files.contains(file));
        files.extend(new.collect::<Vec<_>>());
    }
    let root = mounts::root_of_machine(config).unwrap_or_else(host_root);
    let (below_root, gaps) = match shares.root() {
        Some(share) => (mounts::below(share, &root), gaps(share)),
        None => (Vec::new(), Vec::new()),
    };
    let guest = Guest {
        channel: Channel::VirtioPort(PORT.to_owned()),
        log_device: "/dev/ttyS0",
        machine: Some(Machine {
            modules,
            drivers,
            root,
            below_root,
            gaps,
        }),
        overlay: overlay::of_machine(config),
        container: None,
        mounts: mounts::of_machine(config, shares),
        disks: mounts::disks(config, names::MACHINE_DISKS),
        shell_device: "/dev/ttyS1",
        capabilities: CAPABILITIES,
        kind: None,
    };
    let plan = plan::make(config, guest)?.to_bytes();
    let Some(cache) = cache else {
        return files::write_plan(statedir, &plan);
    };
    let base = initrd::cached_base(cache, &init, &files)?;
    initrd::add_plan(&base, &plan, &files::initrd(statedir))?;
    Ok(())
}

fn guest_names(files: &[PathBuf]) -> Vec<String> {
    files
        .iter()
        .map(|path| modules::guest_file_name(path))
        .collect()
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
