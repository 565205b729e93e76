//! Waits until an interface carries packets: until its link is there, and the gateways of its routes answer.

use std::net::IpAddr;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::time::{Duration, Instant};

use netlink_packet_core::{NLM_F_CREATE, NLM_F_DUMP, NetlinkMessage, NetlinkPayload};
use netlink_packet_route::address::{AddressHeaderFlags, AddressMessage, AddressScope};
use netlink_packet_route::link::{LinkFlags, LinkMessage};
use netlink_packet_route::neighbour::{
    NeighbourAddress, NeighbourAttribute, NeighbourFlags, NeighbourMessage, NeighbourState,
};
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::socket::{MsgFlags, NetlinkAddr, bind, recv};

use crate::netlink::{connect, family, send_to_kernel};

/// As long as a DHCP server gets: a bridge of the host may take that long before it forwards for a new port.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The kernel's news about links, neighbours, and IPv6 addresses.
const GROUPS: u32 = 1 | 1 << 2 | 1 << 8;

/// Listens to the kernel's news about one interface.
pub struct Watch {
    socket: OwnedFd,
    index: u32,
    deadline: Instant,
}

impl Watch {
    /// Begins, for the interface number `index`. What is waited for has half a minute from now on.
    pub fn begin(index: u32) -> nix::Result<Self> {
        let socket = connect()?;
        bind(socket.as_raw_fd(), &NetlinkAddr::new(0, GROUPS))?;
        Ok(Self {
            socket,
            index,
            deadline: Instant::now() + TIMEOUT,
        })
    }

    /// Waits for the link.
    pub fn wait_for_link(&self) -> nix::Result<()> {
        let mut question = LinkMessage::default();
        question.header.index = self.index;
        self.ask(RouteNetlinkMessage::GetLink(question), 0)?;
        self.wait_for(|news| {
            let RouteNetlinkMessage::NewLink(link) = news else {
                return Ok(false);
            };
            let flags = LinkFlags::Up | LinkFlags::Running;
            Ok(link.header.index == self.index && link.header.flags.contains(flags))
        })
    }

    /// Waits for the IPv6 address that the kernel gives the interface, and until it has found it to be the only one.
    pub fn wait_for_own_address(&self) -> nix::Result<()> {
        let mut question = AddressMessage::default();
        question.header.family = AddressFamily::Inet6;
        self.ask(RouteNetlinkMessage::GetAddress(question), NLM_F_DUMP)?;
        self.wait_for(|news| {
            let RouteNetlinkMessage::NewAddress(address) = news else {
                return Ok(false);
            };
            let header = &address.header;
            Ok(header.index == self.index
                && header.scope == AddressScope::Link
                && !header.flags.contains(AddressHeaderFlags::Tentative))
        })
    }

    /// Waits until the neighbour `ip` answers.
    pub fn wait_for_neighbour(&self, ip: IpAddr) -> nix::Result<()> {
        let destination = NeighbourAttribute::Destination(NeighbourAddress::from(ip));
        let mut question = NeighbourMessage::default();
        question.header.family = family(ip);
        question.header.ifindex = self.index;
        question.attributes = vec![destination.clone()];
        let mut call = question.clone();
        call.header.flags = NeighbourFlags::Use;
        let call = || {
            self.ask(
                RouteNetlinkMessage::NewNeighbour(call.clone()),
                NLM_F_CREATE,
            )
        };
        call()?;
        self.ask(RouteNetlinkMessage::GetNeighbour(question), 0)?;
        self.wait_for(|news| {
            let RouteNetlinkMessage::NewNeighbour(neighbour) = news else {
                return Ok(false);
            };
            let header = &neighbour.header;
            if header.ifindex != self.index || !neighbour.attributes.contains(&destination) {
                return Ok(false);
            }
            match header.state {
                NeighbourState::None | NeighbourState::Incomplete => Ok(false),
                // The kernel asks three times in three seconds.
                NeighbourState::Failed => call().map(|()| false),
                _ => Ok(true),
            }
        })
    }

    fn ask(&self, message: RouteNetlinkMessage, flags: u16) -> nix::Result<()> {
        send_to_kernel(&self.socket, message, flags)
    }

    /// Reads news until `accept` is satisfied; an answer to a question is news, too.
    fn wait_for(
        &self,
        accept: impl Fn(&RouteNetlinkMessage) -> nix::Result<bool>,
    ) -> nix::Result<()> {
        let mut buffer = [0; 32 * 1024];
        loop {
            let left = self.deadline.saturating_duration_since(Instant::now());
            let timeout = PollTimeout::try_from(left).unwrap_or(PollTimeout::ZERO);
            let mut fds = [PollFd::new(self.socket.as_fd(), PollFlags::POLLIN)];
            match poll(&mut fds, timeout) {
                Ok(0) => return Err(Errno::ETIMEDOUT),
                Err(Errno::EINTR) => continue,
                other => other?,
            };
            let length = match recv(self.socket.as_raw_fd(), &mut buffer, MsgFlags::MSG_DONTWAIT) {
                Err(Errno::EAGAIN | Errno::EINTR) => continue,
                other => other?,
            };
            for news in messages(&buffer[..length]) {
                if accept(&news)? {
                    return Ok(());
                }
            }
        }
    }
}

/// The messages of one datagram that are known.
fn messages(mut bytes: &[u8]) -> impl Iterator<Item = RouteNetlinkMessage> {
    let next = move || {
        let length = u32::from_ne_bytes(*bytes.first_chunk()?) as usize;
        let message = bytes.get(..length).filter(|message| !message.is_empty())?;
        bytes = bytes.get(length.next_multiple_of(4)..).unwrap_or_default();
        Some(NetlinkMessage::deserialize(message).ok())
    };
    std::iter::from_fn(next).filter_map(|message| match message?.payload {
        NetlinkPayload::InnerMessage(message) => Some(message),
        _ => None,
    })
}
