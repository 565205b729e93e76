//! The embedded QEMU driver: libvirt inside this process, with a private directory and a shared capability cache.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use nix::unistd::{geteuid, mkdtemp};
use thiserror::Error;

use super::statedir;

/// Why the embedded driver can't be used.
#[derive(Debug, Error)]
#[error("cannot prepare the embedded driver's directory {path}: {source}")]
pub struct EmbeddedError {
    path: PathBuf,
    source: io::Error,
}

/// A private root directory of the embedded driver. It is removed when dropped.
#[derive(Debug)]
pub struct EmbeddedRoot {
    path: PathBuf,
}

impl EmbeddedRoot {
    /// Makes a directory that only this process uses.
    pub fn create() -> Result<Self, EmbeddedError> {
        let base = statedir::base();
        Self::create_below(&base, &cache()).map_err(|source| EmbeddedError { path: base, source })
    }

    fn create_below(base: &Path, cache: &Path) -> io::Result<Self> {
        // QEMU may run as another user than root, and has to pass through to its sockets.
        let mode = if geteuid().is_root() { 0o711 } else { 0o700 };
        DirBuilder::new().recursive(true).mode(mode).create(base)?;
        let root = Self {
            path: mkdtemp(&base.join(".embed-XXXXXX"))?,
        };
        fs::set_permissions(
            &root.path,
            std::os::unix::fs::PermissionsExt::from_mode(mode),
        )?;
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(cache)?;
        // What libvirt learns about QEMU takes it two seconds; it is the same for every root.
        std::os::unix::fs::symlink(cache, root.path.join("cache"))?;
        Ok(root)
    }

    /// The URI that leads to the driver.
    pub fn uri(&self) -> String {
        format!("qemu:///embed?root={}", self.path.display())
    }
}

impl Drop for EmbeddedRoot {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.path)
            && error.kind() != io::ErrorKind::NotFound
        {
            glib::g_warning!(
                "LibvirtSandbox",
                "cannot remove {}: {error}",
                self.path.display()
            );
        }
    }
}

fn cache() -> PathBuf {
    let base = if geteuid().is_root() {
        PathBuf::from("/var/cache")
    } else {
        glib::user_cache_dir()
    };
    base.join("libvirt-sandbox/embedded")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cache_outlives_the_root() {
        let dir = tempfile::tempdir().unwrap();
        let cache = dir.path().join("cache/embedded");
        let root = EmbeddedRoot::create_below(&dir.path().join("run"), &cache).unwrap();
        let path = root.path.clone();
        fs::write(path.join("cache/learned"), "x").unwrap();
        assert!(root.uri().ends_with(path.to_str().unwrap()));
        drop(root);
        assert!(!path.exists());
        assert!(cache.join("learned").exists());
    }
}
