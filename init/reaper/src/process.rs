//! A process that can't be mistaken for a later one of the same number.

use std::fs;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::unistd::{Pid, getppid};

use crate::system::{kill_process, open_process};

/// Which word after the name of a process in `/proc/PID/stat` is its start.
const START: usize = 19;

/// An open process.
#[derive(Debug)]
pub struct Process(OwnedFd);

impl Process {
    /// The process that has the number `pid` now.
    pub fn open(pid: Pid) -> Option<Self> {
        open_process(pid).ok().map(Self)
    }

    /// Kills the process; whether it could be.
    pub fn kill(&self) -> bool {
        kill_process(self.as_fd()).is_ok()
    }

    /// Waits until the process has ended, and with it everything that it had open is closed; whether it has.
    pub fn wait_for_end(&self, patience: PollTimeout) -> bool {
        loop {
            let mut fds = [PollFd::new(self.0.as_fd(), PollFlags::POLLIN)];
            match poll(&mut fds, patience) {
                Err(Errno::EINTR) => {}
                ended => return ended != Ok(0),
            }
        }
    }
}

/// Who started this process.
#[derive(Debug)]
pub enum Parent {
    /// It can be seen ending.
    Open(Process),
    /// It has ended.
    Gone,
    /// Where nobody tells of its end.
    Hidden,
}

impl Parent {
    /// The parent, which was `pid` at first.
    pub fn of(pid: Pid) -> Self {
        // In this order: while it is the parent, its number is nobody else's.
        let process = Process::open(pid);
        match process {
            _ if getppid() != pid => Self::Gone,
            Some(process) => Self::Open(process),
            None => Self::Hidden,
        }
    }
}

impl From<OwnedFd> for Process {
    /// What somebody else has opened.
    fn from(process: OwnedFd) -> Self {
        Self(process)
    }
}

impl AsFd for Process {
    /// Readable when it has ended.
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

/// When a process was started, in ticks since the system's start.
pub fn start_of(pid: Pid) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name may have anything in it.
    let (_, rest) = status.rsplit_once(')')?;
    rest.split_whitespace().nth(START)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_started_later_starts_later() {
        let own = start_of(Pid::this()).unwrap();
        assert!(own >= start_of(getppid()).unwrap());
        assert_eq!(start_of(Pid::from_raw(i32::MAX)), None);
    }
}
