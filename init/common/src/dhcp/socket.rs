//! Sends and receives IP packets on an interface that has no address yet.

use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::time::Instant;

use nix::errno::Errno;
use nix::libc;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::socket::{
    AddressFamily, LinkAddr, MsgFlags, SockFlag, SockProtocol, SockType, SockaddrLike, bind, recv,
    sendto, socket,
};

/// Where DHCP messages go and come from.
pub trait Link {
    /// Sends an IP packet to everyone.
    fn send(&self, packet: &[u8]) -> nix::Result<()>;

    /// The length of the next IP packet; none when `deadline` comes first.
    fn receive(&self, buffer: &mut [u8], deadline: Instant) -> nix::Result<Option<usize>>;
}

/// A socket beside the kernel's own IP: the interface has no address yet.
pub struct Socket {
    fd: OwnedFd,
    everyone: LinkAddr,
}

impl Socket {
    /// Listens on the interface number `index`.
    pub fn open(index: u32) -> nix::Result<Self> {
        let fd = socket(
            AddressFamily::Packet,
            SockType::Datagram,
            SockFlag::SOCK_CLOEXEC,
            SockProtocol::EthIp,
        )?;
        let address = libc::sockaddr_ll {
            sll_family: libc::AF_PACKET as u16,
            sll_protocol: (libc::ETH_P_IP as u16).to_be(),
            sll_ifindex: index as i32,
            sll_hatype: 0,
            sll_pkttype: 0,
            sll_halen: 6,
            sll_addr: [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0],
        };
        let length = size_of_val(&address) as libc::socklen_t;
        // SAFETY: the address is a sockaddr_ll of that length, and is copied.
        let everyone = unsafe { LinkAddr::from_raw((&raw const address).cast(), Some(length)) };
        let everyone = everyone.ok_or(Errno::EINVAL)?;
        bind(fd.as_raw_fd(), &everyone)?;
        Ok(Self { fd, everyone })
    }
}

impl Link for Socket {
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
                Err(Errno::EAGAIN | Errno::EINTR) => {}
                other => return other.map(Some),
            }
        }
    }
}
