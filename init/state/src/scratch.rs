//! Directories that a sandbox has outside of its state directory, which is in memory. They are removed with it.
//!
//! A link in the state directory leads to each. Whoever can plant a link could have others remove what they like; so a token that is
//! made with the directories is both in them and beside the links, and nothing is removed that lacks it.

use std::ffi::{CStr, CString, OsStr};
use std::fs::{self, DirBuilder, File, Permissions};
use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::fcntl::{open, openat, readlinkat};
use nix::sys::stat::{Mode, fstat};
use nix::unistd::{Uid, UnlinkatFlags, geteuid, unlinkat};

use crate::{layout, tree};

/// What the names of the directories begin with.
pub const PREFIX: &str = ".libvirt-sandbox-";

/// The token in a directory, which goes last, as what a link says: that is there as a whole or not at all.
const MARK: &str = "token";

/// The token beside the links.
const TOKEN: &str = ".token";

/// What the sandbox sees of a directory.
const CONTENT: &str = "content";

/// Makes a directory in `parent` that is closed to others, and gives the one in it that the sandbox may have. The sandbox of the
/// state directory `statedir` knows it as `name`.
pub fn make(statedir: &Path, name: &str, parent: &Path) -> io::Result<PathBuf> {
    let links = statedir.join(layout::OUTSIDE);
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&links)?;
    let token = token(&links)?;
    let parent = parent.canonicalize()?;
    let path = parent.join(format!("{PREFIX}{}", random()?));
    let link = links.join(name);
    // First the link: whatever happens then, it is known what is to be removed.
    symlink(&path, &link)?;
    DirBuilder::new()
        .mode(0o700)
        .create(&path)
        .inspect_err(|_| drop(fs::remove_file(&link)))?;
    symlink(OsStr::from_bytes(&token), path.join(MARK))?;
    let content = path.join(CONTENT);
    DirBuilder::new().mode(0o700).create(&content)?;
    if geteuid().is_root() {
        // The emulator, or a container's root, passes through to what is its own.
        fs::set_permissions(&path, Permissions::from_mode(0o711))?;
    }
    Ok(content)
}

/// The directory that the sandbox knows as `name`, if it has been made.
pub fn find(statedir: &Path, name: &str) -> Option<PathBuf> {
    let links = open(
        &statedir.join(layout::OUTSIDE),
        tree::DIRECTORY,
        Mode::empty(),
    )
    .ok()?;
    let name = CString::new(name).ok()?;
    let found = Found::behind(links.as_fd(), &name).ok()??;
    Some(found.path.join(CONTENT))
}

/// All directories that have been made. Those of a service are in its own.
pub fn all(statedir: &Path) -> Vec<PathBuf> {
    let directory = statedir.join(layout::OUTSIDE);
    let entries = fs::read_dir(&directory).into_iter().flatten().flatten();
    let paths = entries.filter_map(|entry| {
        if entry.file_type().ok()?.is_dir() {
            return Some(entry.path());
        }
        find(statedir, entry.file_name().to_str()?)
    });
    paths.collect()
}

/// Removes them, and the links to them. The caller holds the name of the state directory.
pub(crate) fn remove_all(statedir: BorrowedFd<'_>) -> io::Result<()> {
    let links = match openat(statedir, layout::OUTSIDE, tree::DIRECTORY, Mode::empty()) {
        // What is no directory has no links in it.
        Err(Errno::ENOENT | Errno::ENOTDIR | Errno::ELOOP) => return Ok(()),
        links => links?,
    };
    for name in tree::entries(links.as_fd())? {
        match Found::behind(links.as_fd(), &name) {
            Ok(Some(found)) => {
                found.remove()?;
                tree::gone(unlinkat(
                    &links,
                    name.as_c_str(),
                    UnlinkatFlags::NoRemoveDir,
                ))?;
            }
            // It may be the sandbox's: the link has to stay.
            Err(errno @ (Errno::EMFILE | Errno::ENFILE | Errno::ENOMEM)) => {
                return Err(errno.into());
            }
            Ok(None) | Err(_) => {}
        }
    }
    Ok(())
}

/// A directory that was made for the sandbox whose link leads to it.
struct Found {
    path: PathBuf,
    parent: OwnedFd,
    directory: OwnedFd,
}

impl Found {
    /// What the link `name` leads to; none where there is nothing, or something that is not the sandbox's.
    fn behind(links: BorrowedFd<'_>, name: &CStr) -> nix::Result<Option<Self>> {
        let Ok(path) = readlinkat(links, name).map(PathBuf::from) else {
            return Ok(None);
        };
        let (Some(parent), Some(file_name)) = (path.parent(), path.file_name()) else {
            return Ok(None);
        };
        if !path.is_absolute() || !file_name.as_bytes().starts_with(PREFIX.as_bytes()) {
            return Ok(None);
        }
        let parent = tree::open_without_links(parent)?;
        let file_name = CString::new(file_name.as_bytes()).map_err(|_| Errno::EINVAL)?;
        let directory = tree::open_name(parent.as_fd(), &file_name)?;
        let directory = openat(&directory, c".", tree::DIRECTORY, Mode::empty())?;
        if Uid::from_raw(fstat(&directory)?.st_uid) != geteuid() {
            return Ok(None);
        }
        let is_marked = match readlinkat(&directory, MARK) {
            Ok(mark) => readlinkat(links, TOKEN).is_ok_and(|token| token == mark),
            // It was being made when its maker was killed, so there is nothing in it yet.
            Err(Errno::ENOENT) => tree::entries(directory.as_fd())?.is_empty(),
            Err(_) => false,
        };
        Ok(is_marked.then_some(Self {
            path,
            parent,
            directory,
        }))
    }

    fn remove(&self) -> io::Result<()> {
        tree::empty(self.directory.as_fd(), MARK)?;
        tree::gone(unlinkat(&self.directory, MARK, UnlinkatFlags::NoRemoveDir))?;
        let name = self.path.file_name().unwrap_or_default();
        Ok(tree::gone(unlinkat(
            &self.parent,
            name,
            UnlinkatFlags::RemoveDir,
        ))?)
    }
}

/// The token of a state directory, which is made for its first directory.
fn token(links: &Path) -> io::Result<Vec<u8>> {
    let path = links.join(TOKEN);
    match fs::read_link(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let token = random()?;
            symlink(&token, &path)?;
            Ok(token.into_bytes())
        }
        token => Ok(token?.into_os_string().as_bytes().to_owned()),
    }
}

/// What nobody guesses.
fn random() -> io::Result<String> {
    let mut bytes = [0; 16];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests;
