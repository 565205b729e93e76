//! DHCP messages in IP packets.

use std::net::Ipv4Addr;

use smoltcp::phy::ChecksumCapabilities;
use smoltcp::wire::{DhcpPacket, DhcpRepr, IpProtocol, Ipv4Packet, Ipv4Repr, UdpPacket, UdpRepr};

/// Where servers answer.
pub const CLIENT_PORT: u16 = 68;
const SERVER_PORT: u16 = 67;

/// The whole IP packet with `message`.
pub fn emit(message: &DhcpRepr) -> Vec<u8> {
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
pub fn parse(bytes: &[u8]) -> Option<DhcpPacket<&[u8]>> {
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
