//! `MODE[,label=LABEL]`: who chooses the security label of a sandbox.

use std::ffi::{CStr, CString};
use std::fs;
use std::path::Path;

use super::{Grammar, shown, text};
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
    let mut modes = Vec::new();
    let mut label: Option<Vec<u8>> = None;
    for word in option.to_bytes().split(|&byte| byte == b',') {
        match (word, &mut label) {
            (b"dynamic" | b"static" | b"inherit", _) => modes.push(word),
            // Categories are a list, too.
            (word, Some(label)) => label.extend([b",", word].concat()),
            (word, None) => match word.strip_prefix(b"label=") {
                Some(begin) => label = Some(begin.to_vec()),
                None => {
                    let problem = tr!("unknown security option '{word}'", word = shown(word));
                    return Err(GRAMMAR.error(problem, option));
                }
            },
        }
    }
    let [mode] = modes[..] else {
        let problem = match modes[..] {
            [] => tr!("no security mode"),
            _ => tr!("more than one security mode"),
        };
        return Err(GRAMMAR.error(problem, option));
    };
    let label = label.map(|label| text(&label));
    let dynamic = mode == b"dynamic";
    if mode != b"inherit" {
        return Ok(Security { dynamic, label });
    }
    let inherited = own_context()?;
    Ok(Security {
        dynamic,
        label: label.or(Some(inherited)),
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mode_is_anywhere() {
        let label = "system_u:system_r:svirt_t:s0:c1,c2";
        for option in [
            format!("static,label={label}"),
            format!("label={label},static"),
        ] {
            let option = CString::new(option).unwrap();
            let security = parse(&option).unwrap();
            assert!(!security.dynamic);
            assert_eq!(security.label.unwrap().to_str(), Ok(label));
        }
        assert_eq!(parse(c"dynamic").unwrap().label, None);
        for (wrong, told) in [
            (c"", "unknown security option ''"),
            (c"label=x", "no security mode"),
            (c"static,dynamic", "more than one"),
            (c"none,label=x", "'none'"),
            (c"static,level=x", "'level=x'"),
        ] {
            let error = parse(wrong).err().unwrap().to_string();
            assert!(
                error.contains(told) && error.contains("dynamic|static"),
                "{error}"
            );
        }
    }
}
