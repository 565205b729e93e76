//! The embedded QEMU driver: libvirt inside this process, with a private directory and a shared capability cache.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use nix::unistd::geteuid;
use thiserror::Error;

use super::reaper::{Duty, Reaper};
use super::statedir;

/// The settings of the driver: it needs no log daemon.
const CONFIGURATION: &str = "stdio_handler = \"file\"\n";

/// Why the embedded driver can't be used.
#[derive(Debug, Error)]
#[error("cannot prepare the embedded driver's directory {path}: {source}")]
pub struct EmbeddedError {
    path: PathBuf,
    source: io::Error,
}

/// A private root directory of the embedded driver. It is removed, with the machines in it, when dropped or when this
/// process dies.
#[derive(Debug)]
pub struct EmbeddedRoot {
    path: PathBuf,
    _reaper: Reaper,
}

impl EmbeddedRoot {
    /// Makes a directory that only this process uses.
    pub fn create() -> Result<Self, EmbeddedError> {
        let base = statedir::base();
        Self::create_below(&base, &cache()).map_err(|source| EmbeddedError { path: base, source })
    }

    fn create_below(base: &Path, cache: &Path) -> io::Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            ".embed-{}-{}",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        );
        let path = base.join(name);
        // QEMU may run as another user than root, and has to pass through to its sockets.
        let mode = if geteuid().is_root() { 0o711 } else { 0o700 };
        DirBuilder::new().recursive(true).mode(mode).create(base)?;
        if let Some(parent) = cache.parent() {
            // Beside it are the kernels, which QEMU reads as whoever it runs as.
            let mode = if geteuid().is_root() { 0o755 } else { 0o700 };
            DirBuilder::new()
                .recursive(true)
                .mode(mode)
                .create(parent)?;
        }
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(cache)?;
        let duty = Duty {
            embedded_root: Some(&path),
            remove_root: true,
            ..Duty::default()
        };
        let root = Self {
            _reaper: Reaper::watch(duty)?,
            path,
        };
        match fs::remove_dir_all(&root.path) {
            // Of a process that had the same number.
            Ok(()) => (),
            Err(error) if error.kind() == io::ErrorKind::NotFound => (),
            Err(error) => return Err(error),
        }
        DirBuilder::new().mode(mode).create(&root.path)?;
        // What libvirt learns about QEMU takes it two seconds; it is the same for every root.
        symlink(cache, root.path.join("cache"))?;
        let etc = root.path.join("etc");
        DirBuilder::new().mode(0o700).create(&etc)?;
        fs::write(etc.join("qemu.conf"), CONFIGURATION)?;
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
                crate::LOG_DOMAIN,
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
