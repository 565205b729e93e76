//! Goes through what is copied into a sandbox, without being led astray.
//!
//! Every step is one name in a directory that is held open. Whoever may change what is copied, and puts a link in the place of a
//! directory meanwhile, has nothing else copied.

use std::ffi::{OsStr, OsString};
use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use nix::fcntl::OFlag;
use rustix::fs::{Dir, Mode, OFlags, openat, readlinkat};

use super::content::Content;
use super::include::Include;

const DIRECTORY: OFlags = OFlags::DIRECTORY
    .union(OFlags::NOFOLLOW)
    .union(OFlags::CLOEXEC);

/// Something that is copied.
#[derive(Debug)]
pub(super) struct Entry {
    /// Where it was found, for messages.
    pub source: PathBuf,
    /// Where it comes below the mount.
    pub target: PathBuf,
    /// What it is.
    pub about: Metadata,
    handle: Rc<File>,
}

/// A name in a directory that is yet to be looked at.
struct Name {
    directory: Rc<File>,
    name: OsString,
    source: PathBuf,
    target: PathBuf,
}

/// Calls `visit` for what is included, and all that is in it: directories come before what is in them.
pub(super) fn for_each(
    include: &Include,
    mut visit: impl FnMut(&Entry) -> io::Result<()>,
) -> io::Result<()> {
    let mut left = Vec::new();
    let mut next = Some(Entry::top(include)?);
    while let Some(entry) = next {
        let visited = entry.list(&mut left).and_then(|()| visit(&entry));
        visited.map_err(|error| named(&entry.source, error))?;
        drop(entry);
        next = left.pop().map(Entry::below).transpose()?;
    }
    Ok(())
}

/// An error that tells where it was.
pub(super) fn named(path: &Path, error: io::Error) -> io::Error {
    let text = format!("{}: {error}", path.as_os_str().as_bytes().escape_ascii());
    io::Error::new(error.kind(), text)
}

impl Entry {
    fn top(include: &Include) -> io::Result<Self> {
        let found = &include.found;
        let open = || {
            let handle = File::from(found.handle.try_clone()?);
            let about = handle.metadata()?;
            if about.is_dir() {
                return open_directory(&handle, OsStr::new("."));
            }
            if include.target == Path::new("") {
                let text =
                    tr!("only a directory can be copied to the mount itself, name a path below it");
                return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
            }
            Ok((handle, about))
        };
        let (handle, about) = open().map_err(|error| named(&found.path, error))?;
        Ok(Self {
            source: found.path.clone(),
            target: include.target.clone(),
            about,
            handle: handle.into(),
        })
    }

    fn below(name: Name) -> io::Result<Self> {
        let open = || {
            let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            let handle = openat(&name.directory, &*name.name, flags, Mode::empty())?;
            let handle = File::from(handle);
            let about = handle.metadata()?;
            if about.is_dir() {
                // By its name again: so an automounter mounts what belongs there.
                return open_directory(&name.directory, &name.name);
            }
            Ok((handle, about))
        };
        let (handle, about) = open().map_err(|error| named(&name.source, error))?;
        Ok(Self {
            source: name.source,
            target: name.target,
            about,
            handle: handle.into(),
        })
    }

    fn list(&self, names: &mut Vec<Name>) -> io::Result<()> {
        if !self.about.is_dir() {
            return Ok(());
        }
        for entry in Dir::read_from(&self.handle)? {
            let entry = entry?;
            let name = OsStr::from_bytes(entry.file_name().to_bytes());
            if name != "." && name != ".." {
                names.push(Name {
                    directory: self.handle.clone(),
                    name: name.to_owned(),
                    source: self.source.join(name),
                    target: self.target.join(name),
                });
            }
        }
        Ok(())
    }

    /// What is in a file. `directory` is for what has to be read to know its length.
    pub(super) fn content(&self, directory: &Path) -> io::Result<Content> {
        let mut options = OpenOptions::new();
        let options = options.read(true).custom_flags(OFlag::O_NONBLOCK.bits());
        Content::of(options.open(self.path())?, directory)
    }

    /// What a link says.
    pub(super) fn link(&self) -> io::Result<PathBuf> {
        let link = readlinkat(&self.handle, "", Vec::new())?;
        Ok(OsString::from_vec(link.into_bytes()).into())
    }

    /// The extended attributes. Not every file system has them, and not all may be read.
    pub(super) fn attributes(&self) -> Vec<(OsString, Vec<u8>)> {
        let path = self.path();
        let names = xattr::list_deref(&path).into_iter().flatten();
        let read = |name: OsString| {
            let value = xattr::get_deref(&path, &name).ok()??;
            Some((name, value))
        };
        names.filter_map(read).collect()
    }

    /// Leads to this very file, whatever its name leads to now.
    fn path(&self) -> PathBuf {
        format!("/proc/self/fd/{}", self.handle.as_raw_fd()).into()
    }
}

fn open_directory(parent: impl AsFd, name: &OsStr) -> io::Result<(File, Metadata)> {
    let directory = File::from(openat(parent, name, DIRECTORY, Mode::empty())?);
    let about = directory.metadata()?;
    Ok((directory, about))
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_directory_that_becomes_a_link_leads_nowhere() {
        let room = tempfile::tempdir().unwrap();
        let (tree, secret) = (room.path().join("tree"), room.path().join("secret"));
        for directory in [&tree.join("deep"), &secret] {
            fs::create_dir_all(directory).unwrap();
            fs::write(directory.join("file"), directory.as_os_str().as_bytes()).unwrap();
        }
        let exchange = |path: &Path| {
            fs::rename(path, room.path().join("former")).unwrap();
            symlink(&secret, path).unwrap();
        };
        let seen = RefCell::new(Vec::new());
        let copied = |exchanged: &str| {
            for_each(&Include::test(&tree, "t").unwrap(), |entry| {
                if entry.target == Path::new(exchanged) {
                    exchange(&entry.source);
                }
                if entry.about.is_file() {
                    seen.borrow_mut().push(entry.content(room.path())?.stored());
                }
                Ok(())
            })
        };
        // What was opened is what is copied.
        copied("t/deep").unwrap();
        assert_eq!(*seen.borrow(), [tree.join("deep").as_os_str().len() as u64]);
        // What is not yet opened is a link by now.
        fs::remove_file(tree.join("deep")).unwrap();
        fs::rename(room.path().join("former"), tree.join("deep")).unwrap();
        for_each(&Include::test(&tree, "t").unwrap(), |entry| {
            if entry.target == Path::new("t") {
                exchange(&tree.join("deep"));
            } else {
                assert_eq!(entry.link()?, secret);
            }
            Ok(())
        })
        .unwrap();
    }
}
