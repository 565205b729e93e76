//! Sends and receives IP packets on an interface that has no address yet.

use std::os::fd::{AsFd, AsRawFd, OwnedFd, RawFd};
use std::time::Instant;

use nix::errno::Errno;
use nix::libc;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::socket::{
    AddressFamily, LinkAddr, MsgFlags, SockFlag, SockProtocol, SockType, bind, recv, sendto, socket,
};

use crate::system;

/// Where DHCP messages go and come from.
pub trait Link {
    /// Sends an IP packet to everyone.
    fn send(&self, packet: &[u8]) -> nix::Result<()>;

    /// The length of the next IP packet; none when `deadline` comes first.
    fn receive(&self, buffer: &mut [u8], deadline: Instant) -> nix::Result<Option<usize>>;

    /// The time that deadlines are in.
    fn now(&self) -> Instant;
}

/// Lets pass what goes to one UDP port: the interface's other packets are many, and the program's.
fn filter(port: u16) -> [libc::sock_filter; 9] {
    const LOAD_BYTE: u16 = 0x30;
    const LOAD_HALF: u16 = 0x28;
    const LOAD_HALF_FROM_X: u16 = 0x48;
    const LOAD_HEADER_LENGTH: u16 = 0xb1;
    const JUMP_IF_EQUAL: u16 = 0x15;
    const JUMP_IF_ANY_BIT: u16 = 0x45;
    const RETURN: u16 = 0x06;
    let op = |code, jt, jf, k| libc::sock_filter { code, jt, jf, k };
    [
        op(LOAD_BYTE, 0, 0, 9),
        op(JUMP_IF_EQUAL, 0, 6, libc::IPPROTO_UDP as u32),
        op(LOAD_HALF, 0, 0, 6),
        // The later fragments have no ports.
        op(JUMP_IF_ANY_BIT, 4, 0, 0x1fff),
        op(LOAD_HEADER_LENGTH, 0, 0, 0),
        op(LOAD_HALF_FROM_X, 0, 0, 2),
        op(JUMP_IF_EQUAL, 0, 1, port.into()),
        op(RETURN, 0, 0, u32::MAX),
        op(RETURN, 0, 0, 0),
    ]
}

/// A socket beside the kernel's own IP: the interface has no address yet.
pub struct Socket {
    fd: OwnedFd,
    everyone: LinkAddr,
}

impl Socket {
    /// Listens on the interface number `index` for what goes to the UDP port `port`.
    pub fn open(index: u32, port: u16) -> nix::Result<Self> {
        let fd = socket(
            AddressFamily::Packet,
            SockType::Datagram,
            SockFlag::SOCK_CLOEXEC,
            SockProtocol::EthIp,
        )?;
        let everyone = system::everyone(index)?;
        system::filter_packets(&fd, &mut filter(port))?;
        bind(fd.as_raw_fd(), &everyone)?;
        Ok(Self { fd, everyone })
    }
}

impl AsRawFd for Socket {
    fn as_raw_fd(&self) -> RawFd {
        self.fd.as_raw_fd()
    }
}

impl Link for Socket {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn send(&self, packet: &[u8]) -> nix::Result<()> {
        let flags = MsgFlags::empty();
        sendto(self.fd.as_raw_fd(), packet, &self.everyone, flags).map(drop)
    }

    fn receive(&self, buffer: &mut [u8], deadline: Instant) -> nix::Result<Option<usize>> {
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let timeout = PollTimeout::try_from(left).unwrap_or(PollTimeout::ZERO);
            let mut fds = [PollFd::new(self.fd.as_fd(), PollFlags::POLLIN)];
            match poll(&mut fds, timeout) {
                Ok(0) => return Ok(None),
                Err(Errno::EINTR) => continue,
                other => other?,
            };
            match recv(self.fd.as_raw_fd(), buffer, MsgFlags::MSG_DONTWAIT) {
                // The interface went down, which is told once; it may come up again.
                Err(Errno::EAGAIN | Errno::EINTR | Errno::ENETDOWN) => {}
                other => return other.map(Some),
            }
        }
    }
}
