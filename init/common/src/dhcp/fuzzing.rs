//! A client whose servers are the fuzz target.

use std::cell::RefCell;
use std::collections::VecDeque;

use smoltcp::wire::EthernetAddress;

use super::*;

struct Packets<'a> {
    waiting: RefCell<VecDeque<&'a [u8]>>,
    now: std::time::Instant,
}

impl Link for Packets<'_> {
    fn send(&self, _packet: &[u8]) -> nix::Result<()> {
        Ok(())
    }

    fn receive(
        &self,
        buffer: &mut [u8],
        _deadline: std::time::Instant,
    ) -> nix::Result<Option<usize>> {
        Ok(self.waiting.borrow_mut().pop_front().map(|packet| {
            let length = packet.len().min(buffer.len());
            buffer[..length].copy_from_slice(&packet[..length]);
            length
        }))
    }

    fn now(&self) -> std::time::Instant {
        self.now
    }
}

/// What `packets` on the network make of a client with this hardware address and transaction.
pub fn obtain(packets: &[&[u8]], hardware: [u8; 6], transaction: u32) -> Option<Lease> {
    let client = Client {
        link: Packets {
            waiting: RefCell::new(packets.iter().copied().collect()),
            now: std::time::Instant::now(),
        },
        hardware: EthernetAddress(hardware),
        transaction,
    };
    client.obtain().ok()
}
