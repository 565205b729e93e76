//! The process that takes what an init system and its services write to the console: the init system is the first process itself.

use nix::errno::Errno;
use nix::poll::{PollTimeout, poll};
use nix::sys::prctl;
use nix::sys::signal::SigSet;
use nix::unistd::{ForkResult, dup2_stderr, dup2_stdin, dup2_stdout, setsid};

use crate::error::{Error, OrError};
use crate::identity;
use crate::program::close_others;
use crate::service_log::ServiceLog;
use crate::system::{exit, fork, mark_arguments};

/// Starts the process, which ends with the sandbox, and makes the terminal of `log` the standard streams of the calling one.
///
/// # Errors
/// When there can't be another process.
pub fn start(log: ServiceLog) -> Result<(), Error> {
    let action = || "start the process that keeps the log".to_owned();
    match fork().or_error(action)? {
        ForkResult::Child => {
            // Nobody waits for it.
            let _ = keep(log);
            exit(0)
        }
        ForkResult::Parent { .. } => {
            let terminal = log.terminal()?;
            dup2_stdin(&terminal)
                .and_then(|()| dup2_stdout(&terminal))
                .and_then(|()| dup2_stderr(&terminal))
                .or_error(action)
        }
    }
}

/// Runs in the child.
fn keep(mut log: ServiceLog) -> Result<(), Error> {
    let action = || "keep the log".to_owned();
    setsid().or_error(action)?;
    close_others(0, &mut log.descriptors()).or_error(action)?;
    // What asks all processes to end is for those that write: this one takes what they write last.
    SigSet::all().thread_set_mask().or_error(action)?;
    // By that character in front of its name init systems know whom they must not kill at the end. Without it the last lines
    // may be missing.
    mark_arguments(b'@');
    identity::confine(0)?;
    // After what could undo it: nobody in the sandbox gets at the file.
    prctl::set_dumpable(false).or_error(action)?;
    loop {
        let mut fds = log.interest();
        match poll(&mut fds, PollTimeout::NONE) {
            Err(Errno::EINTR) => continue,
            other => other.or_error(action)?,
        };
        log.advance();
    }
}
