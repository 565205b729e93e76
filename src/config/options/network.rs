//! `SETTING[,SETTING...]`: a network interface.

use std::ffi::{CStr, OsStr};
use std::net::Ipv4Addr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use gio::prelude::*;
use gio::{InetAddress, SocketFamily};

use super::{Grammar, shown, split};
use crate::config::{
    ConfigError, ConfigNetwork, ConfigNetworkAddress, ConfigNetworkFilterref,
    ConfigNetworkFilterrefParameter, ConfigNetworkRoute,
};

const GRAMMAR: Grammar = Grammar(msgid!(
    "a list of dhcp, source=NETWORK, mac=ADDRESS, address=IP[/PREFIX|/MASK][%BROADCAST], \
     route=IP[/PREFIX|/MASK]%GATEWAY, filter=NAME and filter.NAME=VALUE"
));

/// The interface that the option describes.
pub(in crate::config) fn parse(option: &CStr) -> Result<ConfigNetwork, ConfigError> {
    let network = ConfigNetwork::default();
    network.set_dhcp(false);
    let mut parameters = Vec::new();
    let settings = option.to_bytes();
    if !settings.is_empty() {
        for setting in settings.split(|&byte| byte == b',') {
            apply(&network, &mut parameters, setting)
                .map_err(|problem| GRAMMAR.error(problem, option))?;
        }
    }
    if !network.routes().is_empty() && network.addresses().is_empty() {
        return Err(GRAMMAR.error(tr!("static routes without a static address"), option));
    }
    match network.filterref() {
        Some(filterref) => parameters
            .iter()
            .for_each(|parameter| filterref.add_parameter(parameter)),
        None if parameters.is_empty() => {}
        None => return Err(GRAMMAR.error(tr!("filter parameters without a filter"), option)),
    }
    Ok(network)
}

fn apply(
    network: &ConfigNetwork,
    parameters: &mut Vec<ConfigNetworkFilterrefParameter>,
    setting: &[u8],
) -> Result<(), String> {
    if setting == b"dhcp" {
        if !network.addresses().is_empty() || !network.routes().is_empty() {
            return Err(tr!("DHCP together with static addresses or routes"));
        }
        network.set_dhcp(true);
    } else if let Some(source) = setting.strip_prefix(b"source=") {
        network.set_source(Some(path(source)));
    } else if let Some(mac) = setting.strip_prefix(b"mac=") {
        network.set_mac(Some(path(mac)));
    } else if let Some(address) = setting.strip_prefix(b"address=") {
        if network.dhcp() {
            return Err(tr!("static addresses together with DHCP"));
        }
        network.add_address(&parse_address(address)?);
    } else if let Some(route) = setting.strip_prefix(b"route=") {
        if network.dhcp() {
            return Err(tr!("static routes together with DHCP"));
        }
        network.add_route(&parse_route(route)?);
    } else if let Some(name) = setting.strip_prefix(b"filter=") {
        let filterref = ConfigNetworkFilterref::default();
        filterref.set_name(Some(path(name)));
        network.set_filterref(Some(&filterref));
    } else if let Some(parameter) = setting.strip_prefix(b"filter.") {
        parameters.push(parse_parameter(parameter)?);
    } else {
        return Err(tr!("unknown setting '{setting}'", setting = shown(setting)));
    }
    Ok(())
}

fn parse_address(text: &[u8]) -> Result<ConfigNetworkAddress, String> {
    let (network, broadcast) = match split(text, b'%') {
        Some((network, broadcast)) => (network, Some(ip(broadcast)?)),
        None => (text, None),
    };
    let (primary, prefix) = ip_and_prefix(network)?;
    Ok(ConfigNetworkAddress::new(
        Some(&primary),
        prefix,
        broadcast.as_ref(),
    ))
}

fn parse_route(text: &[u8]) -> Result<ConfigNetworkRoute, String> {
    let (network, gateway) = split(text, b'%')
        .ok_or_else(|| tr!("no gateway in the route '{text}'", text = shown(text)))?;
    let (target, prefix) = ip_and_prefix(network)?;
    Ok(ConfigNetworkRoute::new(
        Some(&target),
        prefix,
        Some(&ip(gateway)?),
    ))
}

fn parse_parameter(text: &[u8]) -> Result<ConfigNetworkFilterrefParameter, String> {
    let at = text.iter().rposition(|&byte| byte == b'=').ok_or_else(|| {
        tr!(
            "no '=' after the filter parameter '{text}'",
            text = shown(text)
        )
    })?;
    let (name, value) = (text[..at].to_ascii_uppercase(), &text[at + 1..]);
    if name.is_empty() {
        return Err(tr!("a filter parameter without a name"));
    }
    let parameter = ConfigNetworkFilterrefParameter::default();
    parameter.set_name(Some(path(&name)));
    parameter.set_value(Some(path(value)));
    Ok(parameter)
}

fn ip_and_prefix(text: &[u8]) -> Result<(InetAddress, u32), String> {
    let (address, prefix) = match split(text, b'/') {
        Some((address, prefix)) => (ip(address)?, Some(prefix)),
        None => (ip(text)?, None),
    };
    let (default, maximum) = match address.family() {
        SocketFamily::Ipv6 => (64, 128),
        _ => (24, 32),
    };
    let Some(prefix) = prefix else {
        return Ok((address, default));
    };
    if address.family() == SocketFamily::Ipv4
        && let Some(length) = netmask(prefix)
    {
        return Ok((address, length));
    }
    std::str::from_utf8(prefix)
        .ok()
        .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_digit()))
        .and_then(|digits| digits.parse().ok())
        .filter(|prefix| *prefix <= maximum)
        .map(|prefix| (address, prefix))
        .ok_or_else(|| {
            let prefix = shown(prefix);
            tr!(
                "the prefix '{prefix}' is no number of bits from 0 to {maximum}, and no mask of that many",
                prefix,
                maximum
            )
        })
}

/// How many bits a mask such as `255.255.255.0` has.
fn netmask(text: &[u8]) -> Option<u32> {
    let mask: Ipv4Addr = std::str::from_utf8(text).ok()?.parse().ok()?;
    let length = mask.to_bits().leading_ones();
    (mask.to_bits().count_ones() == length).then_some(length)
}

fn ip(text: &[u8]) -> Result<InetAddress, String> {
    std::str::from_utf8(text)
        .ok()
        .and_then(InetAddress::from_string)
        .ok_or_else(|| tr!("'{text}' is no IP address", text = shown(text)))
}

fn path(text: &[u8]) -> &Path {
    Path::new(OsStr::from_bytes(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_may_come_before_their_filter() {
        let network = parse(c"filter.ip=10.0.0.1,filter=clean-traffic").unwrap();
        let parameters = network.filterref().unwrap().parameters();
        assert_eq!(parameters.len(), 1);
        assert_eq!(parameters[0].name().as_deref(), Some(Path::new("IP")));
        assert_eq!(
            parameters[0].value().as_deref(),
            Some(Path::new("10.0.0.1"))
        );
        assert!(parse(c"filter.ip=10.0.0.1").is_err());
    }

    #[test]
    fn prefixes_fit_the_family() {
        let prefix = |option| parse(option).map(|network| network.addresses()[0].prefix());
        assert_eq!(prefix(c"address=10.0.0.1").unwrap(), 24);
        assert_eq!(prefix(c"address=2001:db8::1").unwrap(), 64);
        assert_eq!(prefix(c"address=2001:db8::1/128").unwrap(), 128);
        assert_eq!(prefix(c"address=192.168.1.1/255.255.255.0").unwrap(), 24);
        assert_eq!(prefix(c"address=10.0.0.1/0.0.0.0%10.0.0.255").unwrap(), 0);
        assert_eq!(prefix(c"address=10.0.0.1/255.255.255.255").unwrap(), 32);
        for wrong in [
            c"address=10.0.0.1/33",
            c"address=10.0.0.1/+8",
            c"address=10.0.0.1/",
            c"address=2001:db8::1/129",
            c"address=10.0.0.1/255.0.255.0",
            c"address=10.0.0.1/255.255.0",
            c"address=2001:db8::1/255.255.255.0",
        ] {
            assert!(prefix(wrong).is_err(), "{wrong:?}");
        }
    }
}
