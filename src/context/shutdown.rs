//! Lets the init system of a container shut down before libvirt ends it.

use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use libvirt_glib::gobject::Domain;
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use rustix::process::{Pid, PidfdFlags, pidfd_open};

/// What systemd takes for a request to power off: SIGRTMIN+4 as the C library counts.
const POWER_OFF: u32 = 34 + 4;

/// How long it may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Asks the first process of the container to power off, and waits until the container has ended, for a bounded time.
///
/// Whatever fails here, ending the domain comes next.
pub(super) fn power_off(domain: &Domain) {
    // The number of a container's domain is the process ID of what libvirt runs it in.
    let process = domain
        .id()
        .ok()
        .and_then(|id| Pid::from_raw(id.try_into().ok()?))
        .and_then(|pid| pidfd_open(pid, PidfdFlags::empty()).ok());
    let Some(process) = process else {
        return;
    };
    if let Err(error) = domain.signal_init(POWER_OFF) {
        glib::g_info!(
            crate::LOG_DOMAIN,
            "the container does not shut down: {error}"
        );
        return;
    }
    let deadline = Instant::now() + PATIENCE;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let timeout = PollTimeout::try_from(left).unwrap_or(PollTimeout::ZERO);
        let mut fds = [PollFd::new(process.as_fd(), PollFlags::POLLIN)];
        if poll(&mut fds, timeout) != Err(Errno::EINTR) {
            return;
        }
    }
}
