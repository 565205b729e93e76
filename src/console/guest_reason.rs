//! Says in the user's language why a guest failed: the first process in a sandbox knows English only.

use std::fmt::Display;

use sandbox_gettext::{fill, translation, unfill};

/// What a first process says, as `init/common/src/error.rs` has it. The first that fits is meant.
const KNOWN: [&str; 7] = [
    msgid!(
        "no DHCP server answered on {interface} within 30 seconds: check its network, or give it an address with address=IP"
    ),
    msgid!("the network interface {interface} has had no link for 30 seconds: check its network"),
    msgid!(
        "the gateway {gateway} did not answer on {interface} within 30 seconds: check address=, route= and its network"
    ),
    msgid!(
        "another sandbox keeps what it writes in the directory of the overlay: wait for its end, or use another directory"
    ),
    msgid!(
        "the image for {target} holds no file system that sandboxes know: make one of {known} on it, without partitions"
    ),
    msgid!("can't copy files into {target}: {reason}"),
    // Translators: {action} stays English, such as "mount ext4 on /home"
    msgid!("can't {action}: {reason}"),
];

/// The reason as far as it is known, or as it is.
pub(super) fn translated(reason: &str) -> String {
    let translated = KNOWN.iter().find_map(|id| {
        let values = unfill(id, reason)?;
        let values: Vec<_> = values
            .iter()
            .map(|(name, value)| (*name, value as &dyn Display))
            .collect();
        Some(fill(&translation(id)?, &values))
    });
    translated.unwrap_or_else(|| reason.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With what is filled in left out.
    fn frame(text: &str) -> String {
        let parts = text.split('{');
        let parts = parts.map(|part| part.split_once('}').map_or(part, |(_, after)| after));
        parts.collect::<Vec<_>>().join("{}")
    }

    #[test]
    fn the_guest_says_what_is_known() {
        let source = frame(include_str!("../../init/common/src/error.rs"));
        for known in KNOWN {
            assert!(source.contains(&format!("\"{}\"", frame(known))), "{known}");
        }
    }

    #[test]
    fn another_reason_stays() {
        for reason in ["no root", "can't mount ext4 on /x: Invalid argument", ""] {
            assert_eq!(translated(reason), reason);
        }
    }
}
