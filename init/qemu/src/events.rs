//! The kernel's news about devices.

use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::socket::{
    AddressFamily, MsgFlags, NetlinkAddr, SockFlag, SockProtocol, SockType, bind, recv, socket,
};
use sandbox_init::{Error, OrError};

/// How long a device that never appears, or a host that never connects, may hold up the failure.
pub const TIMEOUT: Duration = Duration::from_secs(10);

/// The kernel's news about devices.
pub struct Events(OwnedFd);

impl Events {
    /// Starts to listen; what happens from now on is not missed.
    pub fn new() -> Result<Self, Error> {
        listen()
            .map(Self)
            .or_error(|| "listen to device events".into())
    }

    /// Waits until `find` finds something; an error when it does not before `deadline`.
    pub fn wait_until<T>(&self, deadline: Instant, find: impl Fn() -> Option<T>) -> nix::Result<T> {
        loop {
            if let Some(found) = find() {
                return Ok(found);
            }
            self.wait(deadline)?;
        }
    }

    /// Waits for news; an error when there are none until `deadline`.
    fn wait(&self, deadline: Instant) -> nix::Result<()> {
        let mut fds = [PollFd::new(self.0.as_fd(), PollFlags::POLLIN)];
        let timeout = PollTimeout::try_from(remaining(deadline)).unwrap_or(PollTimeout::ZERO);
        match poll(&mut fds, timeout) {
            Ok(0) => return Err(Errno::ETIMEDOUT),
            Err(Errno::EINTR) => return Ok(()),
            other => other?,
        };
        // The text is of no interest, nor whether some was lost: the caller looks again.
        match recv(self.0.as_raw_fd(), &mut [0; 4096], MsgFlags::MSG_DONTWAIT) {
            Ok(_) | Err(Errno::EAGAIN | Errno::EINTR | Errno::ENOBUFS) => Ok(()),
            Err(errno) => Err(errno),
        }
    }
}

fn listen() -> nix::Result<OwnedFd> {
    let socket = socket(
        AddressFamily::Netlink,
        SockType::Datagram,
        SockFlag::SOCK_CLOEXEC,
        SockProtocol::NetlinkKObjectUEvent,
    )?;
    bind(socket.as_raw_fd(), &NetlinkAddr::new(0, 1))?;
    Ok(socket)
}

/// How long it is until `deadline`.
pub fn remaining(deadline: Instant) -> Duration {
    deadline.saturating_duration_since(Instant::now())
}
