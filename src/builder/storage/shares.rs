//! Which directories of the host a virtual machine gets: one for each file system, and none that shows the host's kernel.

use std::collections::VecDeque;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::fs::{Access as Rights, access};

use super::Storage;
use super::host_mounts::{self, HostMount};
use super::mount::{Content, Mount};
use super::sources::Kind;
use crate::builder::BuilderError;
use crate::builder::domain::xml::Access;
use crate::builder::security::emulator::Emulator;

/// How many file systems a machine gets besides the directories that it is told of. Each is a device, which costs time.
const MOST: usize = 16;

/// What belongs to the kernel or to the system that runs. A root has its own.
const OF_THE_SYSTEM: [&str; 4] = ["dev", "proc", "run", "sys"];

/// How many entries are looked at to tell where the files of an overlay are.
const SAMPLE: usize = 500;

/// What a machine gets of the host's files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Shares(Vec<Share>);

/// A directory of the host, with what is mounted below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Share {
    /// The number of the mount in the configuration; none for the root directory, which has an option of its own.
    pub index: Option<usize>,
    /// Whether it is the root.
    pub is_root: bool,
    /// Whether its server goes on to what is mounted below by itself.
    pub spans: bool,
    /// The file systems below that are given as well, those with short paths first: in the guest directories between them are
    /// covered, and no cover may hide what is there already.
    pub below: Vec<Below>,
    /// Where its server does not go, since another file system is mounted there: paths in it, and whether directories are there.
    pub gaps: Vec<(PathBuf, bool)>,
}

impl Share {
    /// How its server gives it.
    pub(crate) fn access(&self) -> Access {
        if self.spans {
            Access::SquashAcross
        } else {
            Access::Squash
        }
    }
}

/// A file system of the host below a directory that is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Below {
    /// Where it is on the host.
    pub source: PathBuf,
    /// Where it is in the directory.
    pub inside: PathBuf,
    /// What the guest knows it by.
    pub tag: String,
}

/// A directory that is asked for.
#[derive(Clone, Copy)]
struct Wanted<'a> {
    storage: &'a Storage,
    /// The number of the mount; none for the root directory.
    index: Option<usize>,
    /// Where it is on the host, without symbolic links.
    source: &'a Path,
    emulator: Option<Emulator>,
}

impl Shares {
    /// What the machine gets; `emulator` is whom QEMU runs as, where that is not the caller.
    pub(crate) fn look_up(
        storage: &Storage,
        emulator: Option<Emulator>,
    ) -> Result<Self, BuilderError> {
        let root = storage.root.as_deref().map(|root| (None, root));
        let directory = |(index, mount): (usize, &'_ Mount)| {
            let found = mount.host().filter(|found| found.kind == Kind::Directory);
            found.map(|found| (Some(index), found.path.clone()))
        };
        let mounts: Vec<_> = storage
            .mounts
            .iter()
            .enumerate()
            .filter_map(directory)
            .collect();
        let mounts = mounts
            .iter()
            .map(|(index, source)| (*index, source.as_path()));
        let mut shares = Vec::new();
        for (index, source) in root.into_iter().chain(mounts) {
            let wanted = Wanted {
                storage,
                index,
                source,
                emulator,
            };
            shares.push(wanted.share()?);
        }
        let mut shares = Self(shares);
        tell_what_is_left_out(&shares.keep(MOST));
        shares.number();
        Ok(shares)
    }

    /// The root, where it is a directory of the host.
    pub(crate) fn root(&self) -> Option<&Share> {
        self.0.iter().find(|share| share.is_root)
    }

    /// What is behind the mount number `index`.
    pub(crate) fn of_mount(&self, index: usize) -> Option<&Share> {
        self.0.iter().find(|share| share.index == Some(index))
    }

    /// Keeps at most as many file systems, those with the shortest paths, and gives the others.
    fn keep(&mut self, most: usize) -> Vec<PathBuf> {
        let mut all: Vec<(usize, PathBuf)> = self
            .0
            .iter()
            .flat_map(|share| &share.below)
            .map(|below| (depth(&below.source), below.source.clone()))
            .collect();
        all.sort();
        let left_out = all.split_off(all.len().min(most));
        let left_out: Vec<PathBuf> = left_out.into_iter().map(|(_, path)| path).collect();
        for share in &mut self.0 {
            share
                .below
                .retain(|below| !left_out.contains(&below.source));
        }
        left_out
    }

    fn number(&mut self) {
        let below = self.0.iter_mut().flat_map(|share| &mut share.below);
        for (number, below) in below.enumerate() {
            below.tag = format!("sandbox:below{number}");
        }
    }
}

impl<'a> Wanted<'a> {
    fn share(self) -> Result<Share, BuilderError> {
        let around = host_mounts::holding(self.source)?;
        if let Some(mount) = self.mount().filter(|_| around.shows_kernel()) {
            return Err(mount.refused(tr!(
                "{source} shows the host's kernel (file system {fstype}), which a virtual machine can't be given",
                source = self.source.display(),
                fstype = around.fstype
            )));
        }
        let mounted = host_mounts::below(self.source)?;
        Ok(self.share_of(&around, &mounted))
    }

    fn mount(self) -> Option<&'a Mount> {
        self.index.map(|index| &self.storage.mounts[index])
    }

    fn is_root(self) -> bool {
        self.mount().is_none_or(Mount::is_root)
    }

    /// What is given of a directory, which is in the file system `around`, and below which there is `mounted`.
    fn share_of(self, around: &HostMount, mounted: &[HostMount]) -> Share {
        let mut share = Share {
            index: self.index,
            is_root: self.is_root(),
            spans: false,
            below: Vec::new(),
            gaps: Vec::new(),
        };
        let source = &around.path;
        let hold_files = mounted.iter().all(|mount| mount.holds_files);
        if has_several_devices(around, mounted) {
            share.spans = true;
            if !hold_files {
                tell_what_spans(source);
            }
            return share;
        }
        // What a path is in: the file systems on the way to it, and whether they are given.
        let mut way = vec![(source, around.device, true)];
        for mount in mounted {
            way.retain(|(path, ..)| mount.path.starts_with(path));
            let Some((_, device, true)) = way.last() else {
                continue;
            };
            if mount.device == *device {
                // More of the same file system, where the server goes by itself.
                continue;
            }
            let inside = mount.path.strip_prefix(source).unwrap_or(&mount.path);
            share.gaps.push((inside.to_owned(), mount.is_directory));
            let is_given =
                mount.holds_files && mount.is_directory && self.shows(&mount.path, inside);
            if is_given {
                share.below.push(Below {
                    source: mount.path.clone(),
                    inside: inside.to_owned(),
                    tag: String::new(),
                });
            }
            way.push((&mount.path, mount.device, is_given));
        }
        share.below.sort_by_key(|below| depth(&below.source));
        let is_writable = self.mount().is_some_and(|mount| !mount.read_only);
        if is_writable && hold_files && !share.gaps.is_empty() {
            // The guest would have to cover the directories in between, and could make nothing in them any more.
            share.spans = true;
            share.below.clear();
            share.gaps.clear();
        }
        share
    }

    /// Whether a file system at `path` on the host, and `inside` the directory, is to be seen, and QEMU can read it.
    fn shows(self, path: &Path, inside: &Path) -> bool {
        let source = self.source;
        let is_of_the_system = |name: &&str| {
            let of_the_host = Path::new("/").join(name);
            path.starts_with(&of_the_host) && !source.starts_with(&of_the_host)
                || self.is_root() && inside.starts_with(name)
        };
        // What else is mounted there hides it, but may take its content from there.
        let target = Path::new("/").join(inside);
        let is_hidden = self.storage.mounts.iter().any(|mount| {
            let hides = !mount.is_root() && !matches!(mount.content, Content::Sandbox(_));
            hides && target.starts_with(&mount.target)
        });
        let is_text = path
            .to_str()
            .is_some_and(|text| !text.contains(char::is_control));
        let is_elsewhere =
            OF_THE_SYSTEM.iter().any(is_of_the_system) || self.is_root() && is_hidden;
        !is_elsewhere && is_text && can_read(path, self.emulator)
    }
}

fn depth(path: &Path) -> usize {
    path.components().count()
}

/// Whether the files of an overlay are on other devices than its directories: so the kernel has it where its layers are on
/// several file systems.
fn has_several_devices(around: &HostMount, mounted: &[HostMount]) -> bool {
    if around.fstype != "overlay" {
        return false;
    }
    let mut directories = VecDeque::from([around.path.clone()]);
    let mut left = SAMPLE;
    while let Some(directory) = directories.pop_front() {
        for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
            let path = entry.path();
            if left == 0 || mounted.iter().any(|mount| mount.path == path) {
                continue;
            }
            left -= 1;
            match entry.metadata() {
                Ok(about) if about.is_dir() => directories.push_back(path),
                Ok(about) => return about.dev() != around.device,
                Err(_) => {}
            }
        }
    }
    false
}

/// Whether QEMU can read a directory, which it has to: else it does not start.
fn can_read(path: &Path, emulator: Option<Emulator>) -> bool {
    let Some(emulator) = emulator else {
        return access(path, Rights::READ_OK | Rights::EXEC_OK).is_ok();
    };
    let (uid, gid) = emulator.ids();
    let may = |path: &Path, wanted: u32| {
        fs::metadata(path).is_ok_and(|about| {
            let shift = match about.uid() == uid {
                true => 6,
                false if about.gid() == gid => 3,
                false => 0,
            };
            about.mode() >> shift & wanted == wanted
        })
    };
    may(path, 0o5) && path.ancestors().skip(1).all(|above| may(above, 0o1))
}

fn tell_what_spans(source: &Path) {
    glib::g_info!(
        crate::log::LOG_DOMAIN,
        "{}",
        tr!(
            "{source} is an overlay over several file systems: a virtual machine is not kept from what else is mounted below it",
            source = source.display()
        )
    );
}

fn tell_what_is_left_out(paths: &[PathBuf]) {
    for path in paths {
        glib::g_info!(
            crate::log::LOG_DOMAIN,
            "{}",
            tr!(
                "the virtual machine does not see what is mounted on {path}: it gets {most} file systems of the host at the most; give it that one with a host-bind",
                path = path.display(),
                most = MOST
            )
        );
    }
}

#[cfg(test)]
mod tests;
