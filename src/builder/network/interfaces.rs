//! The network interfaces of a sandbox.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use gio::prelude::InetAddressExt;
use libvirt_glib::gconfig::{self, DomainInterfaceNetwork, DomainInterfaceUser};

use crate::builder::BuilderError;
use crate::builder::domain::xml::{make, text};
use crate::builder::host::Kind;
use crate::config::{
    Config, ConfigExt, ConfigNetwork, ConfigNetworkFilterref, ConfigPropertiesExt,
};

/// The libvirt network of a container's interface that names none: containers have no user-mode networking.
const DEFAULT_NETWORK: &str = "default";

/// The parameters of libvirt's filters for the addresses that an interface may have.
const IP: &str = "IP";
const IPV6: &str = "IPV6";

/// How libvirt finds out about the address, where it isn't told.
const LEARNING: &str = "CTRL_IP_LEARNING";
const BY_DHCP: &str = "dhcp";

/// A network interface of a sandbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Device {
    /// The libvirt network; none for user-mode networking.
    source: Option<String>,
    mac: Option<String>,
    /// The name of the host's end, where libvirt does not choose one.
    name: Option<String>,
    filter: Option<Filter>,
}

/// A filter of libvirt.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Filter {
    name: String,
    parameters: Vec<(String, String)>,
}

/// Looks up the interfaces of a configuration, in their order.
pub(crate) fn look_up(config: &Config, kind: Kind) -> Result<Vec<Device>, BuilderError> {
    let networks = config.networks().into_iter().enumerate();
    networks
        .map(|(index, network)| look_up_one(config, &network, index, kind))
        .collect()
}

fn look_up_one(
    config: &Config,
    network: &ConfigNetwork,
    index: usize,
    kind: Kind,
) -> Result<Device, BuilderError> {
    let configured = network
        .source()
        .filter(|source| !source.as_os_str().is_empty());
    let source = match (configured, kind) {
        (Some(source), _) => Some(text(&source)?),
        (None, Kind::Container) => Some(DEFAULT_NETWORK.to_owned()),
        (None, Kind::Machine) => None,
    };
    let mac = network.mac().filter(|mac| !mac.as_os_str().is_empty());
    let mac = mac.map(|mac| mac.to_string_lossy().into_owned());
    if let Some(mac) = mac.as_ref().filter(|mac| !is_unicast(mac)) {
        return Err(BuilderError::Network(tr!(
            "'{mac}' is not the MAC address of an interface, use six hexadecimal bytes like 52:54:00:12:34:56",
            mac
        )));
    }
    let filterref = network.filterref();
    if filterref.is_some() && source.is_none() {
        return Err(BuilderError::Network(tr!(
            "a network filter works only on a libvirt network: name one with source=NETWORK"
        )));
    }
    // libvirt's LXC driver can't filter an interface that it names itself.
    let is_named = filterref.is_some() && kind == Kind::Container;
    let filter = filterref.map(|filterref| filter(network, &filterref));
    Ok(Device {
        source,
        mac,
        name: is_named.then(|| device_name(config, index)),
        filter: filter.transpose()?,
    })
}

/// Adds the interfaces, in their order.
pub(crate) fn add(
    devices: &[Device],
    kind: Kind,
    domain: &gconfig::Domain,
) -> Result<(), BuilderError> {
    for device in devices {
        let content = device.content(kind);
        match &device.source {
            Some(source) => domain.add_device(&make::<DomainInterfaceNetwork>(&format!(
                "<interface type='network'><source network='{source}'/>{content}</interface>"
            ))?),
            None => domain.add_device(&make::<DomainInterfaceUser>(&format!(
                "<interface type='user'>{content}</interface>"
            ))?),
        }
    }
    Ok(())
}

impl Device {
    fn content(&self, kind: Kind) -> String {
        let mut content = String::new();
        if let Some(mac) = &self.mac {
            content.push_str(&format!("<mac address='{mac}'/>"));
        }
        if kind == Kind::Machine {
            content.push_str("<model type='virtio'/>");
        }
        if let Some(name) = &self.name {
            content.push_str(&format!("<target dev='{name}'/>"));
        }
        if let Some(Filter { name, parameters }) = &self.filter {
            content.push_str(&format!("<filterref filter='{name}'>"));
            for (name, value) in parameters {
                content.push_str(&format!("<parameter name='{name}' value='{value}'/>"));
            }
            content.push_str("</filterref>");
        }
        content
    }
}

/// Its texts are as XML holds them.
fn filter(
    network: &ConfigNetwork,
    filterref: &ConfigNetworkFilterref,
) -> Result<Filter, BuilderError> {
    let name = filterref.name().unwrap_or_default();
    if name.as_os_str().is_empty() {
        return Err(BuilderError::Network(tr!("the network filter has no name")));
    }
    let name = text(&name)?;
    let mut parameters = Vec::new();
    for parameter in filterref.parameters() {
        let name = parameter.name().unwrap_or_default();
        let value = parameter.value().unwrap_or_default();
        parameters.push((text(&name)?, text(&value)?));
    }
    let is_given = |name: &str| parameters.iter().any(|(given, _)| given == name);
    let known = known_addresses(network, is_given);
    parameters.extend(known);
    Ok(Filter { name, parameters })
}

/// Whether a filter lets packets pass only after a DHCP server has told the address.
pub(crate) fn is_learned(network: &ConfigNetwork) -> bool {
    let parameters = network.filterref().map(|filterref| filterref.parameters());
    let of = |name: &str| {
        let mut parameters = parameters.iter().flatten();
        let found =
            parameters.find(|parameter| parameter.name().as_deref() == Some(Path::new(name)));
        found.map(|parameter| parameter.value().unwrap_or_default())
    };
    let learning = of(LEARNING).map_or(of(IP).is_none(), |how| how == Path::new(BY_DHCP));
    parameters.is_some() && network.dhcp() && learning
}

/// What a filter has to know so that the sandbox can't choose its address: by itself libvirt takes the first one that it sees
/// in the sandbox's packets. What `is_given` stays as it is.
fn known_addresses(
    network: &ConfigNetwork,
    is_given: impl Fn(&str) -> bool,
) -> Vec<(String, String)> {
    let mut known = Vec::new();
    let addresses = network.addresses();
    for address in addresses.iter().filter_map(|address| address.primary()) {
        let address = address.to_str().to_string();
        let name = if address.contains(':') { IPV6 } else { IP };
        if !is_given(name) {
            known.push((name.to_owned(), address));
        }
    }
    if network.dhcp() && !is_given(IP) && !is_given(LEARNING) {
        known.push((LEARNING.to_owned(), BY_DHCP.to_owned()));
    }
    known
}

/// The host's end of a container's interface: unlike that of any other sandbox, and none of the names that libvirt gives
/// out itself.
fn device_name(config: &Config, index: usize) -> String {
    let mut hash = DefaultHasher::new();
    (config.name(), index).hash(&mut hash);
    format!("sb{:012x}", hash.finish() & 0xffff_ffff_ffff)
}

fn is_unicast(mac: &str) -> bool {
    let bytes: Vec<_> = mac.split(':').collect();
    let hexadecimal = |byte: &&str| {
        (1..=2).contains(&byte.len()) && byte.bytes().all(|digit| digit.is_ascii_hexdigit())
    };
    let first = bytes
        .first()
        .and_then(|byte| u8::from_str_radix(byte, 16).ok());
    bytes.len() == 6 && bytes.iter().all(hexadecimal) && first.is_some_and(|first| first & 1 == 0)
}

#[cfg(test)]
mod tests {
    use std::ffi::{CStr, CString};

    use glib::prelude::*;
    use libvirt_glib::gconfig::ToXml;

    use super::*;
    use crate::config::ConfigInteractive;

    fn built(kind: Kind, options: &[&CStr]) -> Result<String, BuilderError> {
        let config = ConfigInteractive::new(c"box");
        for option in options {
            config.add_network_opts(option).unwrap();
        }
        let domain = gconfig::Domain::new();
        add(&look_up(config.upcast_ref(), kind)?, kind, &domain)?;
        Ok(domain.to_xml().to_string())
    }

    #[test]
    fn a_filter_has_its_parameters() {
        let option = c"dhcp,source=lan,filter=clean-traffic,filter.ip=10.0.0.1,filter.x=a<b";
        let xml = built(Kind::Machine, &[option]).unwrap();
        assert!(
            xml.contains(r#"<filterref filter="clean-traffic">"#),
            "{xml}"
        );
        for parameter in [
            r#"name="IP" value="10.0.0.1""#,
            r#"name="X" value="a&lt;b""#,
        ] {
            assert!(xml.contains(&format!("<parameter {parameter}/>")), "{xml}");
        }
        assert_eq!(xml.matches("<parameter").count(), 2, "{xml}");
        assert!(!xml.contains("<target"), "{xml}");
    }

    #[test]
    fn a_filter_knows_the_addresses() {
        let parameters = |options: &str| {
            let option = CString::new(format!("{options},source=lan,filter=f")).unwrap();
            let xml = built(Kind::Machine, &[&option]).unwrap();
            let lines = xml.lines().filter_map(|line| {
                let parameter = line.trim().strip_prefix("<parameter name=\"")?;
                Some(parameter.replace("\" value=\"", "=").replace("\"/>", ""))
            });
            lines.collect::<Vec<_>>()
        };
        let several = "address=10.0.0.1/8,address=FD00::0:1/64,address=10.0.0.2/8";
        assert_eq!(
            parameters(several),
            ["IP=10.0.0.1", "IPV6=fd00::1", "IP=10.0.0.2"]
        );
        assert_eq!(parameters("dhcp"), ["CTRL_IP_LEARNING=dhcp"]);
        let own = "address=10.0.0.1,filter.IP=10.0.0.9";
        assert_eq!(parameters(own), ["IP=10.0.0.9"]);
        let own = "dhcp,filter.CTRL_IP_LEARNING=any";
        assert_eq!(parameters(own), ["CTRL_IP_LEARNING=any"]);
    }

    #[test]
    fn an_address_is_learned_where_nobody_tells_it() {
        for (options, expected) in [
            (c"dhcp,source=lan,filter=f", true),
            (
                c"dhcp,source=lan,filter=f,filter.ctrl_ip_learning=dhcp",
                true,
            ),
            (
                c"dhcp,source=lan,filter=f,filter.ctrl_ip_learning=any",
                false,
            ),
            (c"dhcp,source=lan,filter=f,filter.ip=10.0.0.1", false),
            (c"dhcp,source=lan", false),
            (c"source=lan,filter=f,address=10.0.0.1", false),
        ] {
            let config = ConfigInteractive::new(c"box");
            config.add_network_opts(options).unwrap();
            assert_eq!(is_learned(&config.networks()[0]), expected, "{options:?}");
        }
    }

    #[test]
    fn filtered_interfaces_of_containers_have_names_of_their_own() {
        let option = c"dhcp,filter=clean-traffic";
        let xml = built(Kind::Container, &[option, option]).unwrap();
        let names: Vec<_> = xml
            .lines()
            .filter_map(|line| {
                line.trim()
                    .strip_prefix("<target dev=\"")?
                    .strip_suffix("\"/>")
            })
            .collect();
        assert_eq!(names.len(), 2, "{xml}");
        assert_ne!(names[0], names[1]);
        // As long as Linux allows.
        assert!(names.iter().all(|name| name.len() <= 15), "{names:?}");
    }

    #[test]
    fn what_cannot_be_an_interface_is_refused() {
        for (option, problem) in [
            (
                c"mac=52:54:00:11:22",
                "'52:54:00:11:22' is not the MAC address",
            ),
            (
                c"mac=53:54:00:11:22:33",
                "'53:54:00:11:22:33' is not the MAC",
            ),
            (
                c"mac=52:54:00:11:22:+3",
                "'52:54:00:11:22:+3' is not the MAC",
            ),
            (c"source=lan,filter=", "the network filter has no name"),
        ] {
            let message = built(Kind::Machine, &[option]).unwrap_err().to_string();
            assert!(message.contains(problem), "{message}");
        }
        let option = [c"dhcp,filter=clean-traffic"];
        let message = built(Kind::Machine, &option).unwrap_err().to_string();
        assert!(message.contains("only on a libvirt network"), "{message}");
        built(Kind::Container, &[c"source=,mac="]).unwrap();
    }
}
