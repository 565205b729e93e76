//! libvirt's configuration files.

use std::fs;
use std::path::Path;

/// The text that one of libvirt's configuration files gives `name`, unless it is empty; later assignments win, as for libvirt.
pub(super) fn setting(file: &Path, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    text.lines().rev().find_map(|line| {
        let (key, value) = line.split_once('=')?;
        let value = value.trim();
        let quote = value
            .chars()
            .next()
            .filter(|first| matches!(first, '"' | '\''))?;
        let (value, _) = value[1..].split_once(quote)?;
        (key.trim() == name && !value.is_empty()).then(|| value.to_owned())
    })
}
