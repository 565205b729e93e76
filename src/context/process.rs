//! The ends of other processes.

use std::fs;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::time::Instant;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use rustix::process::{Pid, PidfdGetfdFlags, pidfd_getfd, test_kill_process};

/// Waits until `process` has ended; whether it did before `deadline`.
pub(super) fn wait(process: &impl AsFd, deadline: Instant) -> bool {
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let timeout = PollTimeout::try_from(left).unwrap_or(PollTimeout::ZERO);
        let mut fds = [PollFd::new(process.as_fd(), PollFlags::POLLIN)];
        match poll(&mut fds, timeout) {
            Err(Errno::EINTR) => {}
            ready => return ready.is_ok_and(|ready| ready != 0),
        }
    }
}

/// Waits, after `process` has ended, until its ID `pid` is nobody's, for which its parent has to ask for its status.
pub(super) fn wait_for_parent(pid: Pid, process: &impl AsFd, deadline: Instant) {
    while test_kill_process(pid).is_ok() && Instant::now() < deadline {
        // Since Linux 6.9 the descriptor tells it at once.
        let mut fds = [PollFd::new(process.as_fd(), PollFlags::empty())];
        let _ = poll(&mut fds, PollTimeout::from(1_u8));
    }
}

/// Other descriptors for the sockets of `process`, whose ID is `pid`, as far as the host lets this process have them: its peers
/// notice its end when these are closed, and not before.
pub(super) fn sockets(pid: Pid, process: &impl AsFd) -> Vec<OwnedFd> {
    let entries = fs::read_dir(format!("/proc/{pid}/fd"));
    let numbers = entries.into_iter().flatten().flatten().filter_map(|entry| {
        let target = fs::read_link(entry.path()).ok()?;
        let is_socket = target.as_os_str().as_bytes().starts_with(b"socket:");
        entry
            .file_name()
            .to_str()?
            .parse()
            .ok()
            .filter(|_| is_socket)
    });
    numbers
        .filter_map(|number| pidfd_getfd(process, number, PidfdGetfdFlags::empty()).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rustix::process::{Pid, PidfdFlags, pidfd_open};

    use super::*;

    #[test]
    fn waits_for_an_end_and_not_for_ever() {
        let mut child = std::process::Command::new("cat")
            .stdin(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let pid = Pid::from_child(&child);
        let process = pidfd_open(pid, PidfdFlags::empty()).unwrap();
        assert!(!wait(&process, Instant::now()));
        drop(child.stdin.take());
        assert!(wait(&process, Instant::now() + Duration::from_secs(60)));
        child.wait().unwrap();
    }
}
