//! The process that libvirt runs a container in: its end is the domain's.

use std::fs;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::time::{Duration, Instant};

use libvirt_glib::gobject::Domain;
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use rustix::process::{
    Pid, PidfdFlags, PidfdGetfdFlags, Signal, pidfd_getfd, pidfd_open, pidfd_send_signal,
};

use crate::console::controller::{SOCKETS, is_controller};

/// How long what ends by itself may take for it.
const PATIENCE: Duration = Duration::from_secs(1);

/// The controller of a container that runs, whatever becomes of its process ID.
pub(super) struct Controller {
    name: String,
    pid: Pid,
    process: OwnedFd,
}

impl Controller {
    /// That of `domain`, or none when it has ended.
    pub(super) fn of(domain: &Domain) -> Option<Self> {
        // The number of a container's domain is the process ID of its controller.
        let pid = Pid::from_raw(domain.id().ok()?.try_into().ok()?)?;
        let process = pidfd_open(pid, PidfdFlags::empty()).ok()?;
        // Looked at when it is held: the ID could be another one's by now.
        let command = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
        let name = String::from(domain.name()?);
        is_controller(&command, &name).then_some(Self { name, pid, process })
    }

    /// Waits until it has ended; whether it did before `deadline`.
    pub(super) fn wait(&self, deadline: Instant) -> bool {
        wait(&self.process, deadline)
    }

    /// Ends a container whose program has ended, as soon as its first process has.
    ///
    /// A process that ends, by itself or killed, hangs up on libvirt's daemon before it leaves its control group. The daemon's
    /// main loop finds it there, and sleeps for 0.2 s, in which it serves nobody. So this process holds its ends of the
    /// connections until it is gone. Before it is killed it is stopped, so that it does not see the end of the first process
    /// before that has left the group, too.
    ///
    /// Where this fails, for example because only root may do it, libvirt ends the container.
    pub(super) fn end(&self) {
        if pidfd_send_signal(&self.process, Signal::STOP).is_err() {
            return;
        }
        let deadline = Instant::now() + PATIENCE;
        for child in self.children() {
            wait(&child, deadline);
        }
        let sockets = self.sockets();
        // The name is the domain's as long as the controller lives. These fail when it has just ended.
        let _ = fs::remove_file(format!("{SOCKETS}/{}.sock", self.name));
        let _ = pidfd_send_signal(&self.process, Signal::KILL);
        self.wait(deadline);
        drop(sockets);
    }

    /// Other descriptors for its sockets, as far as the host lets this process have them.
    fn sockets(&self) -> Vec<OwnedFd> {
        let entries = fs::read_dir(format!("/proc/{}/fd", self.pid));
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
            .filter_map(|number| pidfd_getfd(&self.process, number, PidfdGetfdFlags::empty()).ok())
            .collect()
    }

    /// The container's first process.
    fn children(&self) -> Vec<OwnedFd> {
        let pid = self.pid;
        let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"));
        children
            .unwrap_or_default()
            .split_whitespace()
            .filter_map(|child| Pid::from_raw(child.parse().ok()?))
            .filter_map(|child| pidfd_open(child, PidfdFlags::empty()).ok())
            .collect()
    }
}

/// Waits until `process` has ended; whether it did before `deadline`.
fn wait(process: &impl AsFd, deadline: Instant) -> bool {
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

#[cfg(test)]
mod tests {
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
