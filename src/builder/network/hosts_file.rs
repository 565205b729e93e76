//! What `/etc/hosts` says in a sandbox: its own name, and what the root has.

use std::path::Path;

use super::hosts;
use crate::builder::storage::Storage;
use crate::config::Config;

const HOSTS: &str = "/etc/hosts";

/// The address of the own name: one of the loopback interface, but not that of `localhost`.
const OWN_ADDRESS: &str = "127.0.1.1";

/// What every host file has.
const NO_HOSTS: &[u8] = b"127.0.0.1 localhost\n::1 localhost\n";

/// The file of a sandbox whose name is `name`. None leaves the one of the root: the user has given it, or there is none, and
/// no network to find hosts in either.
pub(crate) fn file(
    config: &Config,
    storage: &Storage,
    name: &str,
    has_network: bool,
) -> Option<Vec<u8>> {
    if name.is_empty() || !storage.is_ours(Path::new(HOSTS)) {
        return None;
    }
    let given = hosts::hosts_of_root(config, storage);
    if given.is_none() && !has_network {
        return None;
    }
    Some(content(name, given.as_deref().unwrap_or(NO_HOSTS)))
}

/// The own name comes first: `given` may have it for a host of the network.
fn content(name: &str, given: &[u8]) -> Vec<u8> {
    let short = name.split('.').next().filter(|short| *short != name);
    let alias = short.map_or_else(String::new, |short| format!(" {short}"));
    let mut hosts = format!("{OWN_ADDRESS} {name}{alias}\n").into_bytes();
    hosts.extend_from_slice(given);
    hosts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_own_name_comes_before_what_is_given() {
        let given = b"127.0.0.1 localhost\n192.0.2.1 box\n";
        let made = content("box", given);
        assert_eq!(made, [b"127.0.1.1 box\n".as_slice(), given].concat());
        assert_eq!(
            content("box.example.org", b""),
            b"127.0.1.1 box.example.org box\n"
        );
    }
}
