//! Keeps the log of an embedded driver's machine short: no daemon does, and the guest writes as much as it likes.

use std::fs::OpenOptions;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use nix::fcntl::OFlag;
use nix::sys::inotify::{AddWatchFlags, InitFlags, Inotify};
use sandbox_state::layout::LOG;
use sandbox_state::log;

/// What `st_blocks` counts in, in bytes.
const BLOCK: u64 = 512;

/// A log that is watched.
pub struct GuestLog {
    path: PathBuf,
    changes: Inotify,
}

impl GuestLog {
    /// Watches the log in `state_dir`.
    pub fn of(state_dir: &Path) -> nix::Result<Self> {
        let path = state_dir.join(LOG);
        let changes = Inotify::init(InitFlags::IN_CLOEXEC | InitFlags::IN_NONBLOCK)?;
        changes.add_watch(
            &path,
            AddWatchFlags::IN_MODIFY | AddWatchFlags::IN_DONT_FOLLOW,
        )?;
        let log = Self { path, changes };
        // It may have grown before.
        log.look();
        Ok(log)
    }

    /// Looks after it, when something has been written.
    pub fn look(&self) {
        // How much it was is seen in the file.
        let _ = self.changes.read_events();
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

impl AsFd for GuestLog {
    /// Readable when something has changed.
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.changes.as_fd()
    }
}
