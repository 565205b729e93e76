//! What a sandbox has of the host's files: its root, mounts, disks and images, and the layer that takes what it writes.

mod archive;
pub(crate) mod configured;
mod content;
pub(crate) mod disks;
pub(crate) mod filesystems;
pub(crate) mod host_mounts;
pub(crate) mod identity;
pub(crate) mod image_header;
pub(crate) mod images;
pub(crate) mod in_root;
mod include;
mod include_copy;
mod include_tree;
mod includes;
pub(crate) mod made;
pub(crate) mod mount;
pub(crate) mod mounts;
pub(crate) mod names;
pub(crate) mod overlay;
pub(crate) mod ownership;
pub(crate) mod scratch;
pub(crate) mod shares;
pub(crate) mod sources;
pub(crate) mod trees;

use std::io;
use std::path::{self, Path, PathBuf};

use self::disks::Disk;
use self::include::Include;
use self::mount::{Content, Mount};
use self::overlay::{Kept, Overlay};
use self::sources::Kind;
use super::BuilderError;
use crate::config::{Config, ConfigPropertiesExt};

/// What a sandbox has of the host's files, as it was found.
#[derive(Clone, Debug)]
pub(crate) struct Storage {
    /// The directory of the host that is the root; none where a mount is.
    pub root: Option<PathBuf>,
    /// The mounts, in their order.
    pub mounts: Vec<Mount>,
    /// The disks, in their order.
    pub disks: Vec<Disk>,
    /// What makes the root writable; none where it stays as it is.
    pub overlay: Option<Overlay>,
    /// What is copied into the root, which an overlay takes.
    pub root_includes: Vec<Include>,
}

impl Storage {
    /// Looks up what a configuration names, and refuses what can't be had.
    pub(crate) fn look_up(config: &Config) -> Result<Self, BuilderError> {
        ownership::refuse_exchangeable(config)?;
        let mounts = mount::look_up(config)?;
        let root = match mounts.iter().any(Mount::is_root) {
            true => None,
            false => Some(root_of(config)?),
        };
        let mut storage = Self {
            root,
            mounts,
            disks: disks::look_up(config)?,
            overlay: None,
            root_includes: includes::of_root(config)?,
        };
        let root = storage.root_directory();
        storage.overlay = Overlay::look_up(config, root, &storage.mounts)?;
        Ok(storage)
    }

    /// The mount that is the root.
    pub(crate) fn root_mount(&self) -> Option<&Mount> {
        self.mounts.iter().find(|mount| mount.is_root())
    }

    /// The directory of the host that is the root; none where an image is.
    pub(crate) fn root_directory(&self) -> Option<&Path> {
        let mounted = || self.root_mount()?.host().map(|found| found.path.as_path());
        self.root.as_deref().or_else(mounted)
    }

    /// The directory that keeps what is written to the root.
    pub(crate) fn kept(&self) -> Option<&Kept> {
        self.overlay.as_ref()?.kept.as_ref()
    }

    /// The name of the device of a virtual machine that keeps what is written to the root: after its other disks.
    pub(crate) fn overlay_disk(&self) -> String {
        let images = self.images().count();
        names::disk_name(names::MACHINE_DISKS, self.disks.len() + images)
    }

    /// The images that are mounted.
    pub(crate) fn images(&self) -> impl Iterator<Item = (&Mount, &mount::Image)> {
        let mounts = self.mounts.iter();
        mounts.filter_map(|mount| Some((mount, mount.image()?)))
    }

    /// Whether a virtual machine has block devices: disks, or images that it mounts.
    pub(crate) fn need_disks(&self) -> bool {
        !self.disks.is_empty() || self.kept().is_some() || self.images().next().is_some()
    }

    /// Whether directories of the host, or such that are made for the run, are written to.
    pub(crate) fn are_written_to(&self) -> bool {
        let mut mounts = self.mounts.iter();
        mounts.any(|mount| mount.is_of_host() && !mount.read_only)
    }

    /// Whether the program can write to a directory or file of the host that others may reach, too.
    pub(crate) fn gives_host_directory(&self) -> bool {
        let is_given =
            |mount: &Mount| matches!(mount.content, Content::Host(_)) && !mount.read_only;
        self.mounts.iter().any(is_given)
    }

    /// Whether no mount of the user's is the file `file` or the directory that it is in.
    pub(crate) fn is_ours(&self, file: &Path) -> bool {
        let gives = |mount: &Mount| !mount.is_root() && file.starts_with(&mount.target);
        !self.mounts.iter().any(gives)
    }

    /// All that the guest copies files into, with their numbers: mounts, and after them the root.
    pub(crate) fn filled_inside(&self) -> Vec<Filled<'_>> {
        let mounts = self.mounts.iter().enumerate();
        let filled = mounts.filter(|(_, mount)| mount.is_filled_inside());
        let filled = filled.map(|(number, mount)| Filled {
            number,
            target: &mount.target,
            includes: &mount.includes,
        });
        let root = Filled {
            number: self.mounts.len(),
            target: Path::new("/"),
            includes: &self.root_includes,
        };
        filled
            .chain([root].into_iter().filter(|root| !root.includes.is_empty()))
            .collect()
    }
}

/// Something that the guest copies files into.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Filled<'a> {
    pub number: usize,
    pub target: &'a Path,
    pub includes: &'a [Include],
}

/// The directory that is configured as the root.
fn root_of(config: &Config) -> Result<PathBuf, BuilderError> {
    let path = config.root().unwrap_or_else(|| "/".into());
    let found = path::absolute(&path)
        .and_then(|path| sources::find(config, &path).map_err(io::Error::other))
        .and_then(|found| match found.kind {
            Kind::Directory => Ok(found.path),
            _ => Err(io::ErrorKind::NotADirectory.into()),
        });
    found.map_err(|source| BuilderError::Root { path, source })
}

/// What the options describe on a host that has all of it: nothing is looked up.
#[cfg(test)]
pub(crate) fn recorded(options: &[&std::ffi::CStr]) -> Storage {
    let mounts = mount::recorded(options);
    Storage {
        root: (!mounts.iter().any(Mount::is_root)).then(|| "/".into()),
        mounts,
        disks: Vec::new(),
        overlay: None,
        root_includes: Vec::new(),
    }
}
