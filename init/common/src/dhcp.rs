//! Asks a DHCP server for an address.

#[cfg(feature = "fuzzing")]
pub(crate) mod fuzzing;
mod message;
pub mod renewal;
mod socket;
#[cfg(test)]
mod tests;

use std::collections::hash_map::RandomState;
use std::fs;
use std::hash::{BuildHasher, Hasher};
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use nix::errno::Errno;
use sandbox_plan::{Address, Route};
use smoltcp::wire::{DhcpMessageType, DhcpPacket, DhcpRepr, EthernetAddress};

use self::socket::Link;
pub use self::socket::Socket;
use crate::error::{Error, OrError};

/// How long to wait for an answer, each time that something is asked again.
///
/// Often at first: a bridge of the host drops what comes before it forwards for a new port, four seconds in libvirt's networks.
const TIMEOUT: [Duration; 8] = [
    Duration::from_secs(1),
    Duration::from_secs(1),
    Duration::from_secs(1),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(8),
    Duration::from_secs(12),
];

/// What a server's refusal is to the caller.
const REFUSED: Errno = Errno::EADDRNOTAVAIL;

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
    /// For how long; none is for ever.
    pub duration: Option<Duration>,
}

/// Gets an address for the interface `name`, which has the number `index` and is up; the client can renew it.
pub fn acquire(name: &str, index: u32) -> Result<(Lease, Client<Socket>), Error> {
    let path = format!("/sys/class/net/{name}/address");
    let hardware = fs::read_to_string(&path).or_error(|| format!("read {path}"))?;
    let client = Client {
        link: Socket::open(index, message::CLIENT_PORT)
            .or_error(|| format!("listen on the interface {name}"))?,
        hardware: hardware
            .trim()
            .parse()
            .map_err(|()| Error::Impossible(format!("{name} is no Ethernet interface")))?,
        transaction: RandomState::new().build_hasher().finish() as u32,
    };
    Ok((client.acquire(name)?, client))
}

/// Asks for one interface.
pub struct Client<L> {
    /// Where.
    pub link: L,
    hardware: EthernetAddress,
    transaction: u32,
}

/// What a server would give.
struct Offer {
    address: Ipv4Addr,
    server: Ipv4Addr,
}

impl<L: Link> Client<L> {
    fn acquire(&self, name: &str) -> Result<Lease, Error> {
        match self.obtain() {
            Err(Errno::ETIMEDOUT) => Err(Error::NoLease(name.to_owned())),
            other => other.or_error(|| format!("get an address for {name} by DHCP")),
        }
    }

    fn obtain(&self) -> nix::Result<Lease> {
        self.request(&self.discover()?)
    }

    fn discover(&self) -> nix::Result<Offer> {
        let message = self.message(DhcpMessageType::Discover);
        self.ask(&message, &TIMEOUT, |answer, _| {
            let offered = answer.message_type == DhcpMessageType::Offer && usable(answer.your_ip);
            offered.then_some(())?;
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
        self.ask_for_lease(&message, &TIMEOUT)
    }

    /// Asks for more of what the interface has already.
    fn extend(&self, address: Ipv4Addr, patience: Duration) -> nix::Result<Lease> {
        let mut message = self.message(DhcpMessageType::Request);
        message.client_ip = address;
        self.ask_for_lease(&message, &[patience])
    }

    fn ask_for_lease(&self, message: &DhcpRepr, patience: &[Duration]) -> nix::Result<Lease> {
        self.ask(message, patience, |answer, packet| {
            match answer.message_type {
                DhcpMessageType::Ack if usable(answer.your_ip) => Some(Ok(lease(answer, packet))),
                DhcpMessageType::Nak => Some(Err(REFUSED)),
                _ => None,
            }
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

    /// Sends `message` until an answer satisfies `accept`, and waits for that as long as `patience` says each time.
    fn ask<T>(
        &self,
        message: &DhcpRepr,
        patience: &[Duration],
        accept: impl Fn(&DhcpRepr, &DhcpPacket<&[u8]>) -> Option<nix::Result<T>>,
    ) -> nix::Result<T> {
        let bytes = message::emit(message);
        let mut buffer = [0; 2048];
        for wait in patience {
            self.link.send(&bytes)?;
            let deadline = self.link.now() + *wait;
            while let Some(length) = self.link.receive(&mut buffer, deadline)? {
                let Some(packet) = message::parse(&buffer[..length]) else {
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

/// Whether an interface can have the address.
fn usable(ip: Ipv4Addr) -> bool {
    !(ip.is_unspecified() || ip.is_broadcast() || ip.is_multicast() || ip.is_loopback())
}

fn lease(answer: &DhcpRepr, packet: &DhcpPacket<&[u8]>) -> Lease {
    let mask = answer.subnet_mask.unwrap_or(Ipv4Addr::BROADCAST);
    let prefix = mask.to_bits().leading_ones() as u8;
    let address = answer.your_ip;
    let mut resolver = String::new();
    let domain = packet.options().find(|option| option.kind == DOMAIN_NAME);
    let domain = domain.and_then(|option| std::str::from_utf8(option.data).ok());
    // What is no name could say anything in the file.
    let is_name =
        |domain: &&str| !domain.is_empty() && domain.bytes().all(|byte| byte.is_ascii_graphic());
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
        duration: answer
            .lease_duration
            .filter(|seconds| *seconds != u32::MAX)
            .map(|seconds| Duration::from_secs(seconds.into())),
    }
}
