//! The mounts of a sandbox: finding one, and the one that a file is copied into.

use std::ffi::{CStr, CString};
use std::path::Path;

use gio::prelude::*;
use glib::subclass::prelude::*;

use super::{Config, ConfigError, ConfigMount, ConfigMountExt, ConfigPropertiesExt, options};

/// The mount at exactly `target`.
pub(super) fn find(config: &Config, target: &CStr) -> Option<ConfigMount> {
    let mounts = config.imp().mounts.borrow();
    mounts
        .iter()
        .find(|mount| target_of(mount).as_c_str() == target)
        .cloned()
}

/// The mounts of a class and of its subclasses.
pub(super) fn with_type(config: &Config, mount_type: glib::Type) -> Vec<ConfigMount> {
    let mounts = config.imp().mounts.borrow();
    mounts
        .iter()
        .filter(|mount| mount.type_().is_a(mount_type))
        .cloned()
        .collect()
}

/// Copies the file that `GUEST[=HOST]` describes into the mount that the path leads to.
pub(super) fn add_include(config: &Config, option: &CStr) -> Result<(), ConfigError> {
    let (guest, host) = options::include::parse(option);
    let mounts = config.imp().mounts.borrow().clone();
    let found = mounts
        .iter()
        .filter_map(|mount| {
            let target = target_of(mount);
            let inner = below(&guest, &target)?;
            Some((target.count_bytes(), mount, inner))
        })
        .max_by_key(|(length, ..)| *length);
    match found {
        Some((_, mount, inner)) => mount.add_include(&host, &inner),
        None if has_overlay(config) && guest.to_bytes().starts_with(b"/") => {
            let includes = &config.imp().root_includes;
            includes.borrow_mut().push((guest, host));
        }
        None => return Err(ConfigError::NoMount(guest.to_string_lossy().into_owned())),
    }
    Ok(())
}

fn has_overlay(config: &Config) -> bool {
    config.overlay() || config.overlay_dir().is_some()
}

/// Copies the files that the lines of the file at `path` describe.
pub(super) fn add_include_file(config: &Config, path: &Path) -> Result<(), ConfigError> {
    let (lines, _) = gio::File::for_path(path)
        .load_contents(gio::Cancellable::NONE)
        .map_err(|reason| ConfigError::IncludeFile {
            path: path.to_owned(),
            reason,
        })?;
    if lines.is_empty() {
        return Ok(());
    }
    let lines = lines.strip_suffix(b"\n").unwrap_or(&lines);
    for line in lines.split(|&byte| byte == b'\n') {
        let option = CString::new(line)
            .map_err(|_| ConfigError::NoMount(line.escape_ascii().to_string()))?;
        add_include(config, &option)?;
    }
    Ok(())
}

/// What is left of `path` below the directory `target`.
fn below(path: &CStr, target: &CStr) -> Option<CString> {
    let target = target.to_bytes();
    let rest = path.to_bytes().strip_prefix(target)?;
    let on_boundary = rest.is_empty() || rest.starts_with(b"/") || target.ends_with(b"/");
    on_boundary.then(|| CString::new(rest).unwrap_or_default())
}

fn target_of(mount: &ConfigMount) -> CString {
    mount.imp().target.get().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{ConfigExt, ConfigInteractive};

    #[test]
    fn the_deepest_mount_takes_the_include() {
        let config = ConfigInteractive::new(c"box");
        for mount in [c"host-bind:/=/a", c"ram:/tmp=1M", c"host-bind:/tmp/sub=/b"] {
            config.add_mount_opts(mount).unwrap();
        }
        for include in [c"/tmp/sub/x=/1", c"/tmp/subway=/2", c"/tmpfoo=/3"] {
            config.add_host_include(include).unwrap();
        }
        let includes: Vec<_> = config
            .mounts()
            .iter()
            .map(|mount| mount.includes())
            .collect();
        assert_eq!(
            includes,
            [
                [(c"tmpfoo".to_owned(), c"/3".to_owned())],
                [(c"/subway".to_owned(), c"/2".to_owned())],
                [(c"/x".to_owned(), c"/1".to_owned())],
            ]
        );
    }

    #[test]
    fn an_overlay_takes_what_no_mount_takes() {
        let config = ConfigInteractive::new(c"box");
        config.add_mount_opts(c"ram:/tmp=1M").unwrap();
        assert!(config.add_host_include(c"/etc/x=/1").is_err());
        config.set_overlay(true);
        config.add_host_include(c"/etc/x=/1").unwrap();
        config.add_host_include(c"/tmp/y=/2").unwrap();
        assert!(config.add_host_include(c"relative=/3").is_err());
        let includes = config.upcast_ref::<Config>().imp().root_includes.borrow();
        assert_eq!(*includes, [(c"/etc/x".to_owned(), c"/1".to_owned())]);
    }

    #[test]
    fn finds_mounts_by_target_and_class() {
        use crate::config::{ConfigMountFile, ConfigMountRam};
        let config = ConfigInteractive::new(c"box");
        assert!(!config.has_root_mount() && !config.has_mounts());
        config.add_mount_opts(c"host-image:/=/d.qcow2").unwrap();
        config.add_mount_opts(c"ram:/tmp=1M").unwrap();
        assert!(config.has_root_mount() && config.has_mounts());
        assert!(config.find_mount(c"/tmp").is_some());
        assert!(config.find_mount(c"/tmp/").is_none());
        let files = config.mounts_with_type(ConfigMountFile::static_type());
        assert_eq!(files.len(), 1);
        assert!(!files[0].is::<ConfigMountRam>());
    }

    #[test]
    fn an_include_with_a_nul_is_refused_in_words_that_c_can_hold() {
        let config = ConfigInteractive::new(c"box");
        let list = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(list.path(), b"/tmp/a\0b\n").unwrap();
        let error = glib::Error::from(config.add_host_include_file(list.path()).unwrap_err());
        assert!(error.message().contains("'/tmp/a\\x00b'"), "{error}");
    }
}
