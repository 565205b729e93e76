//! The groups `[network.N]` and those below it: the network interfaces of the sandbox.
//!
//! The key `filter` and the groups `[network.N.parameter.M]` are not known to libvirt-sandbox 0.8.

use gio::InetAddress;
use gio::prelude::*;
use glib::KeyFile;
use glib::subclass::prelude::*;

use super::value;
use crate::config::network::MAX_PREFIX;
use crate::config::{
    Config, ConfigError, ConfigExt, ConfigNetwork, ConfigNetworkAddress, ConfigNetworkFilterref,
    ConfigNetworkFilterrefParameter, ConfigNetworkRoute,
};

const LIMIT: usize = 100;

pub(super) fn load(config: &Config, file: &KeyFile) -> Result<(), ConfigError> {
    for (_, group) in value::indexes(file, "network", LIMIT) {
        let network = ConfigNetwork::default();
        network.set_dhcp(value::boolean(file, &group, "dhcp", true));
        network.set_source(value::path(file, &group, "source")?.as_deref());
        network.set_mac(value::path(file, &group, "mac")?.as_deref());
        for (_, group) in value::indexes(file, &format!("{group}.address"), LIMIT) {
            let primary = required_ip(file, &group, "primary")?;
            let broadcast = ip(file, &group, "broadcast")?;
            let address = ConfigNetworkAddress::new(
                Some(&primary),
                prefix(file, &group)?,
                broadcast.as_ref(),
            );
            network.add_address(&address);
        }
        for (_, group) in value::indexes(file, &format!("{group}.route"), LIMIT) {
            let target = required_ip(file, &group, "target")?;
            let gateway = ip(file, &group, "gateway")?;
            let route =
                ConfigNetworkRoute::new(Some(&target), prefix(file, &group)?, gateway.as_ref());
            network.add_route(&route);
        }
        network.set_filterref(load_filterref(file, &group)?.as_ref());
        config.add_network(&network);
    }
    Ok(())
}

pub(super) fn save(config: &Config, file: &KeyFile) {
    for (index, network) in config.networks().iter().enumerate() {
        let group = format!("network.{index}");
        // One without an address says nothing and could not be read back.
        let addresses: Vec<_> = network
            .addresses()
            .into_iter()
            .filter_map(|address| Some((address.primary()?, address)))
            .collect();
        for (index, (primary, address)) in addresses.iter().enumerate() {
            let group = format!("{group}.address.{index}");
            file.set_string(&group, "primary", &primary.to_str());
            set_ip(file, &group, "broadcast", address.broadcast());
            file.set_uint64(&group, "prefix", address.prefix().into());
        }
        let routes: Vec<_> = network
            .routes()
            .into_iter()
            .filter_map(|route| Some((route.target()?, route)))
            .collect();
        for (index, (target, route)) in routes.iter().enumerate() {
            let group = format!("{group}.route.{index}");
            file.set_uint64(&group, "prefix", route.prefix().into());
            set_ip(file, &group, "gateway", route.gateway());
            file.set_string(&group, "target", &target.to_str());
        }
        file.set_boolean(&group, "dhcp", network.dhcp());
        value::set_cell(file, &group, "source", &network.imp().source);
        value::set_cell(file, &group, "mac", &network.imp().mac);
        file.set_uint64(&group, "addresses", addresses.len() as u64);
        file.set_uint64(&group, "routes", routes.len() as u64);
        if let Some(filterref) = network.filterref() {
            save_filterref(&filterref, file, &group);
        }
    }
}

fn load_filterref(
    file: &KeyFile,
    group: &str,
) -> Result<Option<ConfigNetworkFilterref>, ConfigError> {
    let Some(name) = value::path(file, group, "filter")? else {
        return Ok(None);
    };
    let filterref = ConfigNetworkFilterref::default();
    filterref.set_name(Some(name));
    for (_, group) in value::indexes(file, &format!("{group}.parameter"), LIMIT) {
        let parameter = ConfigNetworkFilterrefParameter::default();
        parameter.set_name(Some(value::required_path(file, &group, "name")?));
        parameter.set_value(Some(value::required_path(file, &group, "value")?));
        filterref.add_parameter(&parameter);
    }
    Ok(Some(filterref))
}

fn save_filterref(filterref: &ConfigNetworkFilterref, file: &KeyFile, group: &str) {
    value::set_required(file, group, "filter", &filterref.imp().name);
    for (index, parameter) in filterref.parameters().iter().enumerate() {
        let group = format!("{group}.parameter.{index}");
        value::set_required(file, &group, "name", &parameter.imp().name);
        value::set_required(file, &group, "value", &parameter.imp().value);
    }
}

fn prefix(file: &KeyFile, group: &str) -> Result<u32, ConfigError> {
    const EXPECTED: &str = msgid!("a number of bits from 0 to 128");
    let prefix = value::number::<u32>(file, group, "prefix", EXPECTED)?.unwrap_or(0);
    if prefix > MAX_PREFIX {
        return Err(value::invalid(
            group,
            "prefix",
            &prefix.to_string(),
            EXPECTED,
        ));
    }
    Ok(prefix)
}

fn required_ip(file: &KeyFile, group: &str, key: &str) -> Result<InetAddress, ConfigError> {
    ip(file, group, key)?.ok_or_else(|| value::not_found(group, key))
}

fn ip(file: &KeyFile, group: &str, key: &str) -> Result<Option<InetAddress>, ConfigError> {
    let Some(text) = value::text(file, group, key)? else {
        return Ok(None);
    };
    let text = text.to_string_lossy();
    InetAddress::from_string(&text)
        .map(Some)
        .ok_or_else(|| value::invalid(group, key, &text, msgid!("an IP address")))
}

fn set_ip(file: &KeyFile, group: &str, key: &str, address: Option<InetAddress>) {
    if let Some(address) = address {
        file.set_string(group, key, &address.to_str());
    }
}
