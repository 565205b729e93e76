//! Keeps a lease: asks for more time while it lasts, and for another one when it is lost.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use super::socket::Link;
use super::{Client, Lease, REFUSED};

/// The shortest time between two questions.
const SHORTEST: Duration = Duration::from_secs(1);

/// How long to wait before a search for another lease starts again.
const PAUSE: Duration = Duration::from_secs(60);

/// What has the address.
pub trait Addresses {
    /// Lets the interface have what the lease gives, for its time.
    fn apply(&self, lease: &Lease);

    /// Takes the address away.
    fn remove(&self, lease: &Lease);
}

/// Keeps `lease`, which has just begun, or another one in its place, until one is for ever.
///
/// # Errors
/// When nothing can be received any more.
pub fn keep<L: Link>(
    client: &Client<L>,
    mut lease: Lease,
    addresses: &impl Addresses,
) -> nix::Result<()> {
    while let Some(duration) = lease.duration {
        match renew(client, &lease, duration)? {
            Some(renewed) if renewed.address == lease.address => {
                lease = renewed;
            }
            other => {
                addresses.remove(&lease);
                lease = match other {
                    Some(other) => other,
                    None => start_over(client)?,
                };
            }
        }
        addresses.apply(&lease);
    }
    Ok(())
}

/// Asks for more time from half of the lease on, each time after half of what is left; none when it is refused or too late.
///
/// Everyone is asked: the server that gave the lease answers, and if it is gone, the one that took over does.
fn renew<L: Link>(
    client: &Client<L>,
    lease: &Lease,
    duration: Duration,
) -> nix::Result<Option<Lease>> {
    let IpAddr::V4(address) = lease.address.ip else {
        return Ok(None);
    };
    let begin = client.link.now();
    wait_until(client, begin + (duration / 2).max(SHORTEST))?;
    let end = begin + duration;
    loop {
        let now = client.link.now();
        let left = end.saturating_duration_since(now);
        if left.is_zero() {
            return Ok(None);
        }
        let patience = (left / 2).max(SHORTEST).min(left);
        match client.extend(address, patience) {
            Ok(lease) => return Ok(Some(lease)),
            Err(REFUSED) => return Ok(None),
            // The interface may be down for now.
            Err(_) => wait_until(client, now + patience)?,
        }
    }
}

fn start_over<L: Link>(client: &Client<L>) -> nix::Result<Lease> {
    loop {
        match client.obtain() {
            Ok(lease) => return Ok(lease),
            Err(_) => wait_until(client, client.link.now() + PAUSE)?,
        }
    }
}

/// Lets time pass; nothing is expected to come.
fn wait_until<L: Link>(client: &Client<L>, deadline: Instant) -> nix::Result<()> {
    while client.link.receive(&mut [0; 1], deadline)?.is_some() {}
    Ok(())
}
