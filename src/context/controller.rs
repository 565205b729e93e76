//! The process that libvirt runs a container in: its end is the domain's.

use std::fs;
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use libvirt_glib::gobject::Domain;
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

use super::process::{sockets, wait};
use crate::console::controller::is_controller;
use crate::driver::CONTROLLER_SOCKETS;

/// How long what ends by itself may take for it.
const TIMEOUT: Duration = Duration::from_secs(1);

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
        let deadline = Instant::now() + TIMEOUT;
        for child in self.children() {
            wait(&child, deadline);
        }
        let sockets = sockets(self.pid, &self.process);
        // The name is the domain's as long as the controller lives. These fail when it has just ended.
        let _ = fs::remove_file(format!("{CONTROLLER_SOCKETS}/{}.sock", self.name));
        let _ = pidfd_send_signal(&self.process, Signal::KILL);
        self.wait(deadline);
        drop(sockets);
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
