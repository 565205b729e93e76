//! The embedded QEMU driver: libvirt inside this process, with a private directory.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use nix::unistd::geteuid;
use sandbox_state::NameLock;
use sandbox_state::layout::EMBEDDED;
use thiserror::Error;

use super::kvm;
use super::qemu_capabilities::{self, QemuCapabilities};
use super::reaper::{Duty, Reaper};
use super::statedir::{self, StateDirError};
use crate::builder::boot::cache;
use crate::driver::embedded_root::{OPEN, WAY, let_emulator_through};

/// The settings of the driver: it needs no log daemon, and QEMU's own filter of system calls is no matter of what libvirt
/// believes that QEMU can do.
const CONFIGURATION: &str = "stdio_handler = \"file\"\nseccomp_sandbox = 1\n";

/// Why the embedded driver can't be used.
#[derive(Debug, Error)]
pub enum EmbeddedError {
    /// There is no place for its directory.
    #[error(transparent)]
    Base(#[from] StateDirError),
    /// Its directory can't be made.
    #[error(
        "{}",
        tr!(
            "cannot prepare the embedded driver's directory {path}: {source}",
            path = path.display(),
            source,
        )
    )]
    Prepare {
        /// Where it should be.
        path: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
}

/// A private root directory of the embedded driver. It is removed, with the machines in it, when dropped or when this
/// process dies.
#[derive(Debug)]
pub struct EmbeddedRoot {
    capabilities: QemuCapabilities,
    /// Tells that this process lives.
    lock: NameLock,
    reaper: Reaper,
}

impl EmbeddedRoot {
    /// Makes a directory that only this process uses.
    pub fn create() -> Result<Self, EmbeddedError> {
        let base = statedir::made_base()?;
        let known = cache::usable().map(|cache| cache.join("qemu-capabilities"));
        Self::create_below(&base, known.as_deref())
            .map_err(|source| EmbeddedError::Prepare { path: base, source })
    }

    fn create_below(base: &Path, cache: Option<&Path>) -> io::Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "{EMBEDDED}{}-{}",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        );
        let path = base.join(name);
        // QEMU may run as another user than root, and has to pass through to its sockets.
        let mode = if geteuid().is_root() { OPEN } else { 0o700 };
        let duty = Duty {
            embedded_root: Some(&path),
            remove_root: true,
            ..Duty::default()
        };
        let reaper = Reaper::watch(duty)?;
        // Of a process that had the same number.
        match NameLock::try_take_over(&path).map_err(|error| error.source)? {
            Some(abandoned) => abandoned.remove()?,
            None => sandbox_state::discard(&path),
        }
        let lock = NameLock::make(&path, mode).map_err(|error| error.source)?;
        reaper.share_lock(lock.as_fd());
        let capabilities = fill(&path, cache).inspect_err(|_| {
            // The error to tell is the first one.
            let _ = lock.remove();
        })?;
        Ok(Self {
            capabilities,
            lock,
            reaper,
        })
    }

    /// The URI that leads to the driver.
    pub fn uri(&self) -> String {
        format!("qemu:///embed?root={}", self.lock.path().display())
    }
}

impl Drop for EmbeddedRoot {
    fn drop(&mut self) {
        // Without it the next driver learns everything anew.
        if let Err(error) = self.capabilities.keep() {
            glib::g_debug!(
                crate::log::LOG_DOMAIN,
                "cannot keep what is known about QEMU: {error}"
            );
        }
        if has_probes(self.lock.path()) {
            // libvirt ends them all where it can.
            self.reaper.keep();
        } else if let Err(error) = self.lock.remove() {
            statedir::tell_that_it_stays(self.lock.path(), &error);
            self.reaper.keep();
        }
    }
}

/// The directory of all connections of this process to `qemu:///embed`, made for the first one. libvirt never takes another one in
/// the same process, so it stays until the reaper finds that the process has ended.
static SHARED: Mutex<Option<EmbeddedRoot>> = Mutex::new(None);

fn shared() -> MutexGuard<'static, Option<EmbeddedRoot>> {
    SHARED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The URI that takes the place of `qemu:///embed`.
pub(crate) fn private_uri() -> Option<String> {
    let mut shared = shared();
    if shared.is_none() {
        match EmbeddedRoot::create() {
            Ok(root) => *shared = Some(root),
            Err(error) => glib::g_warning!(crate::log::LOG_DOMAIN, "{error}"),
        }
    }
    shared.as_ref().map(EmbeddedRoot::uri)
}

/// Keeps what the driver in `root` has learned to start a machine, if nobody will see that driver end.
pub(super) fn keep_knowledge(root: &Path) {
    let shared = shared();
    let driver = shared.as_ref().filter(|own| own.lock.path() == root);
    if let Some(Err(error)) = driver.map(|driver| driver.capabilities.keep()) {
        glib::g_debug!(crate::log::LOG_DOMAIN, "{error}");
    }
}

/// Whether the directory is, by its name, one of an embedded driver.
pub(super) fn is_embedded_root(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    name.as_bytes().starts_with(EMBEDDED.as_bytes())
}

/// Whether QEMUs are left that libvirt has only asked what they can do.
fn has_probes(root: &Path) -> bool {
    let entries = fs::read_dir(root.join("lib/qemu")).into_iter().flatten();
    entries
        .flatten()
        .any(|entry| entry.file_name().as_bytes().starts_with(b"qmp-"))
}

/// Spares libvirt looks at what QEMU can do, just before a machine is started by the driver in `root`.
pub(super) fn prepare_start(root: &Path) {
    let excluded = || kvm::excluded_by(&root.join("etc/qemu.conf"));
    if geteuid().is_root()
        && is_embedded_root(root)
        && excluded().is_some()
        && let Err(error) = qemu_capabilities::settle(root)
    {
        glib::g_debug!(crate::log::LOG_DOMAIN, "the start takes longer: {error}");
    }
}

/// Puts into the directory what the driver looks for.
fn fill(path: &Path, cache: Option<&Path>) -> io::Result<QemuCapabilities> {
    let etc = path.join("etc");
    DirBuilder::new().mode(0o700).create(&etc)?;
    fs::write(etc.join("qemu.conf"), CONFIGURATION)?;
    for name in WAY {
        DirBuilder::new().mode(OPEN).create(path.join(name))?;
    }
    let_emulator_through(path)?;
    QemuCapabilities::lend(cache, path)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;
    use std::thread;

    use sandbox_state::is_abandoned;

    use super::*;

    #[test]
    fn nobody_finds_a_lock_that_is_not_held() {
        let base = tempfile::tempdir().unwrap();
        let over = AtomicBool::new(false);
        let abandoned = || {
            let entries = fs::read_dir(base.path()).unwrap();
            entries.flatten().any(|entry| is_abandoned(&entry.path()))
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
                    NameLock::make(&path, 0o700).unwrap()
                })
                .collect();
            over.store(true, Ordering::Relaxed);
            assert!(!seen.join().unwrap());
            drop(locks);
        });
        assert!(abandoned(), "a driver that is gone holds nothing");
    }
}
