//! Room for mounts in directories of the host: its side refuses whatever another file system is mounted on.

use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;

use nix::errno::Errno;
use nix::fcntl::{OFlag, open};
use nix::sys::stat::Mode;
use sandbox_init::{Error, OrError, cover_directory, make_read_only};

/// File systems in memory over directories of the host. They show the same entries, each a mount of the original one, and an
/// empty directory in the place of what the host's side refuses: a mount point.
#[derive(Debug, Default)]
pub struct Covers {
    made: Vec<OwnedFd>,
}

impl Covers {
    /// Makes it possible to mount on `target`, and tells whether it is: the host may have something else there meanwhile.
    ///
    /// # Errors
    /// When the directory above can't be covered.
    pub fn make_room(&mut self, target: &Path) -> Result<bool, Error> {
        if let (Err(error), Some(directory)) = (target.symlink_metadata(), target.parent())
            && is_refused(&error)
        {
            let action = || format!("make room for a mount point in {}", directory.display());
            self.cover(directory).or_error(action)?;
        }
        Ok(target.symlink_metadata().is_ok_and(|about| about.is_dir()))
    }

    /// Makes every cover as read-only as the directory below it.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub fn seal(self) -> Result<(), Error> {
        for cover in self.made {
            make_read_only(&cover, false)
                .or_error(|| "make a cover of the root read-only".into())?;
        }
        Ok(())
    }

    fn cover(&mut self, directory: &Path) -> nix::Result<()> {
        let flags = OFlag::O_PATH | OFlag::O_DIRECTORY | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
        let directory = open(directory, flags, Mode::empty())?;
        self.made.push(cover_directory(&directory, false)?);
        Ok(())
    }
}

/// Whether an error is what the host's side says of other file systems than its own.
fn is_refused(error: &io::Error) -> bool {
    error.raw_os_error() == Some(Errno::ENODEV as i32)
}
