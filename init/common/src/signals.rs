//! The signals of the first process, as a file descriptor to wait on, and the end of all other processes.

use std::os::fd::{AsFd, BorrowedFd};

use nix::sys::signal::{SigSet, Signal, kill};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use nix::unistd::{Pid, getpid};

use crate::error::{Error, OrError, Stop};
use crate::system;

/// The signals that the first process reacts to.
pub struct Signals(SignalFd);

impl Signals {
    /// Takes over the signals: from now on they wait in the file descriptor.
    pub fn new() -> Result<Self, Error> {
        let mask = SigSet::from_iter([
            Signal::SIGCHLD,
            Signal::SIGHUP,
            Signal::SIGINT,
            Signal::SIGPWR,
            Signal::SIGTERM,
        ]);
        mask.thread_block()
            .and_then(|()| {
                SignalFd::with_flags(&mask, SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK)
            })
            .map(Self)
            .or_error(|| "wait for signals".into())
    }

    /// Takes what has arrived; says whether children may have died.
    ///
    /// A request to end counts only when it comes from outside of the sandbox, or from the kernel: the sender then has no
    /// process ID here.
    pub fn take(&self) -> Result<bool, Stop> {
        let mut children = false;
        while let Some(signal) = self.0.read_signal().or_error(|| "read a signal".into())? {
            if signal.ssi_signo == Signal::SIGCHLD as u32 {
                children = true;
            } else if signal.ssi_pid == 0 {
                return Err(Stop::Gone);
            }
        }
        Ok(children)
    }
}

impl AsFd for Signals {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

/// Kills every other process of the sandbox.
pub fn kill_all() {
    // For any other process than the first one of a sandbox, "all" would be the whole system.
    if getpid() == Pid::from_raw(1) {
        // There may be nobody left.
        let _ = kill(Pid::from_raw(-1), Signal::SIGKILL);
    }
}

/// What asks an init system to power off. The kernel drops a signal that the first process of a container does not handle
/// yet, unless it is blocked.
pub fn power_off_request() -> SigSet {
    system::real_time_signal(4)
}
