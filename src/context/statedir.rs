//! The directory that a running sandbox keeps its files in; holding it is holding the sandbox's name.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg};
use nix::unistd::geteuid;
use thiserror::Error;

use super::changes::Changes;
use super::list;
use crate::builder::outside;

/// How long the name of a sandbox that is ending may stay taken.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why a name could not be taken.
#[derive(Debug, Error)]
pub enum StateDirError {
    /// A name that can't be a file name and a domain name.
    #[error(
        "{}",
        tr!(
            "'{name}' is not a valid sandbox name: use 1 to 64 letters, digits, '-', '_', '.', '+', ':' or '@', not starting with '-' or '.'",
            name = .0,
        )
    )]
    InvalidName(String),
    /// Another sandbox runs under the name.
    #[error("{}", tr!("a sandbox named '{name}' is already running", name = .0))]
    InUse(String),
    /// The directory could not be used.
    #[error("{}", tr_marked!(.failure, path = .path.display(), source = .source))]
    Io {
        /// What can't be done, a message with `{path}` and `{source}`.
        failure: &'static str,
        /// On which file.
        path: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
}

fn failed(failure: &'static str, path: &Path) -> impl FnOnce(io::Error) -> StateDirError {
    move |source| StateDirError::Io {
        failure,
        path: path.to_owned(),
        source,
    }
}

/// Who else than the owner has to find files in a state directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Nobody.
    Owner,
    /// The user that QEMU runs as, or that a container's root is: it may pass through to files that are its own.
    Emulator,
}

/// A claimed state directory. It is removed when dropped.
#[derive(Debug)]
pub struct StateDir {
    path: PathBuf,
    /// None once the directory is given up.
    lock: Option<Flock<File>>,
}

/// The directory that holds the state directories of the calling user.
pub fn base() -> PathBuf {
    if geteuid().is_root() {
        return PathBuf::from("/run/libvirt-sandbox");
    }
    let runtime = std::env::var_os("XDG_RUNTIME_DIR")
        .map(PathBuf::from)
        .filter(|dir| dir.is_dir());
    runtime
        .unwrap_or_else(glib::user_cache_dir)
        .join("libvirt-sandbox")
}

/// Checks that `name` can name a sandbox.
pub fn check_name(name: &str) -> Result<(), StateDirError> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-_.+:@".contains(c);
    let good = !name.is_empty()
        && name.len() <= 64
        && !name.starts_with(['-', '.'])
        && name.chars().all(allowed);
    if good {
        Ok(())
    } else {
        Err(StateDirError::InvalidName(name.to_owned()))
    }
}

/// Tells that a directory could not be removed; the reaper tries again.
pub(super) fn tell_that_it_stays(path: &Path, error: &io::Error) {
    glib::g_info!(
        crate::LOG_DOMAIN,
        "{}",
        tr!(
            "cannot remove {path}: {error}",
            path = path.display(),
            error
        )
    );
}

/// Where the state directory of the sandbox `name` of the calling user is.
pub fn path_of(name: &str) -> Result<PathBuf, StateDirError> {
    check_name(name)?;
    Ok(base().join(name))
}

/// Whether a sandbox that runs has the state directory `path`.
pub(super) fn is_held(path: &Path) -> bool {
    let Ok(file) = File::open(path.join("lock")) else {
        return false;
    };
    let tried = Flock::lock(file, FlockArg::LockSharedNonblock);
    matches!(tried, Err((_, Errno::EWOULDBLOCK)))
}

/// A directory that is gone needs no watch.
fn gone(errno: Errno) -> nix::Result<Option<Changes>> {
    if errno == Errno::ENOENT {
        Ok(None)
    } else {
        Err(errno)
    }
}

/// Whether a sandbox that does not run any more left the directory `path`.
pub(super) fn is_abandoned(path: &Path) -> bool {
    let lock = File::open(path.join("lock"));
    lock.is_ok_and(|file| Flock::lock(file, FlockArg::LockSharedNonblock).is_ok())
}

impl StateDir {
    /// Takes the name `name`, as nobody else can until the result is dropped. What a sandbox that died left under it is removed,
    /// and the end of one that is ending is waited for.
    pub fn claim(name: &str, audience: Audience) -> Result<Self, StateDirError> {
        check_name(name)?;
        let base = base();
        // Root's sandboxes of qemu:///system are used by another user, which must be able to pass through.
        let base_mode = if geteuid().is_root() { 0o711 } else { 0o700 };
        DirBuilder::new()
            .recursive(true)
            .mode(base_mode)
            .create(&base)
            .map_err(failed(msgid!("cannot create {path}: {source}"), &base))?;
        Self::claim_below(&base, name, audience)
    }

    pub(super) fn claim_below(
        base: &Path,
        name: &str,
        audience: Audience,
    ) -> Result<Self, StateDirError> {
        let path = base.join(name);
        let lock_path = path.join("lock");
        let deadline = Instant::now() + PATIENCE;
        let mut changes = None;
        loop {
            match DirBuilder::new().mode(0o700).create(&path) {
                Err(e) if e.kind() != io::ErrorKind::AlreadyExists => {
                    return Err(failed(msgid!("cannot create {path}: {source}"), &path)(e));
                }
                _ => (),
            }
            let file = OpenOptions::new()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .mode(0o600)
                .open(&lock_path);
            let file = match file {
                // Its owner is just removing it.
                Err(e) if e.kind() == io::ErrorKind::NotFound => continue,
                Ok(file) => file,
                Err(error) => {
                    // Nobody would look for a directory without a lock; it stays where somebody else has put something in.
                    let _ = fs::remove_dir(&path);
                    return Err(failed(msgid!("cannot open {path}: {source}"), &lock_path)(
                        error,
                    ));
                }
            };
            let lock = match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
                Ok(lock) => lock,
                Err((_, Errno::EWOULDBLOCK)) => {
                    let in_use = || StateDirError::InUse(name.to_owned());
                    if list::has_client(&path) {
                        return Err(in_use());
                    }
                    // Whoever holds it is starting or ending. With the watch first, nothing is missed by the next look.
                    changes = match changes.take() {
                        None => Changes::of(&path)
                            .map(Some)
                            .or_else(gone)
                            .map_err(|errno| {
                                failed(msgid!("cannot watch {path}: {source}"), &path)(errno.into())
                            })?,
                        Some(changes) if Changes::wait(&changes, deadline) => None,
                        Some(_) => return Err(in_use()),
                    };
                    continue;
                }
                Err((_, errno)) => {
                    return Err(failed(msgid!("cannot lock {path}: {source}"), &lock_path)(
                        errno.into(),
                    ));
                }
            };
            // The file that was locked may have been removed between open and lock.
            let held = lock
                .metadata()
                .map_err(failed(
                    msgid!("cannot examine {path}: {source}"),
                    &lock_path,
                ))?
                .ino();
            match fs::metadata(&lock_path) {
                Ok(there) if there.ino() == held => (),
                _ => continue,
            }
            let dir = Self {
                path,
                lock: Some(lock),
            };
            dir.clear()
                .map_err(failed(msgid!("cannot clean {path}: {source}"), &dir.path))?;
            let mode = match audience {
                Audience::Owner => 0o700,
                Audience::Emulator => 0o711,
            };
            fs::set_permissions(&dir.path, fs::Permissions::from_mode(mode))
                .map_err(failed(msgid!("cannot prepare {path}: {source}"), &dir.path))?;
            return Ok(dir);
        }
    }

    /// Where the directory is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn clear(&self) -> io::Result<()> {
        outside::remove(&self.path)?;
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            if entry.file_name() == "lock" {
                continue;
            }
            if entry.file_type()?.is_dir() {
                fs::remove_dir_all(entry.path())?;
            } else {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    /// Removes it; says whether that could be done.
    pub fn release(mut self) -> bool {
        self.give_up()
    }

    fn give_up(&mut self) -> bool {
        let Some(_held) = self.lock.take() else {
            return true;
        };
        match self.remove() {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tell_that_it_stays(&self.path, &error);
                false
            }
            _ => true,
        }
    }

    /// The lock goes last: until then nobody can take the name and find its files half removed.
    fn remove(&self) -> io::Result<()> {
        self.clear()?;
        fs::remove_file(self.path.join("lock"))?;
        match fs::remove_dir(&self.path) {
            // Somebody has taken the name since, and with it the directory.
            Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => Ok(()),
            removed => removed,
        }
    }
}

impl Drop for StateDir {
    fn drop(&mut self) {
        self.give_up();
    }
}

#[cfg(test)]
mod tests;
