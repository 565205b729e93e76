//! Finds what a sandbox is given of the host, without following links that others may have made.

mod found;
mod kernel;
mod trust;

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Component, Path, PathBuf};

use nix::errno::Errno;
use nix::fcntl::{OFlag, open, openat, readlinkat};
use nix::libc::{S_IFBLK, S_IFDIR, S_IFLNK, S_IFMT, S_IFREG};
use nix::sys::stat::{FileStat, Mode, fstat};

pub(crate) use self::found::{Found, Kind, Source, shown};
pub(crate) use self::kernel::{is_of_the_kernel, refuse_kernel_files};
use self::trust::{Trust, Writers};
use super::identity::Identity;
use crate::config::Config;

/// How many links are followed, as many as the kernel would.
const MOST_LINKS: u32 = 40;

/// Looks at nothing but the path: nothing is opened, and no driver, pipe or server notices.
const LOOK: OFlag = OFlag::O_PATH
    .union(OFlag::O_NOFOLLOW)
    .union(OFlag::O_CLOEXEC);

/// What is done with a link at the end of a path.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    Follow,
    Keep,
}

/// Finds the source `path`. A link is followed only where nobody made it but root or the caller: not in a directory that
/// others can write to, and not in one that the sandbox itself can write to, where a former run may have left it.
pub(crate) fn find(config: &Config, path: &Path) -> Result<Source, String> {
    Walk::new(Some(config))?.go(path, Last::Follow)
}

/// Finds an image. It is opened by its path, and its owner changed by that: so nobody but root and the caller may put something
/// else in its place. Whether the sandbox itself could is told elsewhere.
pub(crate) fn find_image(config: &Config, path: &Path) -> Result<Source, String> {
    let (found, trust) = Walk::new(Some(config))?.go_on(path, Last::Follow)?;
    let directory = match &trust {
        Trust::Others(directory) => directory,
        Trust::Sticky if !found.is_trusted => found.path.parent().unwrap_or(&found.path),
        _ => return Ok(found),
    };
    Err(tr!(
        "others could exchange {image} for another file, since they can write to {directory}: keep it, or a copy of it, where only root and you can",
        image = shown(&found.path),
        directory = shown(directory),
    ))
}

/// Finds a source that is taken as it is, also if it is a link: only the directories above it are resolved.
pub(crate) fn find_itself(config: &Config, path: &Path) -> Result<Source, String> {
    Walk::new(Some(config))?.go(path, Last::Keep)
}

/// Finds the directory that `path` is in, or is to be in, and gives its last part, too. A link there is followed.
pub(crate) fn find_parent(config: &Config, path: &Path) -> Result<(Source, OsString), String> {
    let name = path.file_name().ok_or_else(|| no_source(path))?;
    let parent = path.parent().ok_or_else(|| no_source(path))?;
    Ok((find(config, parent)?, name.to_owned()))
}

/// The real path of a directory in which nobody but root and the caller can change what the caller makes: neither others can, nor
/// the sandbox of `config`.
pub(crate) fn safe_directory(config: Option<&Config>, path: &Path) -> Option<PathBuf> {
    let walk = Walk::new(config).ok()?;
    let (found, trust) = walk.go_on(path, Last::Follow).ok()?;
    let is_safe = matches!(trust, Trust::Full | Trust::Sticky);
    (is_safe && found.kind == Kind::Directory).then_some(found.path)
}

/// Everything that decides what the absolute path `path` leads to, as far as it is there: the directories that it passes
/// through, also by links, whoever made them, these links, and the end.
pub(crate) fn way_to(path: &Path) -> Vec<Identity> {
    let Ok(mut walk) = Walk::of(|_| None) else {
        return Vec::new();
    };
    // Where it ends early, that is what there is.
    let _ = walk.go_to(path, Last::Follow);
    walk.way
}

fn no_source(path: &Path) -> String {
    let error = io::Error::from(io::ErrorKind::InvalidInput);
    format!("{}: {error}", shown(path))
}

/// A directory on the way.
struct Step {
    name: OsString,
    id: Identity,
    trust: Trust,
}

struct Walk {
    /// By whom links are judged; none where all are followed.
    writers: Option<Writers>,
    /// Where the walk is, opened as a path.
    here: OwnedFd,
    /// The directories from the root, which is the first one, to `here`.
    steps: Vec<Step>,
    links: u32,
    /// What was looked at.
    way: Vec<Identity>,
}

impl Walk {
    fn new(config: Option<&Config>) -> Result<Self, String> {
        Self::of(|root| Some(Writers::new(config, root)))
    }

    fn of(writers: impl FnOnce(&FileStat) -> Option<Writers>) -> Result<Self, String> {
        let failed = |errno: Errno| format!("/: {}", io::Error::from(errno));
        let root = open("/", LOOK, Mode::empty()).map_err(failed)?;
        let about = fstat(&root).map_err(failed)?;
        let mut walk = Self {
            writers: writers(&about),
            here: root.try_clone().map_err(|error| format!("/: {error}"))?,
            steps: Vec::new(),
            links: 0,
            way: vec![Identity::from(&about)],
        };
        walk.enter(OsString::new(), root, &about);
        Ok(walk)
    }

    fn go(self, path: &Path, last: Last) -> Result<Source, String> {
        Ok(self.go_on(path, last)?.0)
    }

    /// Gives how far the directory is trusted, too, that the walk ends in.
    fn go_on(mut self, path: &Path, last: Last) -> Result<(Source, Trust), String> {
        let end = self.go_to(path, last)?;
        let path = self.path();
        let trust = self.trust().clone();
        let (path, handle, about) = match end {
            Some((name, handle, about)) => (path.join(name), handle, about),
            None => {
                let about = fstat(&self.here).map_err(|errno| failed(&path, errno))?;
                (path, self.here, about)
            }
        };
        let kind = match about.st_mode & S_IFMT {
            S_IFDIR => Kind::Directory,
            S_IFREG => Kind::File,
            S_IFBLK => Kind::Block,
            _ => Kind::Other,
        };
        let writers = self.writers.as_ref();
        let is_trusted = writers.is_none_or(|writers| writers.is_trusted(about.st_uid));
        let source = Source {
            path,
            is_trusted,
            identity: Identity::from(&about),
            kind,
            handle,
        };
        Ok((source, trust))
    }

    /// Goes to a directory, or to the one that something else is in, which is given then.
    fn go_to(
        &mut self,
        path: &Path,
        last: Last,
    ) -> Result<Option<(OsString, OwnedFd, FileStat)>, String> {
        if !path.is_absolute() {
            return Err(tr!(
                "its source '{source}' is not an absolute path",
                source = shown(path)
            ));
        }
        // The parts that are left, the next one last.
        let mut left = parts(path);
        // A path that ends with "/" or "/." names a directory, through a link as well.
        let follows = last == Last::Follow || !ends_with_name(path);
        let mut end = None;
        while let Some(part) = left.pop() {
            end = None;
            if part == ".." {
                self.leave()?;
                continue;
            }
            let (next, about) = self.look(&part)?;
            self.way.push(Identity::from(&about));
            let kind = about.st_mode & S_IFMT;
            if kind == S_IFLNK && (follows || !left.is_empty()) {
                let target = self.follow(&part, &next, &about)?;
                left.extend(parts(&target));
            } else if kind == S_IFDIR {
                self.enter(part, next, &about);
            } else if let Some(next) = left.last() {
                let error = io::Error::from(Errno::ENOTDIR);
                return Err(format!(
                    "{}: {error}",
                    shown(&self.path().join(part).join(next))
                ));
            } else {
                end = Some((part, next, about));
            }
        }
        Ok(end)
    }

    fn path(&self) -> PathBuf {
        let names = self.steps.iter().skip(1).map(|step| &step.name);
        Path::new("/").join(names.collect::<PathBuf>())
    }

    fn trust(&self) -> &Trust {
        // The root is never left.
        self.steps.last().map_or(&Trust::Full, |step| &step.trust)
    }

    fn look(&self, name: &OsStr) -> Result<(OwnedFd, FileStat), String> {
        let look = || {
            let mut found = openat(&self.here, name, LOOK, Mode::empty())?;
            let mut about = fstat(&found)?;
            if about.st_mode & S_IFMT == S_IFDIR && kernel::is_automount(&found) {
                // Only somebody who says that it is a directory has it mounted.
                let directory = LOOK | OFlag::O_DIRECTORY;
                found = openat(&self.here, name, directory, Mode::empty())?;
                about = fstat(&found)?;
            }
            Ok((found, about))
        };
        look().map_err(|errno| failed(&self.path().join(name), errno))
    }

    fn enter(&mut self, name: OsString, directory: OwnedFd, about: &FileStat) {
        let path = self.path().join(&name);
        let trust = self.writers.as_ref().map_or(Trust::Full, |writers| {
            writers.trust(self.trust().clone(), &path, &directory, about)
        });
        self.steps.push(Step {
            name,
            id: Identity::from(about),
            trust,
        });
        self.here = directory;
    }

    /// Goes back to the directory that the walk came from.
    fn leave(&mut self) -> Result<(), String> {
        if self.steps.len() == 1 {
            return Ok(());
        }
        self.steps.pop();
        let path = self.path();
        let directory = LOOK | OFlag::O_DIRECTORY;
        let back = || {
            let parent = openat(&self.here, "..", directory, Mode::empty())?;
            let about = fstat(&parent)?;
            // Somebody has moved the directory meanwhile.
            if self
                .steps
                .last()
                .is_some_and(|step| step.id != Identity::from(&about))
            {
                return Err(Errno::ESTALE);
            }
            Ok(parent)
        };
        self.here = back().map_err(|errno| failed(&path, errno))?;
        Ok(())
    }

    /// Gives what a link says, if it may be believed.
    fn follow(
        &mut self,
        name: &OsStr,
        link: &OwnedFd,
        about: &FileStat,
    ) -> Result<PathBuf, String> {
        let path = self.path().join(name);
        let target = readlinkat(link.as_fd(), "").map_err(|errno| failed(&path, errno))?;
        let target = PathBuf::from(target);
        let from_root = target.is_absolute();
        if let Some(writers) = &self.writers {
            writers.check_link(self.trust(), &path, &target, about)?;
        }
        self.links += 1;
        if self.links > MOST_LINKS {
            return Err(failed(&path, Errno::ELOOP));
        }
        if from_root {
            self.steps.truncate(1);
            self.here = open("/", LOOK, Mode::empty()).map_err(|errno| failed(&path, errno))?;
        }
        Ok(target)
    }
}

fn failed(path: &Path, errno: Errno) -> String {
    format!("{}: {}", shown(path), io::Error::from(errno))
}

/// The parts of a path, the last one first.
fn parts(path: &Path) -> Vec<OsString> {
    let part = |part: Component<'_>| match part {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some(OsString::from("..")),
        Component::Prefix(_) | Component::RootDir | Component::CurDir => None,
    };
    path.components().rev().filter_map(part).collect()
}

/// Whether the last part of a path is a name, after which nothing comes.
fn ends_with_name(path: &Path) -> bool {
    let bytes = path.as_os_str().as_encoded_bytes();
    !bytes.ends_with(b"/") && !bytes.ends_with(b"/.")
}

#[cfg(test)]
mod tests;
