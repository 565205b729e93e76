//! Room for mounts in directories of the host: its side refuses whatever another file system is mounted on.

use std::fs::{self, File, Permissions};
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::fcntl::{OFlag, open};
use nix::mount::{MsFlags, mount};
use nix::sys::stat::Mode;
use sandbox_init::{Error, OrError};

const PRIVATE: MsFlags = MsFlags::MS_NOSUID.union(MsFlags::MS_NODEV);
const NONE: Option<&str> = None;

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
        let flags = MsFlags::MS_REMOUNT | MsFlags::MS_BIND | MsFlags::MS_RDONLY | PRIVATE;
        for cover in self.made {
            mount(NONE, &path_of(&cover), NONE, flags, NONE)
                .or_error(|| "make a cover of the root read-only".into())?;
        }
        Ok(())
    }

    fn cover(&mut self, directory: &Path) -> io::Result<()> {
        let original = open_directory(directory)?;
        let fstype = Some("tmpfs");
        mount(fstype, directory, fstype, PRIVATE, Some("mode=755"))?;
        let cover = open_directory(directory)?;
        show_entries(&path_of(&original), &path_of(&cover))?;
        self.made.push(cover);
        Ok(())
    }
}

/// Whether an error is what the host's side says of other file systems than its own.
fn is_refused(error: &io::Error) -> bool {
    error.raw_os_error() == Some(Errno::ENODEV as i32)
}

fn show_entries(original: &Path, cover: &Path) -> io::Result<()> {
    let about = fs::metadata(original)?;
    chown(cover, Some(about.uid()), Some(about.gid()))?;
    fs::set_permissions(cover, Permissions::from_mode(about.mode() & 0o7777))?;
    for entry in fs::read_dir(original)? {
        let entry = entry?;
        let (source, place) = (entry.path(), cover.join(entry.file_name()));
        let kind = entry.file_type()?;
        if kind.is_symlink() {
            symlink(fs::read_link(&source)?, &place)?;
            continue;
        }
        if kind.is_dir() {
            fs::create_dir(&place)?;
        } else {
            File::create_new(&place)?;
        }
        match mount(Some(&source), &place, NONE, MsFlags::MS_BIND, NONE) {
            Err(Errno::ENODEV) if kind.is_dir() => {}
            // Something else is mounted on the file, or the entry was removed in the meantime.
            Err(Errno::ENODEV | Errno::ENOENT) => {
                fs::remove_dir(&place).or_else(|_| fs::remove_file(&place))?;
            }
            mounted => mounted?,
        }
    }
    Ok(())
}

fn open_directory(path: &Path) -> nix::Result<OwnedFd> {
    let flags = OFlag::O_PATH | OFlag::O_DIRECTORY | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
    open(path, flags, Mode::empty())
}

/// A path that leads to the very directory that was opened, whatever is mounted on it.
fn path_of(directory: &OwnedFd) -> PathBuf {
    format!("/proc/self/fd/{}", directory.as_raw_fd()).into()
}
