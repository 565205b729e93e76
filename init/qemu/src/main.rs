//! First process of a sandbox virtual machine: carries out the plan next to it in the initrd.

mod block;
mod events;
mod modules;
mod port;
mod root;

use std::convert::Infallible;
use std::fs;
use std::os::fd::OwnedFd;

use nix::mount::{MntFlags, umount2};
use nix::sys::reboot::{RebootMode, reboot};
use nix::sys::wait::wait;
use nix::unistd::sync;
use sandbox_init::{Error, Log, OrError, bring_up_loopback, kill_all, run};
use sandbox_plan::{Channel, Machine, Plan};

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
    root::mount_basics()?;
    let bytes = fs::read(PLAN).or_error(|| format!("read the plan {PLAN}"))?;
    let mut plan = Plan::from_bytes(&bytes)?;
    let events = Events::new()?;
    let channel = connect(&plan, &events)?;
    let keep = 1 << CAP_SYS_ADMIN | 1 << CAP_SYS_BOOT;
    run(&mut plan, channel, keep, |plan| {
        block::prepare(plan, &events)?;
        root::enter(&machine(plan)?.root)?;
        bring_up_loopback()
    });
    leave(&plan);
    Ok(())
}

fn machine(plan: &Plan) -> Result<&Machine, Error> {
    let machine = plan.machine.as_ref();
    machine.ok_or_else(|| Error::Impossible("no virtual machine in it".into()))
}

fn connect(plan: &Plan, events: &Events) -> Result<OwnedFd, Error> {
    let Channel::VirtioPort(name) = &plan.channel else {
        let text = "virtual machine without a virtio-serial port".into();
        return Err(Error::Impossible(text));
    };
    modules::load(&machine(plan)?.modules)?;
    port::open(name, events)
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
