//! What the guest does with its network interfaces.

use std::fs;
use std::net::IpAddr;

use gio::InetAddress;
use gio::prelude::*;
use sandbox_plan::{Address, Interface, Route};

use super::BuilderError;
use crate::config::{Config, ConfigExt};

/// Where programs look for name servers, and where they are if these are only a service on the host itself.
const RESOLVERS: [&str; 2] = ["/etc/resolv.conf", "/run/systemd/resolve/resolv.conf"];

/// The interfaces, in their order.
pub(crate) fn interfaces(config: &Config) -> Result<Vec<Interface>, BuilderError> {
    let mut all = Vec::new();
    for network in config.networks() {
        let mut interface = Interface {
            dhcp: network.dhcp(),
            ..Interface::default()
        };
        for address in network.addresses() {
            let ip = ip(address.primary(), "an address of an interface")?;
            interface.addresses.push(Address {
                ip,
                prefix: prefix(address.prefix(), ip)?,
                broadcast: address
                    .broadcast()
                    .and_then(|address| address.to_str().parse().ok()),
            });
        }
        for route in network.routes() {
            let target = ip(route.target(), "the target of a route")?;
            let gateway = ip(route.gateway(), "the gateway of a route")?;
            if target.is_ipv4() != gateway.is_ipv4() {
                let problem = format!("{gateway} can't be the gateway of {target}: one is IPv6");
                return Err(BuilderError::Network(problem));
            }
            interface.routes.push(Route {
                target,
                prefix: prefix(route.prefix(), target)?,
                gateway,
            });
        }
        all.push(interface);
    }
    Ok(all)
}

/// The resolv.conf of this host, without what only this host can use.
pub(crate) fn resolver() -> Vec<u8> {
    let texts = RESOLVERS.map(|path| fs::read_to_string(path).unwrap_or_default());
    let usable = texts.iter().find(|text| has_server_elsewhere(text));
    usable.cloned().unwrap_or_default().into_bytes()
}

fn has_server_elsewhere(resolver: &str) -> bool {
    resolver.lines().any(|line| {
        let mut words = line.split_whitespace();
        words.next() == Some("nameserver")
            && words
                .next()
                .and_then(|server| server.parse().ok())
                .is_some_and(|server: IpAddr| !server.is_loopback())
    })
}

fn ip(address: Option<InetAddress>, what: &str) -> Result<IpAddr, BuilderError> {
    address
        .and_then(|address| address.to_str().parse().ok())
        .ok_or_else(|| BuilderError::Network(format!("{what} is missing")))
}

fn prefix(prefix: u32, ip: IpAddr) -> Result<u8, BuilderError> {
    let most = if ip.is_ipv4() { 32 } else { 128 };
    u8::try_from(prefix)
        .ok()
        .filter(|prefix| *prefix <= most)
        .ok_or_else(|| BuilderError::Network(format!("{ip}/{prefix}: the prefix is over {most}")))
}

#[cfg(test)]
mod tests {
    use glib::prelude::*;

    use super::*;
    use crate::config::ConfigInteractive;

    fn planned(option: &std::ffi::CStr) -> Result<Vec<Interface>, String> {
        let config = ConfigInteractive::new(c"box");
        config.add_network_opts(option).unwrap();
        interfaces(config.upcast_ref()).map_err(|error| error.to_string())
    }

    #[test]
    fn addresses_and_routes_of_both_kinds_are_planned() {
        let option = c"address=10.1.2.3/8%10.255.255.255,address=fd00::2,route=0.0.0.0/0%10.0.0.1";
        let [interface] = &planned(option).unwrap()[..] else {
            panic!("not one interface");
        };
        assert!(!interface.dhcp);
        assert_eq!(interface.addresses[0].ip.to_string(), "10.1.2.3");
        assert_eq!(
            interface.addresses[0].broadcast,
            "10.255.255.255".parse().ok()
        );
        assert_eq!(interface.addresses[1].prefix, 64);
        assert_eq!(interface.routes[0].prefix, 0);
        assert!(planned(c"dhcp").unwrap()[0].dhcp);
    }

    #[test]
    fn a_route_stays_in_its_family() {
        let message = planned(c"address=10.0.0.1,route=10.2.0.0/16%fd00::1").unwrap_err();
        assert!(message.contains("fd00::1"), "{message}");
    }

    #[test]
    fn a_name_server_on_the_host_itself_is_of_no_use() {
        assert!(!has_server_elsewhere(
            "nameserver 127.0.0.53\noptions edns0"
        ));
        assert!(!has_server_elsewhere(
            "# nameserver 10.0.0.1\nnameserver ::1"
        ));
        assert!(has_server_elsewhere(
            "search x\nnameserver 127.0.0.1\nnameserver 10.0.0.1\n"
        ));
    }
}
