//! A sandbox without a client: runs its program, reaps what it leaves behind, and ends with it.

use std::convert::Infallible;
use std::mem;
use std::os::fd::AsFd;
use std::path::Path;

use nix::errno::Errno;
use nix::libc;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use sandbox_plan::{Kind, Plan};

use crate::devices::{CONSOLE, Devices};
use crate::error::{Error, OrError, Stop};
use crate::log::Log;
use crate::program::{Stdio, become_system, prepare, prepare_shell};
use crate::rootfs::Rootfs;
use crate::service_log::{LogFile, ServiceLog};
use crate::setup::set_up;
use crate::signals::kill_all;
use crate::signals::{Signals, power_off_request};
use crate::stopwatch::Stopwatch;
use crate::system::reap;
use crate::{identity, log_keeper};

/// Carries out the plan of a service on its terminal, and returns when it has ended.
///
/// `prepare` and `keep` are as for [`run`](crate::run). What the service writes is kept in `file`, if there is one.
pub fn run_service(
    plan: &mut Plan,
    file: Option<LogFile>,
    keep: u64,
    prepare: impl FnOnce(&mut Plan) -> Result<Rootfs, Error>,
) {
    let log = Log::new(plan.debug);
    let mut output = Output::new(file);
    let ended = serve(plan, log, &mut output, keep, prepare);
    // What is left of it writes no more.
    kill_all();
    match ended {
        Ok(0) => log.step("the service has ended"),
        Ok(status) if libc::WIFSIGNALED(status) => log.failure(format_args!(
            "the service was ended by signal {}",
            libc::WTERMSIG(status)
        )),
        Ok(status) => log.failure(format_args!(
            "the service ended with status {}",
            libc::WEXITSTATUS(status)
        )),
        Err(error) => {
            log.failure(&error);
            output.keep(&error);
        }
    }
    if let Output::Terminal(output) = output {
        output.finish();
    }
}

/// Sets the sandbox up, and turns the calling process into the init system of the plan. What is written to the console is kept
/// in `file`, if there is one.
///
/// # Errors
/// Always when it returns.
pub fn run_system(
    plan: &mut Plan,
    file: Option<LogFile>,
    prepare: impl FnOnce(&mut Plan) -> Result<Rootfs, Error>,
) -> Result<Infallible, Error> {
    let log = Log::new(plan.debug);
    let mut output = Output::new(file);
    let ended = serve_system(plan, log, &mut output, prepare);
    if let Err(error) = &ended {
        output.keep(error);
    }
    ended
}

fn serve_system(
    plan: &mut Plan,
    log: Log,
    output: &mut Output,
    prepare: impl FnOnce(&mut Plan) -> Result<Rootfs, Error>,
) -> Result<Infallible, Error> {
    power_off_request()
        .thread_block()
        .or_error(|| "hold back signals".into())?;
    let ready = set_up(plan, log, &mut Stopwatch::start(), prepare)?;
    let mut devices = ready.devices;
    output.open(plan, &mut devices)?;
    if let Output::Terminal(running) = mem::replace(output, Output::Console) {
        *output = Output::Early(running.file()?);
        log_keeper::start(running)?;
    }
    // They are the init system's, and not those of a shell beside it.
    let capabilities = mem::take(&mut plan.program.identity.capabilities);
    if let Some(shell) = prepare_shell(plan, devices.shell)? {
        shell.release()?;
    }
    log.step(format_args!("become {:?}", plan.program.argv));
    become_system(&plan.program, capabilities)
}

/// Where goes what is written.
enum Output {
    /// To the console only, which somebody takes it from.
    Console,
    /// To the console; what has to be kept is put into this file.
    Early(LogFile),
    /// To a terminal that is read.
    Terminal(ServiceLog),
}

impl Output {
    fn new(file: Option<LogFile>) -> Self {
        file.map_or(Self::Console, Self::Early)
    }

    /// Makes the terminal, and takes what it needs of the devices.
    fn open(&mut self, plan: &Plan, devices: &mut Devices) -> Result<(), Error> {
        // It stays until there is a terminal, for the failure to make one.
        let Self::Early(file) = self else {
            return Ok(());
        };
        let missing = || Error::Impossible("a log without a terminal".into());
        let console = devices.console.take().ok_or_else(missing)?;
        let ptmx = devices.ptmx.take().ok_or_else(missing)?;
        let mut places = vec![Path::new(CONSOLE)];
        if let Kind::Service(path) = &plan.kind {
            places.push(Path::new(path));
        }
        let identity = &plan.program.identity;
        let output = ServiceLog::new(file.try_clone()?, console, ptmx, identity, &places)?;
        output.take_messages()?;
        *self = Self::Terminal(output);
        Ok(())
    }

    /// Keeps the failure of the sandbox, which the console is told of, where it does not get there by itself.
    fn keep(&mut self, error: &Error) {
        if let Self::Early(file) = self {
            file.add(format!("{}\r\n", Log::text(error)).as_bytes());
        }
    }

    /// What to wait for.
    fn interest(&self) -> Vec<PollFd<'_>> {
        match self {
            Self::Terminal(output) => output.interest(),
            _ => Vec::new(),
        }
    }

    fn advance(&mut self) {
        if let Self::Terminal(output) = self {
            output.advance();
        }
    }
}

/// Gives the raw status of the service.
fn serve(
    plan: &mut Plan,
    log: Log,
    output: &mut Output,
    keep: u64,
    prepare_driver: impl FnOnce(&mut Plan) -> Result<Rootfs, Error>,
) -> Result<i32, Error> {
    let signals = Signals::new()?;
    let ready = set_up(plan, log, &mut Stopwatch::start(), prepare_driver)?;
    log.step(format_args!("run {:?}", plan.program.argv));
    let (mut devices, storage) = (ready.devices, ready.storage);
    output.open(plan, &mut devices)?;
    let shell = prepare_shell(plan, devices.shell)?;
    let terminal = match output {
        Output::Terminal(output) => output.terminal()?,
        _ => devices
            .console
            .ok_or_else(|| Error::Impossible("a service without a terminal".into()))?,
    };
    let stdio = Stdio::Terminal(terminal);
    let service = prepare(&plan.program, &plan.program.argv, stdio)?;
    identity::confine(keep | storage.rights() | 1 << identity::CAP_KILL)?;
    if let Some(process) = shell {
        process.release()?;
    }
    let pid = service.pid;
    service.release()?;
    let ended = wait_for_end(pid, &signals, output);
    storage.settle();
    ended
}

/// Reaps until the process `service` has ended; a request to end from outside of the sandbox is passed on to it.
fn wait_for_end(service: Pid, signals: &Signals, output: &mut Output) -> Result<i32, Error> {
    loop {
        while let Some((pid, status)) = reap() {
            if pid == service {
                return Ok(status);
            }
        }
        let mut fds = output.interest();
        fds.push(PollFd::new(signals.as_fd(), PollFlags::POLLIN));
        match poll(&mut fds, PollTimeout::NONE) {
            Err(Errno::EINTR) => continue,
            other => other.or_error(|| "wait for the service".into())?,
        };
        output.advance();
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
