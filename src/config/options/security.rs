//! `MODE[,label=LABEL]`: who chooses the security label of a sandbox.

use std::ffi::{CStr, CString};
use std::fs;
use std::path::Path;

use super::{Grammar, shown, split, text};
use crate::config::ConfigError;

const GRAMMAR: Grammar = Grammar("dynamic|static|inherit[,label=LABEL]");
const SELINUX: &str = "/sys/fs/selinux/enforce";
const OWN_CONTEXT: &str = "/proc/thread-self/attr/current";

/// How a sandbox is confined.
pub(in crate::config) struct Security {
    /// Whether libvirt chooses the label.
    pub dynamic: bool,
    /// The label, when the option gives one.
    pub label: Option<CString>,
}

/// What the option describes.
pub(in crate::config) fn parse(option: &CStr) -> Result<Security, ConfigError> {
    let bytes = option.to_bytes();
    let (mode, tail) = match split(bytes, b',') {
        Some((mode, tail)) => (mode, Some(tail)),
        None => (bytes, None),
    };
    let label = tail
        .map(|tail| {
            tail.strip_prefix(b"label=").map(text).ok_or_else(|| {
                GRAMMAR.error(
                    tr!("unknown security option '{tail}'", tail = shown(tail)),
                    option,
                )
            })
        })
        .transpose()?;
    match mode {
        b"dynamic" | b"static" => Ok(Security {
            dynamic: mode == b"dynamic",
            label,
        }),
        b"inherit" => {
            let inherited = own_context()?;
            Ok(Security {
                dynamic: false,
                label: label.or(Some(inherited)),
            })
        }
        _ => Err(GRAMMAR.error(
            tr!("unknown security mode '{mode}'", mode = shown(mode)),
            option,
        )),
    }
}

/// The SELinux context that this thread runs in.
fn own_context() -> Result<CString, ConfigError> {
    // Other security modules keep labels of theirs in the same file of /proc.
    if !Path::new(SELINUX).exists() {
        return Err(ConfigError::SecurityContext(tr!(
            "SELinux is not enabled on this host, use 'dynamic' or 'static'"
        )));
    }
    let context = fs::read(OWN_CONTEXT)
        .map_err(|error| ConfigError::SecurityContext(format!("{OWN_CONTEXT}: {error}")))?;
    let end = context
        .iter()
        .position(|byte| matches!(byte, 0 | b'\n'))
        .unwrap_or(context.len());
    Ok(text(&context[..end]))
}
