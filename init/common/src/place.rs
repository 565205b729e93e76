//! Finds places below the sandbox's root, and makes those that are missing, without being led astray.
//!
//! Every step is one name in a directory that is held open, so that whoever exchanges directories meanwhile changes nothing.
//! A symbolic link is followed inside the root only, and only where no program of a sandbox can have made it.

use std::collections::VecDeque;
use std::ffi::{OsStr, OsString};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Component, Path, PathBuf};

use nix::errno::Errno;
use rustix::fs::{
    CWD, FileType, Mode, OFlags, StatVfsMountFlags, fstat, fstatfs, fstatvfs, mkdirat, openat,
    readlinkat,
};
use sandbox_plan::{Identity, kernel_file_system};

use crate::as_user::open_as;
use crate::attach::errno;
use crate::cover;
use crate::error::{Error, OrError};

/// As many links as the kernel follows.
const MOST_LINKS: u32 = 40;

const PATH: OFlags = OFlags::PATH.union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

/// What is mounted on a mount point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A directory.
    Directory,
    /// Anything else.
    File,
}

/// The places below a root, which is the calling process's own.
#[derive(Debug)]
pub struct Places {
    root: OwnedFd,
    /// As whom missing mount points are made in what is not the sandbox's own.
    identity: Identity,
    /// Whether programs of this sandbox or a former one may have written to the root.
    is_written_to: bool,
    /// Devices of file systems that were made for this sandbox, in memory.
    own: Vec<u64>,
    /// Devices of file systems that programs may have written to.
    foreign: Vec<u64>,
    /// What was mounted to make room.
    covers: Vec<OwnedFd>,
}

/// How far the way to a place leads.
enum Way {
    /// To the end.
    Whole { place: OwnedFd, has_link: bool },
    /// To a directory that lacks the first of the names.
    Broken {
        directory: OwnedFd,
        missing: VecDeque<OsString>,
    },
}

impl Places {
    /// Those below the calling process's root; `is_written_to` tells whether a program may have written there.
    pub fn new(identity: Identity, is_written_to: bool) -> nix::Result<Self> {
        let root = openat(CWD, "/", PATH | OFlags::DIRECTORY, Mode::empty()).map_err(errno)?;
        Ok(Self {
            root,
            identity,
            is_written_to,
            own: Vec::new(),
            foreign: Vec::new(),
            covers: Vec::new(),
        })
    }

    /// Takes note of a file system in memory that was made for this sandbox.
    pub fn add_own(&mut self, mount: impl AsFd) -> nix::Result<()> {
        self.own.push(device(mount)?);
        Ok(())
    }

    /// Takes note of a mount that programs may have written to.
    pub fn add_foreign(&mut self, mount: impl AsFd) -> nix::Result<()> {
        self.foreign.push(device(mount)?);
        Ok(())
    }

    /// The place of a mount.
    ///
    /// # Errors
    /// When it is not there and can't be made, the way leads over a link that a program may have made, or it ends at the
    /// kernel's files.
    pub fn make(&mut self, path: &Path, kind: Kind) -> Result<OwnedFd, Error> {
        let (place, has_link) = self.make_any(path, kind)?;
        self.refuse_kernel(path, &place, has_link)?;
        Ok(place)
    }

    /// The place of one of the kernel's file systems or the sandbox's own, which are mounted before anything else.
    ///
    /// # Errors
    /// As [`make`](Self::make).
    pub fn make_kernel(&mut self, path: &Path) -> Result<OwnedFd, Error> {
        Ok(self.make_any(path, Kind::Directory)?.0)
    }

    /// The place, and whether a link led to it.
    fn make_any(&mut self, path: &Path, kind: Kind) -> Result<(OwnedFd, bool), Error> {
        // Each directory that is covered is one step further down.
        for _ in 0..=path.components().count() + MOST_LINKS as usize {
            let action = || format!("create the mount point {}", path.display());
            match self.walk(path)? {
                Way::Whole { place, has_link } => return Ok((place, has_link)),
                Way::Broken { directory, missing } => {
                    match self.create(&directory, &missing, kind) {
                        Err(Errno::EROFS | Errno::EACCES | Errno::EPERM | Errno::ENODEV) => {
                            self.cover(&directory, path)?;
                        }
                        created => created.or_error(action)?,
                    }
                }
            }
        }
        Err(Errno::ELOOP).or_error(|| format!("create the mount point {}", path.display()))
    }

    /// What is at a path now.
    pub fn find(&self, path: &Path) -> Result<OwnedFd, Error> {
        match self.walk(path)? {
            Way::Whole { place, .. } => Ok(place),
            Way::Broken { .. } => {
                Err(Errno::ENOENT).or_error(|| format!("find {}", path.display()))
            }
        }
    }

    /// Makes every cover as read-only as the directory below it.
    pub fn seal(&mut self) -> Result<(), Error> {
        for cover in self.covers.drain(..) {
            crate::attach::make_read_only(&cover, false)
                .or_error(|| "make what covers a directory read-only".into())?;
        }
        Ok(())
    }

    fn walk(&self, path: &Path) -> Result<Way, Error> {
        let action = || format!("find {}", path.display());
        let root = || self.root.try_clone().or_error(action);
        let mut directories = vec![root()?];
        let mut rest = names(path);
        let mut links = 0;
        while let Some(name) = rest.pop_front() {
            let Some(directory) = directories.last() else {
                directories.push(root()?);
                rest.push_front(name);
                continue;
            };
            if name == ".." {
                directories.pop();
                continue;
            }
            let found = match openat(directory, &*name, PATH, Mode::empty()).map_err(errno) {
                // The host's side of 9p goes to no other file system than its own.
                Err(Errno::ENOENT | Errno::ENODEV) => {
                    rest.push_front(name);
                    let directory = directories.pop().map_or_else(root, Ok)?;
                    return Ok(Way::Broken {
                        directory,
                        missing: rest,
                    });
                }
                found => found.or_error(action)?,
            };
            match kind_of(&found).or_error(action)? {
                FileType::Symlink => {
                    links += 1;
                    if links > MOST_LINKS {
                        return Err(Errno::ELOOP).or_error(action);
                    }
                    if !self.may_follow(directory, &found).or_error(action)? {
                        return Err(Error::Link {
                            path: path.to_owned(),
                            name: name.into(),
                        });
                    }
                    let target = readlinkat(&found, "", Vec::new()).map_err(errno);
                    let target =
                        PathBuf::from(OsString::from_vec(target.or_error(action)?.into_bytes()));
                    if target.is_absolute() {
                        directories.clear();
                    }
                    for name in names(&target).into_iter().rev() {
                        rest.push_front(name);
                    }
                }
                FileType::Directory => directories.push(found),
                _ if rest.is_empty() => {
                    return Ok(Way::Whole {
                        place: found,
                        has_link: links > 0,
                    });
                }
                _ => return Err(Errno::ENOTDIR).or_error(action),
            }
        }
        Ok(Way::Whole {
            place: directories.pop().map_or_else(root, Ok)?,
            has_link: links > 0,
        })
    }

    /// Whether nobody but who made the root can have made a link, and it is not in what a program may write to.
    fn may_follow(&self, directory: &OwnedFd, link: &OwnedFd) -> nix::Result<bool> {
        let (root, about) = (fstat(&self.root), fstat(link));
        let is_of_root = about.map_err(errno)?.st_uid == root.map_err(errno)?.st_uid;
        let device = device(directory)?;
        let flags = fstatvfs(directory).map_err(errno)?.f_flag;
        let is_safe = self.own.contains(&device)
            || flags.contains(StatVfsMountFlags::RDONLY)
            || !self.is_written_to && !self.foreign.contains(&device);
        Ok(is_of_root && is_safe)
    }

    /// Refuses a mount on what shows the kernel's files and the sandbox's own.
    fn refuse_kernel(&self, path: &Path, place: &OwnedFd, has_link: bool) -> Result<(), Error> {
        let action = || format!("look at {}", path.display());
        let is_kernel = |place: &OwnedFd| -> nix::Result<bool> {
            let number = fstatfs(place).map_err(errno)?.f_type as u32;
            Ok(kernel_file_system(number).is_some())
        };
        let mut is_refused =
            is_kernel(place).or_error(action)? || self.is_at(place, Path::new("/"));
        is_refused |= self.is_at(place, Path::new("/dev"));
        // Whoever names it means it.
        is_refused |= has_link && self.is_at(place, Path::new("/run"));
        if is_refused {
            return Err(Error::Place(path.to_owned()));
        }
        Ok(())
    }

    fn is_at(&self, place: &OwnedFd, path: &Path) -> bool {
        let other = match self.walk(path) {
            Ok(Way::Whole { place, .. }) => place,
            _ => return false,
        };
        let [one, other] = [place, &other].map(|fd| fstat(fd).map(|is| (is.st_dev, is.st_ino)));
        one.is_ok() && one == other
    }

    /// Makes the first of the missing names.
    fn create(
        &self,
        directory: &OwnedFd,
        missing: &VecDeque<OsString>,
        kind: Kind,
    ) -> nix::Result<()> {
        let name = missing.front().ok_or(Errno::EINVAL)?;
        let kind = if missing.len() == 1 {
            kind
        } else {
            Kind::Directory
        };
        if self.own.contains(&device(directory)?) {
            return make_one(directory, name, kind).map(drop);
        }
        open_as(&self.identity, || make_one(directory, name, kind)).map(drop)
    }

    /// Makes room for `path` in a directory on the way to it.
    fn cover(&mut self, directory: &OwnedFd, path: &Path) -> Result<(), Error> {
        let action = || format!("make room for the mount point {}", path.display());
        let is_root = self.is_at(directory, Path::new("/"));
        if is_root {
            // What was mounted so far is left for a copy, which these are not. Should one need room again, it is covered.
            self.seal()?;
        }
        let cover = cover::over(directory, is_root).or_error(action)?;
        if is_root {
            self.root = cover.try_clone().or_error(action)?;
        }
        self.add_own(&cover).or_error(action)?;
        self.covers.push(cover);
        Ok(())
    }
}

fn make_one(directory: &OwnedFd, name: &OsStr, kind: Kind) -> nix::Result<OwnedFd> {
    let made = match kind {
        Kind::Directory => mkdirat(directory, name, Mode::from_raw_mode(0o755))
            .and_then(|()| openat(directory, name, PATH, Mode::empty())),
        Kind::File => {
            let flags = OFlags::CREATE | OFlags::EXCL | OFlags::WRONLY | OFlags::CLOEXEC;
            openat(directory, name, flags, Mode::from_raw_mode(0o644))
        }
    };
    made.map_err(errno)
}

/// The kind of file that a descriptor is of.
pub fn kind_of(fd: impl AsFd) -> nix::Result<FileType> {
    Ok(FileType::from_raw_mode(fstat(fd).map_err(errno)?.st_mode))
}

fn device(fd: impl AsFd) -> nix::Result<u64> {
    Ok(fstat(fd).map_err(errno)?.st_dev)
}

fn names(path: &Path) -> VecDeque<OsString> {
    let names = path.components().filter_map(|part| match part {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some(OsStr::from_bytes(b"..").to_owned()),
        _ => None,
    });
    names.collect()
}

#[cfg(test)]
mod tests;
