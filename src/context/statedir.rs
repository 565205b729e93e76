//! The directory that a running sandbox keeps its files in; holding it is holding the sandbox's name.

use std::fs::DirBuilder;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::unistd::geteuid;
use sandbox_state::{Claim, LockError, NameLock, Step, Unfit, check_holder, check_own};
use thiserror::Error;

use super::client_note;
use super::dir_watch::DirWatch;
use crate::builder::storage::scratch;

/// How long the name of a sandbox that is ending may stay taken.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Where root's sandboxes are.
const ROOT_BASE: &str = "/run/libvirt-sandbox";

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
    /// Others may have a hand in where the directories are.
    #[error(
        "{}",
        tr!(
            "{path} can't hold the files of sandboxes: {problem}; make it a directory that is yours alone, or let XDG_RUNTIME_DIR name one",
            path = path.display(),
            problem,
        )
    )]
    Base {
        /// The directory.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
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

impl From<LockError> for StateDirError {
    fn from(error: LockError) -> Self {
        let failure = match error.step {
            Step::Create => msgid!("cannot create {path}: {source}"),
            Step::Open => msgid!("cannot open {path}: {source}"),
            Step::Lock => msgid!("cannot lock {path}: {source}"),
        };
        failed(failure, &error.path)(error.source)
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
    lock: Option<NameLock>,
}

/// The directory that holds the state directories of the calling user; it need not be there yet. What is in it is trusted, so
/// nobody else may have put it there.
pub fn base() -> Result<PathBuf, StateDirError> {
    if geteuid().is_root() {
        return checked(PathBuf::from(ROOT_BASE));
    }
    let runtime = std::env::var_os("XDG_RUNTIME_DIR")
        .map(PathBuf::from)
        .filter(|dir| dir.is_dir());
    base_in(runtime.unwrap_or_else(glib::user_cache_dir))
}

fn base_in(holder: PathBuf) -> Result<PathBuf, StateDirError> {
    if let Some(unfit) = known(check_holder(&holder)) {
        return Err(StateDirError::Base {
            path: holder,
            problem: scratch::problem(unfit),
        });
    }
    checked(holder.join("libvirt-sandbox"))
}

fn checked(base: PathBuf) -> Result<PathBuf, StateDirError> {
    match known(check_own(&base)) {
        None => Ok(base),
        Some(unfit) => Err(StateDirError::Base {
            path: base,
            problem: scratch::problem(unfit),
        }),
    }
}

/// What is wrong with a directory, unless that is only not there.
fn known(checked: Result<(), Unfit>) -> Option<Unfit> {
    checked.err().filter(|unfit| {
        !matches!(unfit, Unfit::Unreadable(error) if error.kind() == io::ErrorKind::NotFound)
    })
}

/// As [`base`], and it is there.
pub(super) fn made_base() -> Result<PathBuf, StateDirError> {
    let base = base()?;
    // Root's sandboxes of qemu:///system are used by another user, which must be able to pass through.
    let mode = if geteuid().is_root() { 0o711 } else { 0o700 };
    DirBuilder::new()
        .recursive(true)
        .mode(mode)
        .create(&base)
        .map_err(failed(msgid!("cannot create {path}: {source}"), &base))?;
    let base = checked(base)?;
    sandbox_state::allow(&base, mode)
        .map_err(failed(msgid!("cannot prepare {path}: {source}"), &base))?;
    Ok(base)
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
        crate::log::LOG_DOMAIN,
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
    Ok(base()?.join(name))
}

/// A directory that is gone needs no watch.
fn gone(errno: Errno) -> nix::Result<Option<DirWatch>> {
    if errno == Errno::ENOENT {
        Ok(None)
    } else {
        Err(errno)
    }
}

impl StateDir {
    /// Takes the name `name`, as nobody else can until the result is dropped. What a sandbox that died left under it is removed,
    /// and the end of one that is ending is waited for.
    pub fn claim(name: &str, audience: Audience) -> Result<Self, StateDirError> {
        check_name(name)?;
        Self::claim_below(&made_base()?, name, audience)
    }

    pub(super) fn claim_below(
        base: &Path,
        name: &str,
        audience: Audience,
    ) -> Result<Self, StateDirError> {
        let path = base.join(name);
        let deadline = Instant::now() + TIMEOUT;
        let mut changes = None;
        let lock = loop {
            match NameLock::claim(&path)? {
                Claim::Held(lock) => break lock,
                Claim::Taken => {
                    let in_use = || StateDirError::InUse(name.to_owned());
                    if client_note::has_client(&path) {
                        return Err(in_use());
                    }
                    // Whoever holds it is starting or ending. With the watch first, nothing is missed by the next look.
                    changes = match changes.take() {
                        None => DirWatch::of(&path)
                            .map(Some)
                            .or_else(gone)
                            .map_err(|errno| {
                                failed(msgid!("cannot watch {path}: {source}"), &path)(errno.into())
                            })?,
                        Some(changes) if DirWatch::wait(&changes, deadline) => None,
                        Some(_) => return Err(in_use()),
                    };
                }
            }
        };
        let dir = Self {
            path,
            lock: Some(lock),
        };
        if let Some(lock) = &dir.lock {
            lock.clear()
                .map_err(failed(msgid!("cannot clean {path}: {source}"), &dir.path))?;
            let mode = match audience {
                Audience::Owner => 0o700,
                Audience::Emulator => 0o711,
            };
            lock.set_mode(mode)
                .map_err(failed(msgid!("cannot prepare {path}: {source}"), &dir.path))?;
        }
        Ok(dir)
    }

    /// Where the directory is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What holds the name, for another process to hold it, too; none once the directory is given up.
    pub fn lock(&self) -> Option<BorrowedFd<'_>> {
        self.lock.as_ref().map(NameLock::as_fd)
    }

    /// Removes it; says whether that could be done.
    pub fn release(mut self) -> bool {
        self.give_up()
    }

    fn give_up(&mut self) -> bool {
        let Some(lock) = self.lock.take() else {
            return true;
        };
        let removed = lock.remove();
        if let Err(error) = &removed {
            tell_that_it_stays(&self.path, error);
        }
        removed.is_ok()
    }
}

impl Drop for StateDir {
    fn drop(&mut self) {
        self.give_up();
    }
}

#[cfg(test)]
mod tests;
