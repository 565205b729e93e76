//! A sandbox without a client: runs its program, reaps what it leaves behind, and ends with it.

use std::convert::Infallible;
use std::mem;
use std::os::fd::AsFd;

use nix::errno::Errno;
use nix::libc;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use sandbox_plan::Plan;

use crate::error::{Error, OrError, Stop};
use crate::identity;
use crate::log::Log;
use crate::program::{Stdio, become_system, prepare, prepare_shell};
use crate::rootfs::Rootfs;
use crate::setup::set_up;
use crate::signals::{Signals, power_off_request, reap};
use crate::stopwatch::Stopwatch;

/// Carries out the plan of a service on its terminal, and returns when it has ended.
///
/// `prepare` and `keep` are as for [`run`](crate::run).
pub fn run_service(
    plan: &mut Plan,
    keep: u64,
    prepare: impl FnOnce(&mut Plan) -> Result<Rootfs, Error>,
) {
    let log = Log::new(plan.debug);
    match serve(plan, log, keep, prepare) {
        Ok(0) => log.step("the service has ended"),
        Ok(status) if libc::WIFSIGNALED(status) => log.failure(format_args!(
            "the service was ended by signal {}",
            libc::WTERMSIG(status)
        )),
        Ok(status) => log.failure(format_args!(
            "the service ended with status {}",
            libc::WEXITSTATUS(status)
        )),
        Err(error) => log.failure(error),
    }
}

/// Sets the sandbox up, and turns the calling process into the init system of the plan.
///
/// # Errors
/// Always when it returns.
pub fn run_system(
    plan: &mut Plan,
    prepare: impl FnOnce(&mut Plan) -> Result<Rootfs, Error>,
) -> Result<Infallible, Error> {
    let log = Log::new(plan.debug);
    power_off_request()
        .thread_block()
        .or_error(|| "hold back signals".into())?;
    let ready = set_up(plan, log, &mut Stopwatch::start(), prepare)?;
    // They are the init system's, and not those of a shell beside it.
    let capabilities = mem::take(&mut plan.program.identity.capabilities);
    if let Some(shell) = prepare_shell(plan, ready.devices.shell)? {
        shell.release()?;
    }
    log.step(format_args!("become {:?}", plan.program.argv));
    become_system(&plan.program, capabilities)
}

/// Gives the raw status of the service.
fn serve(
    plan: &mut Plan,
    log: Log,
    keep: u64,
    prepare_driver: impl FnOnce(&mut Plan) -> Result<Rootfs, Error>,
) -> Result<i32, Error> {
    let signals = Signals::new()?;
    let ready = set_up(plan, log, &mut Stopwatch::start(), prepare_driver)?;
    log.step(format_args!("run {:?}", plan.program.argv));
    let (devices, storage) = (ready.devices, ready.storage);
    let shell = prepare_shell(plan, devices.shell)?;
    let console = devices.console;
    let console =
        console.ok_or_else(|| Error::Impossible("a service without a terminal".into()))?;
    let stdio = Stdio::Terminal(console);
    let service = prepare(&plan.program, &plan.program.argv, stdio)?;
    identity::confine(keep | storage.rights() | 1 << identity::CAP_KILL)?;
    if let Some(process) = shell {
        process.release()?;
    }
    let pid = service.pid;
    service.release()?;
    let ended = wait_for_end(pid, &signals);
    storage.settle();
    ended
}

/// Reaps until the process `service` has ended; a request to end from outside of the sandbox is passed on to it.
fn wait_for_end(service: Pid, signals: &Signals) -> Result<i32, Error> {
    loop {
        while let Some((pid, status)) = reap() {
            if pid == service {
                return Ok(status);
            }
        }
        let mut fds = [PollFd::new(signals.as_fd(), PollFlags::POLLIN)];
        match poll(&mut fds, PollTimeout::NONE) {
            Err(Errno::EINTR) => continue,
            other => other.or_error(|| "wait for the service".into())?,
        };
        match signals.take() {
            Ok(_) => {}
            Err(Stop::Gone) => {
                // Its leader is not reaped, so the group exists; it may be dead already.
                let _ = killpg(service, Signal::SIGTERM);
            }
            Err(Stop::Failed(error)) => return Err(error),
        }
    }
}
