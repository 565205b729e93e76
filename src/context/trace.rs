//! Whether the program can be traced where `LIBVIRT_SANDBOX_STRACE` asks for that.

use std::path::PathBuf;

use glib::prelude::*;
use thiserror::Error;

use crate::builder::storage::configured;

use crate::builder::program::trace;
use crate::config::{Config, ConfigPropertiesExt, ConfigServiceSystemd};

/// Why the program can't be traced.
#[derive(Debug, Error)]
pub enum TraceError {
    /// The root has no program that traces.
    #[error(
        "{}",
        tr!(
            "LIBVIRT_SANDBOX_STRACE is set, but {path} has no strace in the usual places: install it there, or unset the variable",
            path = .0.display(),
        )
    )]
    NoStrace(PathBuf),
    /// An init system does not work under a tracer.
    #[error(
        "{}",
        tr!("LIBVIRT_SANDBOX_STRACE is set, but systemd can't be traced: unset the variable")
    )]
    System,
}

impl From<TraceError> for glib::Error {
    fn from(error: TraceError) -> Self {
        let domain = glib::Quark::from_str("gvir-sandbox-context");
        Self::with_domain(domain, 0, &error.to_string())
    }
}

/// Refuses what would fail in the sandbox with no clear reason.
pub(super) fn check(config: &Config) -> Result<(), TraceError> {
    if trace::wanted().is_none() {
        return Ok(());
    }
    check_wanted(config)
}

fn check_wanted(config: &Config) -> Result<(), TraceError> {
    if config.is::<ConfigServiceSystemd>() {
        return Err(TraceError::System);
    }
    // What is in a root that the guest mounts only the guest can see.
    if configured::has_root(config) {
        return Ok(());
    }
    let root = config.root().unwrap_or_else(|| "/".into());
    let places = ["usr/local/bin", "usr/bin", "bin"].map(|place| root.join(place).join("strace"));
    if places.iter().any(|place| place.exists()) {
        Ok(())
    } else {
        Err(TraceError::NoStrace(root))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ConfigInteractive;

    #[test]
    fn the_root_has_to_have_strace() {
        let root = tempfile::tempdir().unwrap();
        let config = ConfigInteractive::new(c"box");
        config.set_root(Some(root.path()));
        let refused = check_wanted(config.upcast_ref()).unwrap_err().to_string();
        assert!(refused.contains(root.path().to_str().unwrap()), "{refused}");
        std::fs::create_dir_all(root.path().join("usr/bin/strace")).unwrap();
        check_wanted(config.upcast_ref()).unwrap();
        let system = ConfigServiceSystemd::new(c"box");
        let refused = check_wanted(system.upcast_ref());
        assert!(matches!(refused, Err(TraceError::System)));
    }
}
