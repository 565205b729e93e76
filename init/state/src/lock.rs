//! Who holds the lock in a directory holds its name, and only that one removes it.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::fcntl::{AT_FDCWD, AtFlags, Flock, FlockArg, OFlag, open, openat, renameat};
use nix::sys::stat::{FileStat, Mode, fchmod, fstat, fstatat, mkdirat};
use nix::unistd::{Uid, UnlinkatFlags, geteuid, unlinkat};

use crate::layout::LOCK;
use crate::{scratch, tree};

/// What a new lock is called before it is held.
const DRAFT: &str = "lock.new";

/// A directory whose name this process holds.
#[derive(Debug)]
pub struct NameLock {
    path: PathBuf,
    directory: OwnedFd,
    file: Flock<File>,
}

/// What came of an attempt to take a name.
#[derive(Debug)]
pub enum Claim {
    /// It is ours.
    Held(NameLock),
    /// Somebody else has it.
    Taken,
}

/// What could not be done to take a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Make the directory, or the lock.
    Create,
    /// Open the directory, or the lock: it is another user's, or a link.
    Open,
    /// Lock it.
    Lock,
}

/// Why a name could not be taken.
#[derive(Debug)]
pub struct LockError {
    /// What could not be done.
    pub step: Step,
    /// With which file.
    pub path: PathBuf,
    /// What went wrong.
    pub source: io::Error,
}

/// What came of a look at a directory.
enum Attempt {
    Held(NameLock),
    Taken,
    /// Somebody has just removed it, or the lock in it.
    Gone,
}

impl NameLock {
    /// Takes the name of the directory `path`, which is made unless it is there, if nobody holds it.
    pub fn claim(path: &Path) -> Result<Claim, LockError> {
        loop {
            make(path)?;
            match attempt(path, OFlag::O_CREAT)? {
                Attempt::Held(lock) => return Ok(Claim::Held(lock)),
                Attempt::Taken => return Ok(Claim::Taken),
                Attempt::Gone => {}
            }
        }
    }

    /// Takes the name of a directory that somebody left, if nobody holds it. Where there is no lock, nobody is let in.
    pub fn try_take_over(path: &Path) -> Result<Option<Self>, LockError> {
        Ok(match attempt(path, OFlag::empty())? {
            Attempt::Held(lock) => Some(lock),
            Attempt::Taken | Attempt::Gone => None,
        })
    }

    /// Holds a name with a descriptor that its former holder has passed on, unless it is the name of another directory by now.
    pub fn inherit(path: &Path, file: OwnedFd) -> Result<Option<Self>, LockError> {
        let directory = match open_directory(path) {
            Err(Errno::ENOENT) => return Ok(None),
            directory => directory.map_err(failed(Step::Open, path))?,
        };
        Ok(match hold(path, directory, file.into())? {
            Attempt::Held(lock) => Some(lock),
            Attempt::Taken | Attempt::Gone => None,
        })
    }

    /// Makes the directory `path`, of the mode `mode`, and holds it from the first moment that it has a lock: who finds one that
    /// nobody holds takes it for abandoned.
    pub fn make(path: &Path, mode: u32) -> Result<Self, LockError> {
        let mode = Mode::from_bits_truncate(mode);
        mkdirat(AT_FDCWD, path, mode).map_err(failed(Step::Create, path))?;
        let directory = open_directory(path).map_err(failed(Step::Open, path))?;
        // Whatever the umask is.
        fchmod(&directory, mode).map_err(failed(Step::Create, path))?;
        let lock_path = path.join(LOCK);
        let flags = OFlag::O_RDWR | OFlag::O_CREAT | OFlag::O_EXCL;
        let file = open_lock(&directory, DRAFT, flags).map_err(failed(Step::Create, &lock_path))?;
        let file = Flock::lock(file, FlockArg::LockExclusiveNonblock)
            .map_err(|(_, errno)| failed(Step::Lock, &lock_path)(errno))?;
        renameat(&directory, DRAFT, &directory, LOCK).map_err(failed(Step::Create, &lock_path))?;
        Ok(Self {
            path: path.to_owned(),
            directory,
            file,
        })
    }

    /// Where the directory is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Moves the directory elsewhere beside itself: who knows only its name finds nothing from then on.
    pub fn move_away(&mut self) -> io::Result<()> {
        let mut name = self.path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".gone-{}", std::process::id()));
        let target = self.path.with_file_name(name);
        std::fs::rename(&self.path, &target)?;
        self.path = target;
        Ok(())
    }

    /// Sets the mode of the directory.
    pub fn set_mode(&self, mode: u32) -> io::Result<()> {
        Ok(fchmod(&self.directory, Mode::from_bits_truncate(mode))?)
    }

    /// Removes what is in the directory, and what it has elsewhere, but the lock.
    pub fn clear(&self) -> io::Result<()> {
        self.remove_outside()?;
        tree::empty(self.directory.as_fd(), LOCK)
    }

    /// Removes what the sandbox has elsewhere.
    pub fn remove_outside(&self) -> io::Result<()> {
        scratch::remove_all(self.directory.as_fd())
    }

    /// Removes everything. The lock goes last: until then nobody can take the name and find files half removed.
    pub fn remove(&self) -> io::Result<()> {
        self.clear()?;
        self.unlock()?;
        match std::fs::remove_dir(&self.path) {
            // Somebody has taken the name since, and with it the directory.
            Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            removed => removed,
        }
    }

    /// Removes only the lock.
    pub fn unlock(&self) -> io::Result<()> {
        let removed = unlinkat(&self.directory, LOCK, UnlinkatFlags::NoRemoveDir);
        Ok(tree::gone(removed)?)
    }
}

impl AsFd for NameLock {
    /// What holds the name, for another process to hold it, too.
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}

/// Removes the directory `path` if there is nothing in it yet but a lock that nobody could hold before its maker died.
pub fn discard(path: &Path) {
    let Ok(directory) = open_directory(path) else {
        return;
    };
    if let Ok(draft) = open_lock(&directory, DRAFT, OFlag::O_RDWR)
        && let Ok(_abandoned) = Flock::lock(draft, FlockArg::LockExclusiveNonblock)
    {
        let _ = unlinkat(&directory, DRAFT, UnlinkatFlags::NoRemoveDir);
    }
    // With anything else in it, it stays.
    let _ = std::fs::remove_dir(path);
}

/// Whether somebody holds the name of the directory `path`.
pub fn is_held(path: &Path) -> bool {
    matches!(probe(path), Some(Err(Errno::EWOULDBLOCK)))
}

/// Whether the directory `path` was left by somebody who held it.
pub fn is_abandoned(path: &Path) -> bool {
    matches!(probe(path), Some(Ok(())))
}

fn probe(path: &Path) -> Option<nix::Result<()>> {
    let directory = open_directory(path).ok()?;
    let file = open_lock(&directory, LOCK, OFlag::O_RDONLY).ok()?;
    let tried = Flock::lock(file, FlockArg::LockSharedNonblock);
    Some(tried.map(drop).map_err(|(_, errno)| errno))
}

fn failed(step: Step, path: &Path) -> impl Fn(Errno) -> LockError {
    move |errno| LockError {
        step,
        path: path.to_owned(),
        source: errno.into(),
    }
}

fn make(path: &Path) -> Result<(), LockError> {
    match mkdirat(AT_FDCWD, path, Mode::S_IRWXU) {
        Err(Errno::EEXIST) => Ok(()),
        made => made.map_err(failed(Step::Create, path)),
    }
}

fn open_directory(path: &Path) -> nix::Result<OwnedFd> {
    let directory = open(path, tree::DIRECTORY, Mode::empty())?;
    let about = fstat(&directory)?;
    // Somebody else's would have what they like in it.
    if Uid::from_raw(about.st_uid) != geteuid() {
        return Err(Errno::EPERM);
    }
    Ok(directory)
}

fn open_lock(directory: &OwnedFd, name: &str, flags: OFlag) -> nix::Result<File> {
    let flags = flags | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC | OFlag::O_NONBLOCK;
    let mode = Mode::S_IRUSR | Mode::S_IWUSR;
    openat(directory, name, flags, mode).map(File::from)
}

fn attempt(path: &Path, flags: OFlag) -> Result<Attempt, LockError> {
    let directory = match open_directory(path) {
        Err(Errno::ENOENT) => return Ok(Attempt::Gone),
        directory => directory.map_err(failed(Step::Open, path))?,
    };
    match open_lock(&directory, LOCK, flags | OFlag::O_RDWR) {
        // Its owner is just removing the directory, or has never had a lock.
        Err(Errno::ENOENT) => Ok(Attempt::Gone),
        Ok(file) => hold(path, directory, file),
        Err(errno) => {
            if flags.contains(OFlag::O_CREAT) {
                // Nobody would look for a directory without a lock; it stays where somebody else has put something in.
                let _ = std::fs::remove_dir(path);
            }
            Err(failed(Step::Open, &path.join(LOCK))(errno))
        }
    }
}

/// Locks the file, and looks whether it is the lock still: both it and the directory may have been removed, and made anew by
/// somebody else, between open and lock.
fn hold(path: &Path, directory: OwnedFd, file: File) -> Result<Attempt, LockError> {
    let lock_path = path.join(LOCK);
    let file = match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
        Err((_, Errno::EWOULDBLOCK)) => return Ok(Attempt::Taken),
        locked => locked.map_err(|(_, errno)| failed(Step::Lock, &lock_path)(errno))?,
    };
    let is_lock = is_same(
        fstat(&*file),
        fstatat(&directory, LOCK, AtFlags::AT_SYMLINK_NOFOLLOW),
    );
    let there = fstatat(AT_FDCWD, path, AtFlags::AT_SYMLINK_NOFOLLOW);
    if !is_lock || !is_same(fstat(&directory), there) {
        return Ok(Attempt::Gone);
    }
    Ok(Attempt::Held(NameLock {
        path: path.to_owned(),
        directory,
        file,
    }))
}

fn is_same(held: nix::Result<FileStat>, there: nix::Result<FileStat>) -> bool {
    let key = |about: FileStat| (about.st_dev, about.st_ino);
    matches!((held.map(key), there.map(key)), (Ok(held), Ok(there)) if held == there)
}

#[cfg(test)]
mod tests;
