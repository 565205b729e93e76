//! What every sandbox has before a program runs in it: its host name, its network, disks and mounts, a protected /proc.

use nix::sys::prctl;
use nix::unistd::sethostname;
use sandbox_plan::Plan;

use crate::error::{Error, OrError};
use crate::log::Log;
use crate::stopwatch::{Part, Stopwatch};
use crate::{disks, identity, lease_keeper, mounts, name_files, network};

/// Sets the sandbox up; `prepare` is what the driver has to do first, and to find out about the plan.
pub fn set_up(
    plan: &mut Plan,
    log: Log,
    stopwatch: &mut Stopwatch,
    prepare: impl FnOnce(&mut Plan) -> Result<(), Error>,
) -> Result<(), Error> {
    // The program must not reach what is open here through /proc.
    prctl::set_dumpable(false).or_error(|| "hide the file descriptors".into())?;
    identity::check(&plan.program.identity)?;
    stopwatch.enter(Part::Mounts);
    prepare(plan)?;
    stopwatch.enter(Part::Init);
    if !plan.hostname.is_empty() {
        sethostname(&plan.hostname).or_error(|| format!("set the host name {}", plan.hostname))?;
    }
    disks::name_all(&plan.disks, &plan.program.identity)?;
    stopwatch.enter(Part::Network);
    let mut network = network::set_up(plan, log)?;
    let names = name_files::make(plan, network.resolver())?;
    stopwatch.enter(Part::Mounts);
    // Before those of the user, which may be over `/run`.
    plan.mounts.splice(..0, names.mounts);
    mounts::mount_all(&plan.mounts, log)?;
    mounts::protect_proc()?;
    stopwatch.enter(Part::Init);
    network.keep_resolver(names.resolver);
    network.leases.into_iter().try_for_each(lease_keeper::start)
}
