//! Mount points that the read-only root does not have: they are made without touching it.

use std::fs::{self, File, Permissions};
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::fcntl::{OFlag, open};
use nix::mount::{MntFlags, MsFlags, mount, umount2};
use nix::sys::stat::Mode;
use nix::unistd::{chdir, pivot_root};

use crate::error::{Error, OrError};

/// Where a cover is mounted before it goes to its place; `/run` is the sandbox's own.
const STAGING: &str = "/run/libvirt-sandbox-cover";

pub const PRIVATE: MsFlags = MsFlags::MS_NOSUID.union(MsFlags::MS_NODEV);
pub const NONE: Option<&str> = None;

/// What is mounted on a mount point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A directory.
    Directory,
    /// Anything else.
    File,
}

/// Makes mount points. A directory that nothing can be made in is covered by a file system in memory that shows the same
/// entries, each a mount of the original one, and has room for more.
#[derive(Debug, Default)]
pub struct MountPoints {
    covers: Vec<OwnedFd>,
}

impl MountPoints {
    /// Makes the mount point `target` unless it is there.
    pub fn make(&mut self, target: &Path, kind: Kind) -> Result<(), Error> {
        if target.symlink_metadata().is_ok() {
            return Ok(());
        }
        let action = || format!("create the mount point {}", target.display());
        match create(target, kind) {
            Err(error) if is_refusal(&error) => {
                let existing = nearest_directory(target).or_error(action)?;
                self.cover(&existing)?;
                create(target, kind).or_error(action)
            }
            made => made.or_error(action),
        }
    }

    /// Makes every cover as read-only as the directory below it.
    pub fn seal(&mut self) -> Result<(), Error> {
        let flags = MsFlags::MS_REMOUNT | MsFlags::MS_BIND | MsFlags::MS_RDONLY | PRIVATE;
        for cover in self.covers.drain(..) {
            let path = descriptor_path(&cover);
            mount(NONE, &path, NONE, flags, NONE).or_error(|| {
                let place = fs::read_link(&path).unwrap_or_default();
                format!("make {} read-only", place.display())
            })?;
        }
        Ok(())
    }

    fn cover(&mut self, directory: &Path) -> Result<(), Error> {
        let action = || format!("make room for a mount point in {}", directory.display());
        let is_root = directory == Path::new("/");
        if is_root {
            // What was mounted so far is left for a copy, which these are not. Should one need room again, it is covered.
            self.seal()?;
        }
        let original = open_directory(directory).or_error(action)?;
        mount_over(directory).or_error(action)?;
        let cover = open_directory(Path::new(".")).or_error(action)?;
        show_entries(&original).or_error(action)?;
        if is_root {
            // What is mounted over the root of a process is no root yet.
            pivot_root(".", ".").or_error(action)?;
            umount2(".", MntFlags::MNT_DETACH).or_error(action)?;
        }
        chdir("/").or_error(action)?;
        self.covers.push(cover);
        Ok(())
    }
}

/// Mounts an empty file system on `directory` and makes it the working directory: on the root it has no path.
fn mount_over(directory: &Path) -> io::Result<()> {
    fs::create_dir(STAGING)?;
    mount(
        Some("tmpfs"),
        STAGING,
        Some("tmpfs"),
        PRIVATE,
        Some("mode=755"),
    )?;
    chdir(STAGING)?;
    mount(Some("."), directory, NONE, MsFlags::MS_MOVE, NONE)?;
    fs::remove_dir(STAGING)
}

/// Shows in the working directory what is in the directory `original`.
fn show_entries(original: &OwnedFd) -> io::Result<()> {
    let from = descriptor_path(original);
    let about = fs::metadata(&from)?;
    chown(".", Some(about.uid()), Some(about.gid()))?;
    fs::set_permissions(".", Permissions::from_mode(about.mode() & 0o7777))?;
    for entry in fs::read_dir(&from)? {
        let entry = entry?;
        let (source, name) = (entry.path(), PathBuf::from(entry.file_name()));
        let kind = entry.file_type()?;
        if kind.is_symlink() {
            symlink(fs::read_link(&source)?, &name)?;
            continue;
        }
        if kind.is_dir() {
            fs::create_dir(&name)?;
        } else {
            File::create_new(&name)?;
        }
        let flags = MsFlags::MS_BIND | MsFlags::MS_REC;
        match mount(Some(&source), &name, NONE, flags, NONE) {
            // Removed in the meantime.
            Err(Errno::ENOENT) => fs::remove_dir(&name).or_else(|_| fs::remove_file(&name))?,
            mounted => mounted?,
        }
    }
    Ok(())
}

fn create(target: &Path, kind: Kind) -> io::Result<()> {
    if kind == Kind::Directory {
        return fs::create_dir_all(target);
    }
    if let Some(parent) = target.parent() {
        fs::create_dir_all(parent)?;
    }
    File::create_new(target).map(drop)
}

fn is_refusal(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied
    )
}

/// The deepest directory on the way to `target` that exists, without symbolic links in its path.
fn nearest_directory(target: &Path) -> io::Result<PathBuf> {
    let existing = target.ancestors().skip(1).find(|path| path.is_dir());
    fs::canonicalize(existing.unwrap_or(Path::new("/")))
}

/// The directory at `path`, to be had again whatever is mounted on it.
pub fn open_directory(path: &Path) -> nix::Result<OwnedFd> {
    let flags = OFlag::O_PATH | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
    open(path, flags, Mode::empty())
}

/// A path that leads to the very directory that was opened, whatever is mounted on it.
pub fn descriptor_path(directory: &OwnedFd) -> PathBuf {
    format!("/proc/self/fd/{}", directory.as_raw_fd()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_directory_has_no_links_in_its_path() {
        let room = std::env::temp_dir().join(format!("mount-point-test-{}", std::process::id()));
        let deep = room.join("a/b");
        fs::create_dir_all(&deep).unwrap();
        symlink("a", room.join("link")).unwrap();
        File::create(deep.join("file")).unwrap();
        let nearest = nearest_directory(&room.join("link/b/file/c/d")).unwrap();
        assert_eq!(nearest, fs::canonicalize(&deep).unwrap());
        fs::remove_dir_all(&room).unwrap();
        assert_eq!(nearest_directory(Path::new("/")).unwrap(), Path::new("/"));
    }
}
