//! What the guest does with its network interfaces.

use std::fs;
use std::net::IpAddr;
use std::path::Path;

use gio::InetAddress;
use gio::prelude::*;
use sandbox_plan::{Address, Interface, Route};

use sandbox_gettext::translate;

use super::interfaces;
use crate::builder::BuilderError;
use crate::builder::storage::Storage;
use crate::config::{Config, ConfigExt, ConfigNetwork};

/// Where programs look for name servers.
const RESOLVER: &str = "/etc/resolv.conf";

/// Where they are if these are only a service on the host itself.
const RESOLVER_BEHIND: &str = "/run/systemd/resolve/resolv.conf";

/// The name server of user-mode networking, which asks those of the host.
const USER_MODE_RESOLVER: &str = "nameserver 10.0.2.3\n";

/// The interfaces, in their order.
pub(crate) fn interfaces(config: &Config) -> Result<Vec<Interface>, BuilderError> {
    let mut all = Vec::new();
    for network in config.networks() {
        let mut interface = Interface {
            dhcp: network.dhcp(),
            learned: interfaces::is_learned(&network),
            ..Interface::default()
        };
        for address in network.addresses() {
            let ip = ip(
                address.primary(),
                msgid!("an address of an interface is missing"),
            )?;
            interface.addresses.push(Address {
                ip,
                prefix: prefix(address.prefix(), ip)?,
                broadcast: address
                    .broadcast()
                    .and_then(|address| address.to_str().parse().ok()),
            });
        }
        for route in network.routes() {
            let target = ip(route.target(), msgid!("the target of a route is missing"))?;
            let gateway = ip(route.gateway(), msgid!("the gateway of a route is missing"))?;
            if target.is_ipv4() != gateway.is_ipv4() {
                let problem = tr!(
                    "{gateway} can't be the gateway of {target}: one is IPv6",
                    gateway,
                    target
                );
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

/// What resolv.conf says where DHCP does not: that of this host, unless only this host can use it.
///
/// None leaves the file alone: the user has given it, or there is no network.
pub(crate) fn resolver(config: &Config, storage: &Storage, has_user_mode: bool) -> Option<Vec<u8>> {
    if !config.has_networks() || !storage.is_ours(Path::new(RESOLVER)) {
        return None;
    }
    let is_user_mode = |network: &ConfigNetwork| {
        network
            .source()
            .is_none_or(|source| source.as_os_str().is_empty())
    };
    let behind = has_user_mode && config.networks().iter().any(is_user_mode);
    let texts =
        [RESOLVER, RESOLVER_BEHIND].map(|path| fs::read_to_string(path).unwrap_or_default());
    Some(choose(texts, behind).into_bytes())
}

/// Empty where none is of use.
fn choose(texts: [String; 2], behind_user_mode: bool) -> String {
    let usable = texts.into_iter().find(|text| has_server_elsewhere(text));
    let otherwise = if behind_user_mode {
        USER_MODE_RESOLVER
    } else {
        ""
    };
    usable.unwrap_or_else(|| otherwise.to_owned())
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

fn ip(address: Option<InetAddress>, missing: &'static str) -> Result<IpAddr, BuilderError> {
    address
        .and_then(|address| address.to_str().parse().ok())
        .ok_or_else(|| BuilderError::Network(translate(missing)))
}

fn prefix(prefix: u32, ip: IpAddr) -> Result<u8, BuilderError> {
    let most = if ip.is_ipv4() { 32 } else { 128 };
    u8::try_from(prefix)
        .ok()
        .filter(|prefix| *prefix <= most)
        .ok_or_else(|| {
            BuilderError::Network(tr!(
                "{ip}/{prefix}: the prefix is over {most}",
                ip,
                prefix,
                most
            ))
        })
}

#[cfg(test)]
mod tests {
    use glib::prelude::*;

    use super::*;
    use crate::builder::storage::recorded;
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
        let stub = || "nameserver 127.0.0.53\n".to_owned();
        let real = || "nameserver 10.0.0.1\n".to_owned();
        assert_eq!(choose([stub(), real()], true), real());
        assert_eq!(choose([stub(), String::new()], true), USER_MODE_RESOLVER);
        assert_eq!(choose([stub(), String::new()], false), "");
    }

    #[test]
    fn what_the_user_mounts_is_left_alone() {
        let config = ConfigInteractive::new(c"box");
        let config: &Config = config.upcast_ref();
        let given = |options: &[&std::ffi::CStr]| {
            let storage = recorded(options);
            let has_resolver = resolver(config, &storage, true).is_some();
            (has_resolver, storage.is_ours(Path::new("/etc/hosts")))
        };
        assert_eq!(given(&[]), (false, true), "no network");
        config.add_network_opts(c"dhcp").unwrap();
        let elsewhere = [c"host-bind:/=/srv/root", c"ram:/etc/resolv.conf.d=1M"];
        assert_eq!(given(&elsewhere), (true, true));
        assert_eq!(given(&[c"guest-bind:/etc/hosts=/srv/hosts"]), (true, false));
        assert_eq!(given(&[c"ram:/etc=1M"]), (false, false));
    }
}
