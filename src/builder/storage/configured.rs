//! What a configuration says of mounts, before anything is looked up.

use std::path::{Path, PathBuf};

use glib::prelude::*;

use crate::config::{
    Config, ConfigExt, ConfigMount, ConfigMountFile, ConfigMountFilePropertiesExt,
    ConfigMountPropertiesExt, ConfigPropertiesExt,
};

/// The path that the content of a configured mount comes from.
pub(crate) fn source(mount: &ConfigMount) -> PathBuf {
    let file = mount.downcast_ref::<ConfigMountFile>();
    file.and_then(ConfigMountFilePropertiesExt::source)
        .unwrap_or_default()
}

/// Whether nothing can be written to a configured mount.
pub(crate) fn is_read_only(mount: &ConfigMount) -> bool {
    let file = mount.downcast_ref::<ConfigMountFile>();
    file.is_some_and(ConfigMountFilePropertiesExt::readonly)
}

/// Where a configured mount is.
pub(crate) fn target(mount: &ConfigMount) -> PathBuf {
    mount.target().unwrap_or_default()
}

/// Whether a configured mount is the sandbox's root.
pub(crate) fn is_root(mount: &ConfigMount) -> bool {
    target(mount) == Path::new("/")
}

/// Whether something is mounted as the sandbox's root.
pub(crate) fn has_root(config: &Config) -> bool {
    config.mounts().iter().any(is_root)
}

/// Whether the root is to be made writable.
pub(crate) fn has_overlay(config: &Config) -> bool {
    config.overlay() || config.overlay_dir().is_some()
}
