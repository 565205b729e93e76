//! How a sandbox is confined: who chooses its security label.

use std::ffi::{CStr, OsStr};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::{fs, io};

use super::options::{self, Grammar};
use super::{Config, ConfigError, ConfigPropertiesExt};

const GRAMMAR: Grammar = Grammar("dynamic|static|inherit[,label=LABEL]");
const SELINUX: &str = "/sys/fs/selinux";
const OWN_CONTEXT: &str = "/proc/thread-self/attr/current";

/// Sets what `MODE[,label=LABEL]` describes, or nothing when that is wrong.
pub(super) fn set_opts(config: &Config, option: &CStr) -> Result<(), ConfigError> {
    let bytes = option.to_bytes();
    let (mode, tail) = match options::split(bytes, b',') {
        Some((mode, tail)) => (mode, Some(tail)),
        None => (bytes, None),
    };
    let label = match tail {
        None => None,
        Some(tail) => Some(tail.strip_prefix(b"label=").ok_or_else(|| {
            GRAMMAR.error(
                format!(
                    "unknown security option '{}'",
                    String::from_utf8_lossy(tail)
                ),
                option,
            )
        })?),
    };
    let inherited;
    let (dynamic, label) = match mode {
        b"dynamic" => (true, label),
        b"static" => (false, label),
        b"inherit" => {
            inherited = own_context()?;
            (false, label.or(Some(inherited.as_slice())))
        }
        _ => {
            let problem = format!("unknown security mode '{}'", String::from_utf8_lossy(mode));
            return Err(GRAMMAR.error(problem, option));
        }
    };
    config.set_security_dynamic(dynamic);
    if let Some(label) = label {
        config.set_security_label(Some(Path::new(OsStr::from_bytes(label))));
    }
    Ok(())
}

/// The SELinux context that this thread runs in.
fn own_context() -> Result<Vec<u8>, ConfigError> {
    // Other security modules use the same file of /proc for labels of theirs.
    if !Path::new(SELINUX).join("enforce").exists() {
        return Err(ConfigError::SecurityContext(
            "SELinux is not enabled on this host, use 'dynamic' or 'static'".to_owned(),
        ));
    }
    let mut context = fs::read(OWN_CONTEXT).map_err(|error: io::Error| {
        ConfigError::SecurityContext(format!("{OWN_CONTEXT}: {error}"))
    })?;
    context.truncate(context.trim_ascii_end().len());
    if context.last() == Some(&0) {
        context.pop();
    }
    Ok(context)
}

#[cfg(test)]
mod tests {
    use crate::config::{ConfigExt, ConfigInteractive, ConfigPropertiesExt};

    #[test]
    fn changes_nothing_when_the_option_is_wrong() {
        let config = ConfigInteractive::new(c"box");
        for option in [c"static,foo=bar", c"", c"label=x", c"Static"] {
            assert!(config.set_security_opts(option).is_err(), "{option:?}");
            assert!(config.security_dynamic());
        }
    }

    #[test]
    fn a_label_may_contain_commas() {
        let config = ConfigInteractive::new(c"box");
        config
            .set_security_opts(c"static,label=u:r:t:s0:c1,c2")
            .unwrap();
        assert!(!config.security_dynamic());
        let label = config.security_label().unwrap();
        assert_eq!(label.to_str(), Some("u:r:t:s0:c1,c2"));
    }
}
