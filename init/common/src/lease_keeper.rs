//! The process that keeps the address of one interface while the program runs.

use std::os::fd::AsRawFd;

use nix::sys::prctl;
use nix::sys::signal::{SigSet, Signal};
use nix::unistd::{ForkResult, setsid};

use crate::dhcp::renewal::{self, Addresses};
use crate::dhcp::{Client, Lease, Socket};
use crate::error::{Error, OrError};
use crate::identity;
use crate::name_files::ResolverFile;
use crate::netlink::Netlink;
use crate::program::close_others;
use crate::system::{exit, fork};

/// What a DHCP server gave for the interface number `index`.
pub struct Held {
    /// The number.
    pub index: u32,
    /// The metric of its routes.
    pub metric: u32,
    /// What it gave.
    pub lease: Lease,
    /// Who asked for it.
    pub client: Client<Socket>,
    /// The resolv.conf, where it has what this server told.
    pub resolver: Option<ResolverFile>,
}

/// Starts the process, unless the lease is for ever. It ends with the sandbox; without it the kernel takes the address away
/// in time.
///
/// # Errors
/// When there can't be another process.
pub fn start(held: Held) -> Result<(), Error> {
    if held.lease.duration.is_none() {
        return Ok(());
    }
    match fork().or_error(|| "start the process that renews leases".into())? {
        ForkResult::Child => {
            // Nobody waits for it.
            let _ = keep(held);
            exit(0)
        }
        ForkResult::Parent { .. } => Ok(()),
    }
}

/// Runs in the child.
fn keep(held: Held) -> Result<(), Error> {
    let action = || "renew leases".to_owned();
    setsid().or_error(action)?;
    let resolver = held.resolver.as_ref();
    let mut kept = vec![held.client.link.as_raw_fd()];
    kept.extend(resolver.map(AsRawFd::as_raw_fd));
    close_others(0, &mut kept).or_error(action)?;
    SigSet::empty().thread_set_mask().or_error(action)?;
    identity::confine(1 << identity::CAP_NET_ADMIN)?;
    // After what could undo them.
    prctl::set_dumpable(false).or_error(action)?;
    prctl::set_pdeathsig(Signal::SIGKILL).or_error(action)?;
    let kernel = Kernel {
        netlink: Netlink::open().or_error(action)?,
        index: held.index,
        metric: held.metric,
        resolver,
    };
    renewal::keep(&held.client, held.lease, &kernel).or_error(action)
}

struct Kernel<'a> {
    netlink: Netlink,
    index: u32,
    metric: u32,
    resolver: Option<&'a ResolverFile>,
}

// The interface may be gone or down; the next lease is another chance.
impl Addresses for Kernel<'_> {
    fn apply(&self, lease: &Lease) {
        // First, so that it is right for who sees the address.
        if let Some(resolver) = self.resolver.filter(|_| !lease.resolver.is_empty()) {
            let _ = resolver.replace(&lease.resolver);
        }
        let netlink = &self.netlink;
        let _ = netlink.add_address(self.index, &lease.address, lease.duration);
        if let Some(route) = &lease.route {
            let _ = netlink.add_route(self.index, route, self.metric);
        }
    }

    fn remove(&self, lease: &Lease) {
        let _ = self.netlink.remove_address(self.index, &lease.address);
    }
}
