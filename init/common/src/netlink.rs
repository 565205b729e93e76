//! Requests to the kernel about network interfaces.

use std::io;
use std::net::IpAddr;
use std::os::fd::{AsRawFd, OwnedFd};
use std::time::Duration;

use netlink_packet_core::{
    ErrorBuffer, NLM_F_ACK, NLM_F_CREATE, NLM_F_REPLACE, NLM_F_REQUEST, NetlinkBuffer,
    NetlinkHeader, NetlinkMessage, NetlinkPayload,
};
use netlink_packet_route::address::{
    AddressAttribute, AddressHeaderFlags, AddressMessage, AddressScope, CacheInfo,
};
use netlink_packet_route::link::{LinkFlags, LinkMessage};
use netlink_packet_route::route::{
    RouteAddress, RouteAttribute, RouteHeader, RouteMessage, RouteProtocol, RouteScope, RouteType,
};
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};
use nix::sys::socket::{
    AddressFamily as SocketFamily, MsgFlags, SockFlag, SockProtocol, SockType, recv, send, socket,
};
use sandbox_plan::{Address, Route};

/// The type of the message that answers a request.
const ANSWER: u16 = 2;

/// A connection to the kernel.
pub struct Netlink(OwnedFd);

impl Netlink {
    /// Connects.
    pub fn open() -> nix::Result<Self> {
        connect().map(Self)
    }

    /// Brings the interface number `index` up.
    pub fn bring_up(&self, index: u32) -> io::Result<()> {
        let mut link = LinkMessage::default();
        link.header.index = index;
        link.header.flags = LinkFlags::Up;
        link.header.change_mask = LinkFlags::Up;
        self.request(RouteNetlinkMessage::SetLink(link), 0)
    }

    /// Gives it an address, or the one that it has another `lifetime`; none is for ever.
    ///
    /// It has the address at once: nobody is asked whether they have the same.
    pub fn add_address(
        &self,
        index: u32,
        address: &Address,
        lifetime: Option<Duration>,
    ) -> io::Result<()> {
        let mut message = address_message(index, address);
        if let Some(lifetime) = lifetime {
            let mut info = CacheInfo::default();
            // No time at all is no lifetime for the kernel, and the highest number is for ever.
            info.ifa_valid = lifetime.as_secs().clamp(1, (u32::MAX - 1).into()) as u32;
            info.ifa_preferred = info.ifa_valid;
            message.attributes.push(AddressAttribute::CacheInfo(info));
        }
        let broadcast = address.broadcast.map(AddressAttribute::Broadcast);
        message.attributes.extend(broadcast);
        let flags = NLM_F_CREATE | NLM_F_REPLACE;
        self.request(RouteNetlinkMessage::NewAddress(message), flags)
    }

    /// Takes an address away; one that it doesn't have is none.
    pub fn remove_address(&self, index: u32, address: &Address) -> io::Result<()> {
        let message = address_message(index, address);
        match self.request(RouteNetlinkMessage::DelAddress(message), 0) {
            Err(error) if error.kind() == io::ErrorKind::AddrNotAvailable => Ok(()),
            other => other,
        }
    }

    /// Adds a route through it, in the place of one with the same `metric`; the least one counts.
    pub fn add_route(&self, index: u32, route: &Route, metric: u32) -> io::Result<()> {
        let mut message = RouteMessage::default();
        message.header.address_family = family(route.target);
        message.header.destination_prefix_length = route.prefix;
        message.header.table = RouteHeader::RT_TABLE_MAIN;
        message.header.protocol = RouteProtocol::Static;
        message.header.scope = RouteScope::Universe;
        message.header.kind = RouteType::Unicast;
        message.attributes = vec![
            RouteAttribute::Oif(index),
            RouteAttribute::Gateway(RouteAddress::from(route.gateway)),
            RouteAttribute::Priority(metric),
        ];
        if route.prefix > 0 {
            let target = RouteAddress::from(route.target);
            message.attributes.push(RouteAttribute::Destination(target));
        }
        let flags = NLM_F_CREATE | NLM_F_REPLACE;
        self.request(RouteNetlinkMessage::NewRoute(message), flags)
    }

    fn request(&self, message: RouteNetlinkMessage, flags: u16) -> io::Result<()> {
        send_to_kernel(&self.0, message, NLM_F_ACK | flags)?;
        let mut answer = [0; 4096];
        let length = recv(self.0.as_raw_fd(), &mut answer, MsgFlags::empty())?;
        let broken = |_| io::Error::from(io::ErrorKind::InvalidData);
        let answer = NetlinkBuffer::new_checked(&answer[..length]).map_err(broken)?;
        if answer.message_type() != ANSWER {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let outcome = ErrorBuffer::new_checked(answer.payload()).map_err(broken)?;
        match outcome.code() {
            Some(code) => Err(io::Error::from_raw_os_error(code.get().saturating_abs())),
            None => Ok(()),
        }
    }
}

/// A socket to the kernel.
pub fn connect() -> nix::Result<OwnedFd> {
    socket(
        SocketFamily::Netlink,
        SockType::Raw,
        SockFlag::SOCK_CLOEXEC,
        SockProtocol::NetlinkRoute,
    )
}

/// Sends a request.
pub fn send_to_kernel(
    socket: &OwnedFd,
    message: RouteNetlinkMessage,
    flags: u16,
) -> nix::Result<()> {
    let mut header = NetlinkHeader::default();
    header.flags = NLM_F_REQUEST | flags;
    let mut message = NetlinkMessage::new(header, NetlinkPayload::from(message));
    message.finalize();
    let mut bytes = vec![0; message.buffer_len()];
    message.serialize(&mut bytes);
    send(socket.as_raw_fd(), &bytes, MsgFlags::empty()).map(drop)
}

fn address_message(index: u32, address: &Address) -> AddressMessage {
    let mut message = AddressMessage::default();
    message.header.family = family(address.ip);
    message.header.prefix_len = address.prefix;
    message.header.flags = AddressHeaderFlags::Nodad;
    message.header.scope = AddressScope::Universe;
    message.header.index = index;
    message.attributes = vec![
        AddressAttribute::Local(address.ip),
        AddressAttribute::Address(address.ip),
    ];
    message
}

/// The family of an address.
pub fn family(ip: IpAddr) -> AddressFamily {
    match ip {
        IpAddr::V4(_) => AddressFamily::Inet,
        IpAddr::V6(_) => AddressFamily::Inet6,
    }
}
