//! What every sandbox has before a program runs in it: its host name, its network, disks and mounts, a protected /proc.

use nix::sys::prctl;
use nix::sys::stat::{Mode, umask};
use nix::unistd::sethostname;
use sandbox_plan::{Kind, Plan};

use crate::devices::Devices;
use crate::error::{Error, OrError};
use crate::log::Log;
use crate::rootfs::Rootfs;
use crate::stopwatch::{Part, Stopwatch};
use crate::storage::Storage;
use crate::{disks, identity, kernel_files, lease_keeper, limits, mounts, name_files, network};

/// What the first process needs of it later, when it has no right to open it any more.
#[derive(Debug)]
pub struct Ready {
    /// The terminals.
    pub devices: Devices,
    /// What is written to the host at the end.
    pub storage: Storage,
}

/// Sets the sandbox up; `prepare` is what the driver has to do first, and to find out about the plan: it enters the root.
pub fn set_up(
    plan: &mut Plan,
    log: Log,
    stopwatch: &mut Stopwatch,
    prepare: impl FnOnce(&mut Plan) -> Result<Rootfs, Error>,
) -> Result<Ready, Error> {
    take_steps(plan, log, stopwatch, prepare).map_err(Error::explained)
}

fn take_steps(
    plan: &mut Plan,
    log: Log,
    stopwatch: &mut Stopwatch,
    prepare: impl FnOnce(&mut Plan) -> Result<Rootfs, Error>,
) -> Result<Ready, Error> {
    // The program must not reach what is open here through /proc.
    prctl::set_dumpable(false).or_error(|| "hide the file descriptors".into())?;
    umask(Mode::from_bits_truncate(0o022));
    identity::check(&plan.program.identity)?;
    stopwatch.enter(Part::Mounts);
    let mut rootfs = prepare(plan)?;
    // A machine's kernel is its own.
    if plan.machine.is_none() {
        limits::limit_container(log)?;
    }
    stopwatch.enter(Part::Init);
    if !plan.hostname.is_empty() {
        sethostname(&plan.hostname).or_error(|| format!("set the host name {}", plan.hostname))?;
    }
    let mut devices = Devices::open(plan)?;
    disks::name_all(&plan.disks, &devices.disks, &plan.program.identity)?;
    stopwatch.enter(Part::Network);
    let mut network = network::set_up(plan, log)?;
    stopwatch.enter(Part::Mounts);
    // Before the mounts of the user, which may be over `/run`.
    let resolver = name_files::place(plan, network.resolver(), &mut rootfs.places, log)?;
    kernel_files::protect()?;
    // An init system becomes the first process itself.
    if plan.kind != Kind::System {
        limits::protect_first_process()?;
    }
    let mut images: Vec<_> = rootfs.settled.take().into_iter().collect();
    images.extend(mounts::mount_all(
        &plan.mounts,
        &mut rootfs,
        &plan.program.identity,
        log,
    )?);
    stopwatch.enter(Part::Init);
    network.keep_resolver(resolver);
    network
        .leases
        .into_iter()
        .try_for_each(lease_keeper::start)?;
    let disks = std::mem::take(&mut devices.disks);
    Ok(Ready {
        devices,
        storage: Storage { disks, images },
    })
}
