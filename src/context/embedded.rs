//! The embedded QEMU driver: libvirt inside this process, with a private directory.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use nix::fcntl::{Flock, FlockArg};
use nix::unistd::geteuid;
use thiserror::Error;

use super::qemu_capabilities::QemuCapabilities;
use super::reaper::{Duty, Reaper};
use super::statedir;

/// The settings of the driver: it needs no log daemon.
const CONFIGURATION: &str = "stdio_handler = \"file\"\n";

/// What the names of the directories begin with.
const PREFIX: &str = ".embed-";

/// Why the embedded driver can't be used.
#[derive(Debug, Error)]
#[error(
    "{}",
    tr!(
        "cannot prepare the embedded driver's directory {path}: {source}",
        path = path.display(),
        source,
    )
)]
pub struct EmbeddedError {
    path: PathBuf,
    source: io::Error,
}

/// A private root directory of the embedded driver. It is removed, with the machines in it, when dropped or when this
/// process dies.
#[derive(Debug)]
pub struct EmbeddedRoot {
    path: PathBuf,
    capabilities: QemuCapabilities,
    /// Tells that this process lives.
    _lock: Flock<File>,
    reaper: Reaper,
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
            "{PREFIX}{}-{}",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        );
        let path = base.join(name);
        // QEMU may run as another user than root, and has to pass through to its sockets.
        let mode = if geteuid().is_root() { 0o711 } else { 0o700 };
        DirBuilder::new().recursive(true).mode(mode).create(base)?;
        let duty = Duty {
            embedded_root: Some(&path),
            remove_root: true,
            ..Duty::default()
        };
        let reaper = Reaper::watch(duty)?;
        match fs::remove_dir_all(&path) {
            // Of a process that had the same number.
            Ok(()) => (),
            Err(error) if error.kind() == io::ErrorKind::NotFound => (),
            Err(error) => return Err(error),
        }
        DirBuilder::new().mode(mode).create(&path)?;
        let filled = lock(&path).and_then(|lock| Ok((lock, fill(&path, cache)?)));
        if filled.is_err() {
            // The error to tell is the first one.
            let _ = fs::remove_dir_all(&path);
        }
        let (lock, capabilities) = filled?;
        Ok(Self {
            capabilities,
            _lock: lock,
            path,
            reaper,
        })
    }

    /// The URI that leads to the driver.
    pub fn uri(&self) -> String {
        format!("qemu:///embed?root={}", self.path.display())
    }
}

impl Drop for EmbeddedRoot {
    fn drop(&mut self) {
        // Without it the next driver learns everything anew.
        if let Err(error) = self.capabilities.keep() {
            glib::g_debug!(
                crate::LOG_DOMAIN,
                "cannot keep what is known about QEMU: {error}"
            );
        }
        if let Err(error) = fs::remove_dir_all(&self.path)
            && error.kind() != io::ErrorKind::NotFound
        {
            statedir::tell_that_it_stays(&self.path, &error);
            self.reaper.keep();
        }
    }
}

/// Whether the directory is, by its name, one of an embedded driver.
pub(super) fn is_embedded_root(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    name.as_bytes().starts_with(PREFIX.as_bytes())
}

/// Locks the directory. Under its name the lock is held from the first moment: who finds one that is not takes the directory for
/// abandoned.
fn lock(path: &Path) -> io::Result<Flock<File>> {
    let draft = path.join("lock.new");
    let file = File::create_new(&draft)?;
    let lock = Flock::lock(file, FlockArg::LockExclusiveNonblock).map_err(|(_, errno)| errno)?;
    fs::rename(&draft, path.join("lock"))?;
    Ok(lock)
}

/// Puts into the directory what the driver looks for.
fn fill(path: &Path, cache: &Path) -> io::Result<QemuCapabilities> {
    let etc = path.join("etc");
    DirBuilder::new().mode(0o700).create(&etc)?;
    fs::write(etc.join("qemu.conf"), CONFIGURATION)?;
    QemuCapabilities::lend(cache, path)
}

fn cache() -> PathBuf {
    let base = if geteuid().is_root() {
        PathBuf::from("/var/cache")
    } else {
        glib::user_cache_dir()
    };
    base.join("libvirt-sandbox/qemu-capabilities")
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;
    use std::thread;

    use super::*;

    #[test]
    fn nobody_finds_a_lock_that_is_not_held() {
        let base = tempfile::tempdir().unwrap();
        let over = AtomicBool::new(false);
        let abandoned = || {
            let entries = fs::read_dir(base.path()).unwrap();
            entries
                .flatten()
                .any(|entry| statedir::is_abandoned(&entry.path()))
        };
        thread::scope(|scope| {
            let seen = scope.spawn(|| {
                let mut seen = false;
                while !over.load(Ordering::Relaxed) {
                    seen |= abandoned();
                }
                seen
            });
            let locks: Vec<_> = (0..100)
                .map(|number| {
                    let path = base.path().join(number.to_string());
                    fs::create_dir(&path).unwrap();
                    lock(&path).unwrap()
                })
                .collect();
            over.store(true, Ordering::Relaxed);
            assert!(!seen.join().unwrap());
            drop(locks);
        });
        assert!(abandoned(), "a driver that is gone holds nothing");
    }
}
