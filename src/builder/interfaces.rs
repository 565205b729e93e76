//! The network interfaces of a sandbox.

use std::hash::{DefaultHasher, Hash, Hasher};

use libvirt_glib::gconfig::{self, DomainInterfaceNetwork, DomainInterfaceUser};

use super::BuilderError;
use super::elements::{make, text};
use crate::config::{
    Config, ConfigExt, ConfigNetwork, ConfigNetworkFilterref, ConfigPropertiesExt,
};

/// The libvirt network of a container's interface that names none: containers have no user-mode networking.
const DEFAULT_NETWORK: &str = "default";

/// What depends on the driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Container,
    Machine,
}

/// Adds the interfaces of the configuration, in their order.
pub(crate) fn add(
    config: &Config,
    kind: Kind,
    domain: &gconfig::Domain,
) -> Result<(), BuilderError> {
    for (index, network) in config.networks().iter().enumerate() {
        let content = content(config, network, index, kind)?;
        match source(network, kind)? {
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

/// The libvirt network, or none for user-mode networking.
fn source(network: &ConfigNetwork, kind: Kind) -> Result<Option<String>, BuilderError> {
    let configured = network
        .source()
        .filter(|source| !source.as_os_str().is_empty());
    match (configured, kind) {
        (Some(source), _) => text(&source).map(Some),
        (None, Kind::Container) => Ok(Some(DEFAULT_NETWORK.to_owned())),
        (None, Kind::Machine) => Ok(None),
    }
}

fn content(
    config: &Config,
    network: &ConfigNetwork,
    index: usize,
    kind: Kind,
) -> Result<String, BuilderError> {
    let mut content = String::new();
    if let Some(mac) = network.mac().filter(|mac| !mac.as_os_str().is_empty()) {
        let mac = mac.to_string_lossy();
        if !is_unicast(&mac) {
            return Err(BuilderError::Network(format!(
                "'{mac}' is not the MAC address of an interface, use six hexadecimal bytes like 52:54:00:12:34:56"
            )));
        }
        content.push_str(&format!("<mac address='{mac}'/>"));
    }
    if kind == Kind::Machine {
        content.push_str("<model type='virtio'/>");
    }
    let Some(filterref) = network.filterref() else {
        return Ok(content);
    };
    if source(network, kind)?.is_none() {
        return Err(BuilderError::Network(
            "a network filter works only on a libvirt network: name one with source=NETWORK"
                .to_owned(),
        ));
    }
    if kind == Kind::Container {
        // libvirt's LXC driver can't filter an interface that it names itself.
        content.push_str(&format!("<target dev='{}'/>", device_name(config, index)));
    }
    content.push_str(&filter(&filterref)?);
    Ok(content)
}

fn filter(filterref: &ConfigNetworkFilterref) -> Result<String, BuilderError> {
    let name = filterref.name().unwrap_or_default();
    if name.as_os_str().is_empty() {
        return Err(BuilderError::Network(
            "the network filter has no name".to_owned(),
        ));
    }
    let mut element = format!("<filterref filter='{}'>", text(&name)?);
    for parameter in filterref.parameters() {
        let name = parameter.name().unwrap_or_default();
        let value = parameter.value().unwrap_or_default();
        element.push_str(&format!(
            "<parameter name='{}' value='{}'/>",
            text(&name)?,
            text(&value)?
        ));
    }
    element.push_str("</filterref>");
    Ok(element)
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
