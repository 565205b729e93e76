//! Keeps the log of an embedded driver's machine short: no daemon does, and the guest writes as much as it likes.

use std::fs::OpenOptions;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use nix::fcntl::OFlag;
use nix::poll::PollTimeout;
use nix::sys::inotify::{AddWatchFlags, InitFlags, Inotify};
use sandbox_state::layout::LOG;
use sandbox_state::log;

/// What `st_blocks` counts in, in bytes.
const BLOCK: u64 = 512;

/// How long after the last look is the next one, in milliseconds, where nobody tells of changes.
const PAUSE: u16 = 500;

/// A log that is watched.
pub struct GuestLog {
    path: PathBuf,
    /// None where others have used up what the user has of inotify, which can be a container's programs.
    changes: Option<Inotify>,
}

impl GuestLog {
    /// Watches the log in `state_dir`.
    pub fn of(state_dir: &Path) -> Self {
        let path = state_dir.join(LOG);
        let changes = watch(&path).ok();
        let log = Self { path, changes };
        // It may have grown before.
        log.look();
        log
    }

    /// What is readable when something has changed.
    pub fn changes(&self) -> Option<BorrowedFd<'_>> {
        self.changes.as_ref().map(AsFd::as_fd)
    }

    /// How long to wait for the next look.
    pub fn patience(&self) -> PollTimeout {
        match self.changes {
            Some(_) => PollTimeout::NONE,
            None => PAUSE.into(),
        }
    }

    /// Looks after it, when something has been written.
    pub fn look(&self) {
        // How much it was is seen in the file.
        let _ = self.changes.as_ref().map(Inotify::read_events);
        // Where a file can't have holes it is as long as it gets.
        let _ = self.shorten();
    }

    /// Gives back the room of all but its end. Its length stays: QEMU goes on where it was.
    fn shorten(&self) -> io::Result<()> {
        let file = OpenOptions::new()
            .write(true)
            .custom_flags(OFlag::O_NOFOLLOW.bits())
            .open(&self.path)?;
        let data = file.metadata()?;
        if data.blocks() * BLOCK <= log::LIMIT {
            return Ok(());
        }
        log::shorten(&file)
    }
}

fn watch(path: &Path) -> nix::Result<Inotify> {
    let changes = Inotify::init(InitFlags::IN_CLOEXEC | InitFlags::IN_NONBLOCK)?;
    let flags = AddWatchFlags::IN_MODIFY | AddWatchFlags::IN_DONT_FOLLOW;
    changes.add_watch(path, flags)?;
    Ok(changes)
}
