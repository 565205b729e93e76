//! The network interfaces of the plan.

use std::fs;
use std::io::ErrorKind;
use std::net::IpAddr;

use nix::errno::Errno;
use nix::net::if_::if_nametoindex;
use sandbox_plan::{Interface, Plan, Route};

use crate::dhcp;
use crate::error::{Error, OrError};
use crate::lease_keeper::Held;
use crate::log::Log;
use crate::name_files::ResolverFile;
use crate::netlink::Netlink;
use crate::readiness::Watch;

/// The metric of the first interface's routes; the next ones have more, so that the first one counts.
const FIRST_METRIC: u32 = 100;

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

/// What DHCP servers gave.
#[derive(Default)]
pub struct Network {
    /// What they want to be asked for again.
    pub leases: Vec<Held>,
}

impl Network {
    /// What resolv.conf says by the first server that tells.
    pub fn resolver(&self) -> &str {
        let mut told = self.leases.iter().map(|held| held.lease.resolver.as_str());
        told.find(|resolver| !resolver.is_empty())
            .unwrap_or_default()
    }

    /// Lets that server's lease keep the file, too.
    pub fn keep_resolver(&mut self, file: Option<ResolverFile>) {
        let mut leases = self.leases.iter_mut();
        if let Some(held) = leases.find(|held| !held.lease.resolver.is_empty()) {
            held.resolver = file;
        }
    }
}

/// Sets the interfaces of the plan up.
///
/// # Errors
/// When an interface is missing or has no link, the kernel refuses, a gateway is silent, or nobody gives an address.
pub fn set_up(plan: &Plan, log: Log) -> Result<Network, Error> {
    let mut network = Network::default();
    if plan.interfaces.is_empty() {
        return Ok(network);
    }
    let netlink = Netlink::open().or_error(|| "reach the kernel by netlink".into())?;
    let numbers = 0..plan.interfaces.len() as u32;
    let ports: Vec<_> = numbers
        .zip(&plan.interfaces)
        .map(|(number, interface)| Port::bring_up(&netlink, number, interface))
        .collect::<Result<_, _>>()?;
    for (port, interface) in ports.iter().zip(&plan.interfaces) {
        log.step(format_args!("set up the network interface {}", port.name));
        network.leases.extend(port.set_up(interface)?);
    }
    Ok(network)
}

/// An interface that is up.
struct Port<'a> {
    netlink: &'a Netlink,
    name: String,
    index: u32,
    metric: u32,
    watch: Watch,
}

impl<'a> Port<'a> {
    fn bring_up(netlink: &'a Netlink, number: u32, interface: &Interface) -> Result<Self, Error> {
        let name = format!("eth{number}");
        let action = || format!("set up the network interface {name}");
        let index = if_nametoindex(name.as_str()).or_error(action)?;
        // The kernel's search for others with the same IPv6 address takes seconds; where it can't be left out it is waited for.
        let _ = fs::write(ipv6_setting(&name, "accept_dad"), "0");
        if !interface.addresses.is_empty() {
            refuse_routers(&name)?;
        }
        let watch = Watch::begin(index).or_error(action)?;
        netlink.bring_up(index).or_error(action)?;
        Ok(Self {
            netlink,
            name,
            index,
            metric: FIRST_METRIC + number,
            watch,
        })
    }

    /// Gives it its addresses and routes, and tells what a DHCP server has given for it.
    fn set_up(&self, interface: &Interface) -> Result<Option<Held>, Error> {
        let name = &self.name;
        let action = || format!("set up the network interface {name}");
        match self.watch.wait_for_link() {
            Err(Errno::ETIMEDOUT) => return Err(Error::NoLink(name.clone())),
            other => other.or_error(action)?,
        }
        if has_own_address(name) {
            let action = || format!("wait for the link-local address of {name}");
            self.watch.wait_for_own_address().or_error(action)?;
        }
        for address in &interface.addresses {
            let action = || format!("give {name} the address {}/{}", address.ip, address.prefix);
            let added = self.netlink.add_address(self.index, address, None);
            added.or_error(action)?;
        }
        for route in &interface.routes {
            self.add_route(route)?;
            self.reach(&self.watch, route.gateway)?;
        }
        if !interface.dhcp {
            return Ok(None);
        }
        let (lease, client) = dhcp::acquire(name, self.index)?;
        let added = self
            .netlink
            .add_address(self.index, &lease.address, lease.duration);
        added.or_error(|| format!("give {name} the address {}", lease.address.ip))?;
        if let Some(route) = &lease.route {
            self.add_route(route)?;
            if interface.learned {
                // The filter takes its time, and half a minute for DHCP may have passed.
                self.reach(&self.begin_to_watch()?, route.gateway)?;
            }
        }
        Ok(Some(Held {
            index: self.index,
            metric: self.metric,
            lease,
            client,
            resolver: None,
        }))
    }

    fn add_route(&self, route: &Route) -> Result<(), Error> {
        let Route {
            target,
            prefix,
            gateway,
        } = route;
        let added = self.netlink.add_route(self.index, route, self.metric);
        added.or_error(|| {
            let name = &self.name;
            format!(
                "add the route to {target}/{prefix} by {gateway}, on the network interface {name}"
            )
        })
    }

    fn begin_to_watch(&self) -> Result<Watch, Error> {
        Watch::begin(self.index).or_error(|| format!("set up the network interface {}", self.name))
    }

    fn reach(&self, watch: &Watch, gateway: IpAddr) -> Result<(), Error> {
        match watch.wait_for_neighbour(gateway) {
            Err(Errno::ETIMEDOUT) => Err(Error::NoGateway {
                gateway,
                interface: self.name.clone(),
            }),
            other => other.or_error(|| format!("reach the gateway {gateway} on {}", self.name)),
        }
    }
}

/// Takes no addresses and routes from routers, which anybody on the network can be: all that the interface has is given by
/// hand.
fn refuse_routers(name: &str) -> Result<(), Error> {
    let path = ipv6_setting(name, "accept_ra");
    match fs::write(&path, "0") {
        // This kernel has no IPv6.
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        written => written.or_error(|| format!("set {path}")),
    }
}

fn ipv6_setting(name: &str, setting: &str) -> String {
    format!("/proc/sys/net/ipv6/conf/{name}/{setting}")
}

/// Whether the kernel gives the interface a link-local address.
fn has_own_address(name: &str) -> bool {
    let is = |setting, value: &str| {
        let text = fs::read_to_string(ipv6_setting(name, setting));
        text.is_ok_and(|text| text.trim() == value)
    };
    is("disable_ipv6", "0") && !is("addr_gen_mode", "1")
}
