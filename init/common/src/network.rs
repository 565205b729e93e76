//! The network interfaces of the plan, and the name servers.

use std::fs;
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::net::if_::if_nametoindex;
use sandbox_plan::{Interface, Mount, Plan, Route};

use crate::dhcp;
use crate::error::{Error, OrError};
use crate::lease_keeper::Held;
use crate::log::Log;
use crate::netlink::Netlink;

const RESOLVER: &str = "/etc/resolv.conf";

/// What stands in for it; the root is read-only.
const OWN_RESOLVER: &str = "/run/libvirt-sandbox-resolv.conf";

/// Brings the loopback interface up; a system without one is left as it is.
///
/// # Errors
/// When the kernel refuses.
pub fn bring_up_loopback() -> Result<(), Error> {
    let action = || "bring up the network interface lo".into();
    let index = match if_nametoindex("lo") {
        Err(Errno::ENODEV | Errno::EAFNOSUPPORT) => return Ok(()),
        index => index.or_error(action)?,
    };
    let netlink = Netlink::open().or_error(action)?;
    netlink.bring_up(index).or_error(action)
}

/// What a sandbox has its network by.
#[derive(Default)]
pub struct Network {
    /// What is to be mounted for programs to find name servers.
    pub resolver: Option<Mount>,
    /// What DHCP servers gave, and want to be asked for again.
    pub leases: Vec<Held>,
}

/// Sets the interfaces of the plan up.
///
/// # Errors
/// When an interface is missing, the kernel refuses, or nobody gives an address.
pub fn set_up(plan: &Plan, log: Log) -> Result<Network, Error> {
    let mut network = Network::default();
    if plan.interfaces.is_empty() {
        return Ok(network);
    }
    let netlink = Netlink::open().or_error(|| "reach the kernel by netlink".into())?;
    let mut resolver = String::new();
    for (number, interface) in plan.interfaces.iter().enumerate() {
        let name = format!("eth{number}");
        log.step(format_args!("set up the network interface {name}"));
        let lease = set_up_one(&netlink, &name, interface)?;
        resolver.push_str(lease.as_ref().map_or("", |held| &held.lease.resolver));
        network.leases.extend(lease);
    }
    let resolver = if resolver.is_empty() {
        plan.resolver.as_slice()
    } else {
        resolver.as_bytes()
    };
    if resolver.is_empty() {
        return Ok(network);
    }
    fs::write(OWN_RESOLVER, resolver).or_error(|| format!("write {OWN_RESOLVER}"))?;
    network.resolver = Some(Mount {
        fstype: "bind".into(),
        source: OWN_RESOLVER.into(),
        target: follow_links(Path::new(RESOLVER)).into(),
        options: String::new(),
        read_only: false,
    });
    Ok(network)
}

/// Sets one interface up, and gives what a DHCP server has given for it.
fn set_up_one(netlink: &Netlink, name: &str, interface: &Interface) -> Result<Option<Held>, Error> {
    let action = || format!("set up the network interface {name}");
    let index = if_nametoindex(name).or_error(action)?;
    netlink.bring_up(index).or_error(action)?;
    for address in &interface.addresses {
        netlink
            .add_address(index, address, None)
            .or_error(|| format!("give {name} the address {}/{}", address.ip, address.prefix))?;
    }
    for route in &interface.routes {
        add_route(netlink, index, name, route)?;
    }
    if !interface.dhcp {
        return Ok(None);
    }
    let (lease, client) = dhcp::acquire(name, index)?;
    netlink
        .add_address(index, &lease.address, lease.duration)
        .or_error(|| format!("give {name} the address {}", lease.address.ip))?;
    if let Some(route) = &lease.route {
        add_route(netlink, index, name, route)?;
    }
    Ok(Some(Held {
        index,
        lease,
        client,
    }))
}

fn add_route(netlink: &Netlink, index: u32, name: &str, route: &Route) -> Result<(), Error> {
    let Route {
        target,
        prefix,
        gateway,
    } = route;
    netlink.add_route(index, route).or_error(|| {
        format!("add the route to {target}/{prefix} by {gateway}, on the network interface {name}")
    })
}

/// Where the links of `path` end, whether there is something or not.
fn follow_links(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    // As many as the kernel follows.
    for _ in 0..40 {
        let Ok(link) = fs::read_link(&path) else {
            break;
        };
        let parent = path.parent().unwrap_or(Path::new("/"));
        path = parent.join(link);
    }
    path
}
