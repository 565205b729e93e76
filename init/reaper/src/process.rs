//! A process that can't be mistaken for a later one of the same number.

use std::os::fd::{AsFd, AsRawFd, FromRawFd, OwnedFd};

use nix::errno::Errno;
use nix::libc;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::unistd::{Pid, getppid};

/// An open process.
pub struct Process(OwnedFd);

impl Process {
    /// The process that has the number `pid` now.
    pub fn open(pid: Pid) -> Option<Self> {
        // SAFETY: pidfd_open(2) takes numbers.
        let fd = unsafe { libc::syscall(libc::SYS_pidfd_open, pid.as_raw(), 0) };
        let fd = i32::try_from(Errno::result(fd).ok()?).ok()?;
        // SAFETY: the call above returned this descriptor and nothing else owns it.
        Some(Self(unsafe { OwnedFd::from_raw_fd(fd) }))
    }

    /// The parent of this process, if that still is `pid`.
    pub fn parent(pid: Pid) -> Option<Self> {
        let process = Self::open(pid)?;
        (getppid() == pid).then_some(process)
    }

    /// Kills the process; whether it could be.
    pub fn kill(&self) -> bool {
        let no_details = std::ptr::null::<libc::siginfo_t>();
        let fd = self.0.as_raw_fd();
        // SAFETY: pidfd_send_signal(2) accepts a null pointer for the signal's details.
        let result = unsafe {
            libc::syscall(
                libc::SYS_pidfd_send_signal,
                fd,
                libc::SIGKILL,
                no_details,
                0,
            )
        };
        Errno::result(result).is_ok()
    }

    /// Waits until the process has ended, and with it everything that it had open is closed.
    pub fn wait_for_end(&self, patience: PollTimeout) {
        let mut fds = [PollFd::new(self.0.as_fd(), PollFlags::POLLIN)];
        while poll(&mut fds, patience) == Err(Errno::EINTR) {}
    }
}
