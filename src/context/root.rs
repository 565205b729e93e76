//! Whether a directory can be the root of a sandbox.

use std::path::PathBuf;

use thiserror::Error;

use crate::builder::storage::configured;
use crate::config::{Config, ConfigPropertiesExt};

/// What the kernel's and the sandbox's own file systems are mounted on.
const MOUNT_POINTS: [&str; 4] = ["dev", "proc", "run", "sys"];

/// Something that every sandbox mounts has no place.
#[derive(Debug, Error)]
#[error(
    "{}",
    tr!(
        "the root directory {root} has no directory '{name}': make empty directories dev, proc, run and sys in it",
        root = root.display(),
        name,
    )
)]
pub struct RootError {
    root: PathBuf,
    name: &'static str,
}

/// Refuses a root directory in which directories would have to be made.
pub(super) fn check(config: &Config) -> Result<(), RootError> {
    let root = config.root().unwrap_or_else(|| "/".into());
    // That it is none the builder says.
    if configured::has_root(config) || !root.is_dir() {
        return Ok(());
    }
    // A link would lead to somewhere else in the sandbox.
    let is_there = |name: &str| {
        let about = root.join(name).symlink_metadata();
        about.is_ok_and(|about| about.is_dir())
    };
    match MOUNT_POINTS.into_iter().find(|name| !is_there(name)) {
        Some(name) => Err(RootError { root, name }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use glib::prelude::*;

    use super::*;
    use crate::config::{ConfigExt, ConfigInteractive};

    #[test]
    fn a_root_without_a_place_for_the_kernel_is_refused() {
        let root = tempfile::tempdir().unwrap();
        let config = ConfigInteractive::new(c"box");
        check(config.upcast_ref()).unwrap();
        config.set_root(Some(root.path()));
        for name in MOUNT_POINTS {
            let message = check(config.upcast_ref()).unwrap_err().to_string();
            assert!(
                message.contains(&format!("no directory '{name}'")),
                "{message}"
            );
            std::fs::create_dir(root.path().join(name)).unwrap();
        }
        check(config.upcast_ref()).unwrap();
        config.add_mount_opts(c"host-bind:/=/").unwrap();
        config.set_root(Some(std::path::Path::new("/etc")));
        check(config.upcast_ref()).unwrap();
    }
}
