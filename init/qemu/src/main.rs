//! First process of a sandbox virtual machine: carries out the plan next to it in the initrd.

mod block;
mod cover;
mod events;
mod host;
mod layers;
mod modules;
mod port;
mod power;
mod root;

use std::convert::Infallible;
use std::fs;

use nix::mount::{MntFlags, umount2};
use nix::sys::reboot::{RebootMode, reboot};
use nix::sys::wait::wait;
use nix::unistd::sync;
use sandbox_init::{
    Error, Log, OrError, Part, Rootfs, Stopwatch, bring_up_loopback, kill_all, run, run_service,
    run_system,
};
use sandbox_plan::{Channel, Kind, Machine, Plan};

use crate::events::Events;

const PLAN: &str = "/plan";

/// Number of the capability to unmount.
const CAP_SYS_ADMIN: u32 = 21;
/// Number of the capability to power off.
const CAP_SYS_BOOT: u32 = 22;

fn main() {
    if let Err(error) = start() {
        Log::new(false).failure(error);
    }
    let Err(error) = power_off();
    Log::new(false).failure(error);
}

fn start() -> Result<(), Error> {
    let mut stopwatch = Stopwatch::start();
    root::mount_basics()?;
    let bytes = fs::read(PLAN).or_error(|| format!("read the plan {PLAN}"))?;
    let mut plan = Plan::from_bytes(&bytes)?;
    let events = Events::new()?;
    stopwatch.enter(Part::Modules);
    modules::load(&machine(&plan)?.modules)?;
    stopwatch.enter(Part::Init);
    let keep = 1 << CAP_SYS_ADMIN | 1 << CAP_SYS_BOOT;
    let mut button = None;
    let prepare = |plan: &mut Plan| {
        if let Kind::Service(_) = plan.kind {
            button = power::watch()?;
        }
        block::prepare(plan, &events)?;
        root::enter(machine(plan)?, plan.overlay.as_ref())?;
        bring_up_loopback()?;
        Rootfs::of_machine(plan)
    };
    match plan.kind.clone() {
        Kind::Interactive(Channel::VirtioPort(name)) => {
            let channel = port::open(&name, &events)?;
            run(&mut plan, channel, keep, stopwatch, prepare, leave);
        }
        Kind::Interactive(Channel::Socket(_)) => {
            let text = "virtual machine without a virtio-serial port".into();
            return Err(Error::Impossible(text));
        }
        Kind::Service(_) => run_service(&mut plan, None, keep, prepare),
        Kind::System => match run_system(&mut plan, None, prepare)? {},
    }
    drop(button);
    leave(&plan);
    Ok(())
}

fn machine(plan: &Plan) -> Result<&Machine, Error> {
    let machine = plan.machine.as_ref();
    machine.ok_or_else(|| Error::Impossible("no virtual machine in it".into()))
}

/// Leaves no writable file system behind with something unwritten.
fn leave(plan: &Plan) {
    kill_all();
    // Until there are no more children: what is dead holds no files.
    while wait().is_ok() {}
    for mount in plan.mounts.iter().rev().filter(|mount| !mount.read_only) {
        // What can't be unmounted is written by sync.
        let _ = umount2(mount.target.as_os_str(), MntFlags::UMOUNT_NOFOLLOW);
    }
    sync();
}

fn power_off() -> Result<Infallible, Error> {
    reboot(RebootMode::RB_POWER_OFF).or_error(|| "power off".into())
}
