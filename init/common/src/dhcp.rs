//! Asks a DHCP server for an address.

use std::collections::hash_map::RandomState;
use std::fs;
use std::hash::{BuildHasher, Hasher};
use std::net::{IpAddr, Ipv4Addr};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::libc;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::socket::{
    AddressFamily, LinkAddr, MsgFlags, SockFlag, SockProtocol, SockType, SockaddrLike, bind, recv,
    sendto, socket,
};
use sandbox_plan::{Address, Route};
use smoltcp::phy::ChecksumCapabilities;
use smoltcp::wire::{
    DhcpMessageType, DhcpPacket, DhcpRepr, EthernetAddress, IpProtocol, Ipv4Packet, Ipv4Repr,
    UdpPacket, UdpRepr,
};

use crate::error::{Error, OrError};

const CLIENT_PORT: u16 = 68;
const SERVER_PORT: u16 = 67;

/// How many seconds to wait for an answer, each time that something is asked again.
const PATIENCE: [u64; 5] = [1, 2, 4, 8, 15];

/// Subnet mask, router, name servers, domain name.
const WANTED: [u8; 4] = [1, 3, 6, 15];
const DOMAIN_NAME: u8 = 15;

/// What a server gave.
pub struct Lease {
    /// The address.
    pub address: Address,
    /// The way to everywhere else.
    pub route: Option<Route>,
    /// What resolv.conf has to say.
    pub resolver: String,
}

/// Gets an address for the interface `name`, which has the number `index` and is up.
pub fn acquire(name: &str, index: u32) -> Result<Lease, Error> {
    let path = format!("/sys/class/net/{name}/address");
    let hardware = fs::read_to_string(&path).or_error(|| format!("read {path}"))?;
    let client = Client {
        socket: Socket::open(index).or_error(|| format!("listen on the interface {name}"))?,
        hardware: hardware
            .trim()
            .parse()
            .map_err(|()| Error::Impossible(format!("{name} is no Ethernet interface")))?,
        transaction: RandomState::new().build_hasher().finish() as u32,
    };
    let asked = client.discover().and_then(|offer| client.request(&offer));
    match asked {
        Err(Errno::ETIMEDOUT) => Err(Error::NoLease(name.to_owned())),
        other => other.or_error(|| format!("get an address for {name} by DHCP")),
    }
}

struct Client {
    socket: Socket,
    hardware: EthernetAddress,
    transaction: u32,
}

/// What a server would give.
struct Offer {
    address: Ipv4Addr,
    server: Ipv4Addr,
}

impl Client {
    fn discover(&self) -> nix::Result<Offer> {
        let message = self.message(DhcpMessageType::Discover);
        self.ask(&message, |answer, _| {
            (answer.message_type == DhcpMessageType::Offer).then_some(())?;
            Some(Ok(Offer {
                address: answer.your_ip,
                server: answer.server_identifier?,
            }))
        })
    }

    fn request(&self, offer: &Offer) -> nix::Result<Lease> {
        let mut message = self.message(DhcpMessageType::Request);
        message.requested_ip = Some(offer.address);
        message.server_identifier = Some(offer.server);
        self.ask(&message, |answer, packet| match answer.message_type {
            DhcpMessageType::Ack => Some(Ok(lease(answer, packet))),
            DhcpMessageType::Nak => Some(Err(Errno::EADDRNOTAVAIL)),
            _ => None,
        })
    }

    fn message(&self, message_type: DhcpMessageType) -> DhcpRepr<'static> {
        DhcpRepr {
            message_type,
            transaction_id: self.transaction,
            secs: 0,
            client_hardware_address: self.hardware,
            client_ip: Ipv4Addr::UNSPECIFIED,
            your_ip: Ipv4Addr::UNSPECIFIED,
            server_ip: Ipv4Addr::UNSPECIFIED,
            router: None,
            subnet_mask: None,
            relay_agent_ip: Ipv4Addr::UNSPECIFIED,
            broadcast: true,
            requested_ip: None,
            client_identifier: Some(self.hardware),
            server_identifier: None,
            parameter_request_list: Some(&WANTED),
            dns_servers: None,
            max_size: Some(1400),
            lease_duration: None,
            renew_duration: None,
            rebind_duration: None,
            additional_options: &[],
        }
    }

    /// Sends `message` until an answer satisfies `accept`.
    fn ask<T>(
        &self,
        message: &DhcpRepr,
        accept: impl Fn(&DhcpRepr, &DhcpPacket<&[u8]>) -> Option<nix::Result<T>>,
    ) -> nix::Result<T> {
        let bytes = emit(message);
        let mut buffer = [0; 2048];
        for seconds in PATIENCE {
            self.socket.send(&bytes)?;
            let deadline = Instant::now() + Duration::from_secs(seconds);
            while let Some(length) = self.socket.receive(&mut buffer, deadline)? {
                let Some(packet) = dhcp_packet(&buffer[..length]) else {
                    continue;
                };
                let Ok(answer) = DhcpRepr::parse(&packet) else {
                    continue;
                };
                let ours = answer.transaction_id == self.transaction
                    && answer.client_hardware_address == self.hardware;
                if let Some(accepted) = ours.then(|| accept(&answer, &packet)).flatten() {
                    return accepted;
                }
            }
        }
        Err(Errno::ETIMEDOUT)
    }
}

fn lease(answer: &DhcpRepr, packet: &DhcpPacket<&[u8]>) -> Lease {
    let mask = answer.subnet_mask.unwrap_or(Ipv4Addr::BROADCAST);
    let prefix = mask.to_bits().leading_ones() as u8;
    let address = answer.your_ip;
    let mut resolver = String::new();
    let domain = packet.options().find(|option| option.kind == DOMAIN_NAME);
    let domain = domain.and_then(|option| std::str::from_utf8(option.data).ok());
    // What is no name could say anything in the file.
    let is_name = |domain: &&str| domain.bytes().all(|byte| byte.is_ascii_graphic());
    if let Some(domain) = domain
        .map(|name| name.trim_end_matches('\0'))
        .filter(is_name)
    {
        resolver.push_str(&format!("search {domain}\n"));
    }
    for server in answer.dns_servers.iter().flatten() {
        resolver.push_str(&format!("nameserver {server}\n"));
    }
    Lease {
        address: Address {
            ip: address.into(),
            prefix,
            broadcast: Some(address | !mask),
        },
        route: answer.router.map(|gateway| Route {
            target: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            prefix: 0,
            gateway: gateway.into(),
        }),
        resolver,
    }
}

/// The whole IP packet with `message`.
fn emit(message: &DhcpRepr) -> Vec<u8> {
    let checksums = ChecksumCapabilities::default();
    let udp = UdpRepr {
        src_port: CLIENT_PORT,
        dst_port: SERVER_PORT,
    };
    let length = udp.header_len() + message.buffer_len();
    let ip = Ipv4Repr {
        src_addr: Ipv4Addr::UNSPECIFIED,
        dst_addr: Ipv4Addr::BROADCAST,
        next_header: IpProtocol::Udp,
        payload_len: length,
        hop_limit: 64,
    };
    let mut bytes = vec![0; ip.buffer_len() + length];
    ip.emit(&mut Ipv4Packet::new_unchecked(&mut bytes), &checksums);
    udp.emit(
        &mut UdpPacket::new_unchecked(&mut bytes[ip.buffer_len()..]),
        &ip.src_addr.into(),
        &ip.dst_addr.into(),
        message.buffer_len(),
        |payload| {
            // The buffer has the length that the message says it needs.
            let _ = message.emit(&mut DhcpPacket::new_unchecked(payload));
        },
        &checksums,
    );
    bytes
}

/// The DHCP message for a client in an IP packet.
fn dhcp_packet(bytes: &[u8]) -> Option<DhcpPacket<&[u8]>> {
    let ip = Ipv4Packet::new_checked(bytes).ok()?;
    if ip.next_header() != IpProtocol::Udp {
        return None;
    }
    // The checksum of a packet from the same host may not be there: such packets leave it to hardware that they never pass.
    let udp = UdpPacket::new_checked(ip.payload()).ok()?;
    if udp.dst_port() != CLIENT_PORT {
        return None;
    }
    DhcpPacket::new_checked(udp.payload()).ok()
}

/// A socket beside the kernel's own IP: the interface has no address yet.
struct Socket {
    fd: OwnedFd,
    everyone: LinkAddr,
}

impl Socket {
    fn open(index: u32) -> nix::Result<Self> {
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

    fn send(&self, packet: &[u8]) -> nix::Result<()> {
        let flags = MsgFlags::empty();
        sendto(self.fd.as_raw_fd(), packet, &self.everyone, flags).map(drop)
    }

    /// The length of the next packet; none when `deadline` comes first.
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
