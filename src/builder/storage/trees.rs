//! What a container has of the host: each directory, file and image has a number, under which the first process finds it.

use std::ffi::OsString;
use std::os::fd::OwnedFd;
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};
use std::{fs, io};

use libvirt_glib::gconfig::{self, DomainDiskFormat, DomainFilesys};
use rustix::fs::CWD;
use rustix::mount::{OpenTreeFlags, open_tree};
use sandbox_plan::{Below, FileIdentity, SOURCES, Source, Tree};

use super::disks::read_only;
use super::identity::Identity;
use super::made::Made;
use super::mount::{Content, Image, Mount};
use super::{Storage, host_mounts, scratch};
use crate::builder::BuilderError;
use crate::builder::domain::xml::{Access, make, nick, text};

/// What a sandbox has its own of, in every root.
const OWN: [&str; 4] = ["dev", "proc", "run", "sys"];

/// What a container has of the host.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Trees {
    /// That of the root.
    pub root: Listed,
    /// Those of the other mounts.
    pub others: Vec<Listed>,
    /// Directories in the root that the program gets to see empty: where the temporary files of all sandboxes of the user are. None
    /// of them is another one's business.
    pub hidden: Vec<OsString>,
}

/// A tree of the host, and where its parts are there.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Listed {
    /// As the guest knows it.
    pub tree: Tree,
    /// Its top on the host; none of an image, and of a directory that is made for the run.
    pub top: Option<PathBuf>,
    /// What is mounted below, with its number.
    pub below: Vec<(u32, PathBuf)>,
    /// The number of the mount in the configuration; none for the root directory.
    pub mount: Option<usize>,
}

impl Listed {
    /// What it has of the host.
    fn paths(&self) -> impl Iterator<Item = &Path> {
        let top = self.top.as_deref().into_iter();
        top.chain(self.below.iter().map(|(_, path)| path.as_path()))
    }

    /// Its top, also where it was made for the run.
    fn top<'a>(&'a self, made: &'a Made) -> Option<&'a Path> {
        let of_run = || made.mounts.get(self.mount?)?.as_deref();
        self.top.as_deref().or_else(of_run)
    }
}

impl Trees {
    /// Lists what is in `storage`, and what the host has mounted below it. What is `lasting`, as a service is, has no numbers of the
    /// host's, which are others after its next boot.
    pub(crate) fn look_up(storage: &Storage, lasting: bool) -> Result<Self, BuilderError> {
        let mut lister = Lister { lasting, next: 0 };
        let mounts = || storage.mounts.iter().enumerate();
        let root = match (mounts().find(|(_, mount)| mount.is_root()), &storage.root) {
            (Some((index, mount)), _) => lister.mount(mount, index)?,
            (None, root) => {
                let path = root.clone().unwrap_or_else(|| "/".into());
                let identity = Identity::of(&path);
                lister.directory(path, identity, None, true)?
            }
        };
        let mut others = Vec::new();
        for (index, mount) in mounts().filter(|(_, mount)| !mount.is_root()) {
            if mount.is_of_host() || mount.image().is_some() {
                others.push(lister.mount(mount, index)?);
            }
        }
        Ok(Self {
            root,
            others,
            hidden: hidden(storage),
        })
    }

    /// The tree of the mount number `index`.
    pub(crate) fn of_mount(&self, index: usize) -> Option<&Listed> {
        self.all().find(|listed| listed.mount == Some(index))
    }

    /// All of them, that of the root first.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Listed> {
        std::iter::once(&self.root).chain(&self.others)
    }

    /// What it has of the host.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &Path> {
        self.all().flat_map(Listed::paths)
    }

    /// Has libvirt mount the trees at their numbers, but for those that `are_sent`. Images are never sent.
    pub(crate) fn add(
        &self,
        storage: &Storage,
        made: &Made,
        are_sent: bool,
        domain: &gconfig::Domain,
    ) -> Result<(), BuilderError> {
        // The directory that the others are mounted in is made for the first one, which is never a file.
        for listed in self.all() {
            let mount = listed.mount.map(|index| &storage.mounts[index]);
            let read_only = read_only(mount.is_none_or(|mount| mount.read_only));
            let top = target(listed.tree.top.number);
            if let Some(image) = mount.and_then(Mount::image) {
                domain.add_device(&image_filesys(image, &top, read_only)?);
            }
            if are_sent {
                continue;
            }
            if let Some(path) = listed.top(made) {
                domain.add_device(&bind(path, &top, read_only)?);
            }
            for (number, path) in &listed.below {
                domain.add_device(&bind(path, &target(*number), read_only)?);
            }
        }
        Ok(())
    }

    /// The sources themselves, each a mount of its own with its number.
    pub(crate) fn copies(&self, made: &Made) -> Result<Vec<(u32, OwnedFd)>, BuilderError> {
        let mut copies = Vec::new();
        for listed in self.all() {
            let top = listed.top(made).map(|top| (listed.tree.top.number, top));
            let below = listed.below.iter().map(|(number, path)| (*number, &**path));
            for (number, path) in top.into_iter().chain(below) {
                copies.push((number, copy(path).map_err(BuilderError::read(path))?));
            }
        }
        Ok(copies)
    }
}

/// Where the temporary files of all sandboxes of the user are in the root.
fn hidden(storage: &Storage) -> Vec<OsString> {
    let base = scratch::base_path();
    let base = base.canonicalize().unwrap_or(base);
    let root = storage.root_directory().unwrap_or(Path::new("/"));
    let inside = base.strip_prefix(root);
    inside
        .map(|inside| Path::new("/").join(inside).into())
        .into_iter()
        .collect()
}

struct Lister {
    lasting: bool,
    next: u32,
}

impl Lister {
    fn mount(&mut self, mount: &Mount, index: usize) -> Result<Listed, BuilderError> {
        match &mount.content {
            Content::Host(found) => {
                let identity = Some(found.identity);
                self.directory(found.path.clone(), identity, Some(index), mount.is_root())
            }
            _ => Ok(Listed {
                tree: Tree {
                    top: self.source(None),
                    below: Vec::new(),
                },
                top: None,
                below: Vec::new(),
                mount: Some(index),
            }),
        }
    }

    fn directory(
        &mut self,
        path: PathBuf,
        identity: Option<Identity>,
        mount: Option<usize>,
        is_root: bool,
    ) -> Result<Listed, BuilderError> {
        let top = self.source(identity);
        let (mut below, mut paths) = (Vec::new(), Vec::new());
        for mount in host_mounts::below(&path)? {
            let Ok(inside) = mount.path.strip_prefix(&path) else {
                continue;
            };
            if is_root && is_own(inside) {
                continue;
            }
            // libvirt can't be told of a path that is no text.
            let is_shown = mount.holds_files && text(&mount.path).is_ok();
            let found = identity_of(&mount.path).filter(|_| is_shown);
            let source = found.map(|identity| self.source(Some(identity)));
            if let Some(source) = source {
                paths.push((source.number, mount.path.clone()));
            }
            below.push(Below {
                path: inside.into(),
                source,
                is_directory: mount.is_directory,
            });
        }
        Ok(Listed {
            tree: Tree { top, below },
            top: Some(path),
            below: paths,
            mount,
        })
    }

    fn source(&mut self, identity: Option<Identity>) -> Source {
        let number = self.next;
        self.next += 1;
        let identity = identity.filter(|_| !self.lasting);
        Source {
            number,
            identity: identity.map(|identity| FileIdentity {
                device: identity.device,
                inode: identity.inode,
            }),
        }
    }
}

fn identity_of(path: &Path) -> Option<Identity> {
    let about = fs::symlink_metadata(path).ok()?;
    Some(Identity {
        device: about.dev(),
        inode: about.ino(),
    })
}

fn is_own(inside: &Path) -> bool {
    match inside.components().next() {
        Some(Component::Normal(first)) => OWN.iter().any(|own| first == *own),
        _ => false,
    }
}

fn copy(path: &Path) -> io::Result<OwnedFd> {
    let flags = OpenTreeFlags::OPEN_TREE_CLONE
        | OpenTreeFlags::OPEN_TREE_CLOEXEC
        | OpenTreeFlags::AT_SYMLINK_NOFOLLOW
        | OpenTreeFlags::AT_NO_AUTOMOUNT;
    Ok(open_tree(CWD, path, flags)?)
}

fn target(number: u32) -> PathBuf {
    Path::new(SOURCES).join(number.to_string())
}

fn bind(path: &Path, target: &Path, read_only: &str) -> Result<DomainFilesys, BuilderError> {
    make(&format!(
        "<filesystem type='mount' {}><source dir='{}'/><target dir='{}'/>{read_only}</filesystem>",
        Access::Bind.attributes(),
        text(path)?,
        text(target)?,
    ))
}

fn image_filesys(
    image: &Image,
    target: &Path,
    read_only: &str,
) -> Result<DomainFilesys, BuilderError> {
    let (kind, attribute) = image.medium.names();
    let driver = if image.format == DomainDiskFormat::Raw {
        "loop"
    } else {
        "nbd"
    };
    make(&format!(
        "<filesystem type='{kind}' accessmode='passthrough'><source {attribute}='{}'/><target dir='{}'/><driver type='{driver}' format='{}'/>{read_only}</filesystem>",
        text(&image.path)?,
        text(target)?,
        nick(image.format),
    ))
}

/// What a container has of a host on which nothing is mounted below anything: nothing is looked up.
#[cfg(test)]
pub(crate) fn recorded(storage: &Storage) -> Trees {
    let listed = |mount: Option<usize>, number: usize| Listed {
        tree: Tree {
            top: Source {
                number: number as u32,
                identity: None,
            },
            below: Vec::new(),
        },
        top: mount.and_then(|index| Some(storage.mounts[index].host()?.path.clone())),
        below: Vec::new(),
        mount,
    };
    let of_host = |(_, mount): &(usize, &Mount)| mount.is_of_host() || mount.image().is_some();
    let mounts = storage.mounts.iter().enumerate().filter(of_host);
    let mut root = listed(None, 0);
    root.top.clone_from(&storage.root);
    Trees {
        root,
        others: mounts
            .map(|(index, _)| listed(Some(index), index + 1))
            .collect(),
        hidden: Vec::new(),
    }
}
