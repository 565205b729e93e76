//! What a container has of the host: each directory, file and image has a number, under which the first process finds it.

use std::ffi::OsString;
use std::os::fd::OwnedFd;
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};
use std::{fs, io};

use glib::prelude::*;
use libvirt_glib::gconfig::{self, DomainDiskFormat, DomainFilesys};
use rustix::fs::CWD;
use rustix::mount::{OpenTreeFlags, open_tree};
use sandbox_plan::{Below, Container, FileIdentity, SERVICE_LOG, SOURCES, Source, Tree, View};

use super::elements::{Access, make, root_dir, text};
use super::filesystems::{host_source, image_source, nick};
use super::run::Run;
use super::{BuilderError, apparmor, files, host_mounts, mounts, names, outside, overlay};
use crate::config::{
    Config, ConfigExt, ConfigMount, ConfigMountHostBind, ConfigMountHostImage, ConfigPropertiesExt,
    ConfigService,
};

/// What a sandbox has its own of, in every root.
const OWN: [&str; 4] = ["dev", "proc", "run", "sys"];

/// Where the guest finds the socket over which its sources come, where it is given them that way.
const SOCKET_MOUNT: &str = "/dev/libvirt-sandbox/src.sock";

/// A tree of the host, and where its parts are there.
#[derive(Debug)]
pub(crate) struct Listed {
    /// As the guest knows it.
    pub tree: Tree,
    /// Its top on the host.
    pub top: Top,
    /// What is mounted below, with its number.
    pub below: Vec<(u32, PathBuf)>,
    /// The number of the mount in the configuration; none for the root directory.
    pub mount: Option<usize>,
}

impl Listed {
    /// What it has of the host.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &Path> {
        let top = match &self.top {
            Top::Path(path) => Some(path.as_path()),
            Top::Temporary | Top::Image => None,
        };
        top.into_iter()
            .chain(self.below.iter().map(|(_, path)| path.as_path()))
    }
}

/// The top of a tree.
#[derive(Debug)]
pub(crate) enum Top {
    /// A directory or file.
    Path(PathBuf),
    /// A directory that is made for the run.
    Temporary,
    /// An image.
    Image,
}

/// The tree of a container's root, and those of its other mounts.
pub(crate) fn list(config: &Config) -> Result<(Listed, Vec<Listed>), BuilderError> {
    let all = config.mounts();
    let root = all.iter().position(names::is_root);
    let mut lister = Lister { config, next: 0 };
    let first = match root {
        Some(index) => lister.mount(&all[index], index)?,
        None => {
            let path = root_dir(config)?;
            let identity = identity_of(&path);
            lister.directory(path, identity, None)?
        }
    };
    let mut listed = Vec::new();
    for (index, mount) in all.iter().enumerate() {
        let is_of_host = mount.is::<ConfigMountHostBind>() || mount.is::<ConfigMountHostImage>();
        if is_of_host && Some(index) != root {
            listed.push(lister.mount(mount, index)?);
        }
    }
    Ok((first, listed))
}

/// The root as the first process puts it together.
pub(crate) fn container(config: &Config, root: &Tree) -> Result<Container, BuilderError> {
    let all = config.mounts();
    let mount = all.iter().find(|mount| names::is_root(mount));
    let is_written_to =
        mount.is_some_and(|mount| !mounts::is_read_only(mount)) && !overlay::is_wanted(config);
    Ok(Container {
        root: root.clone(),
        view: if is_written_to {
            View::Own
        } else {
            View::Covered
        },
        is_settled: is_written_to && mount.is_some_and(|mount| mount.is::<ConfigMountHostImage>()),
        hidden: hidden(config),
        sources: are_sent(config)?.then(|| SOCKET_MOUNT.into()),
        log: config.is::<ConfigService>().then(|| SERVICE_LOG.into()),
    })
}

/// Whether [`copies`] of the sources are sent to the first process. In a user namespace libvirt can't mount a directory that
/// others are mounted below, as the host's root is; and its helper for AppArmor refuses some.
pub(crate) fn are_sent(config: &Config) -> Result<bool, BuilderError> {
    if config.userns() {
        return Ok(true);
    }
    if config.is::<ConfigService>() || !apparmor::is_on() {
        return Ok(false);
    }
    let (first, others) = list(config)?;
    Ok(std::iter::once(&first)
        .chain(&others)
        .any(|listed| listed.paths().any(|path| !apparmor::takes(path))))
}

/// Where the temporary files of all sandboxes of the user are: none of them is another one's business.
fn hidden(config: &Config) -> Vec<OsString> {
    let base = outside::base_path();
    let base = base.canonicalize().unwrap_or(base);
    let root = mounts::root_directory(config).unwrap_or_else(|| "/".into());
    let inside = base.strip_prefix(root);
    inside
        .map(|inside| Path::new("/").join(inside).into())
        .into_iter()
        .collect()
}

struct Lister<'a> {
    config: &'a Config,
    next: u32,
}

impl Lister<'_> {
    fn mount(&mut self, mount: &ConfigMount, index: usize) -> Result<Listed, BuilderError> {
        let number = self.next;
        let alone = |top| Listed {
            tree: Tree {
                top: Source {
                    number,
                    identity: None,
                },
                below: Vec::new(),
            },
            top,
            below: Vec::new(),
            mount: Some(index),
        };
        if mount.is::<ConfigMountHostImage>() {
            self.next += 1;
            return Ok(alone(Top::Image));
        }
        if mounts::source(mount).as_os_str().is_empty() {
            self.next += 1;
            return Ok(alone(Top::Temporary));
        }
        let source = host_source(self.config, mount)?;
        let identity = FileIdentity {
            device: source.device,
            inode: source.inode,
        };
        self.directory(source.path, Some(identity), Some(index))
    }

    fn directory(
        &mut self,
        path: PathBuf,
        identity: Option<FileIdentity>,
        mount: Option<usize>,
    ) -> Result<Listed, BuilderError> {
        // What a service is defined with is another number after the next boot of the host.
        let is_lasting = self.config.is::<ConfigService>();
        let top = self.source(identity.filter(|_| !is_lasting));
        let is_root = mount.is_none_or(|index| names::is_root(&self.config.mounts()[index]));
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
            let source = found.map(|identity| self.source(Some(identity).filter(|_| !is_lasting)));
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
            top: Top::Path(path),
            below: paths,
            mount,
        })
    }

    fn source(&mut self, identity: Option<FileIdentity>) -> Source {
        let number = self.next;
        self.next += 1;
        Source { number, identity }
    }
}

fn identity_of(path: &Path) -> Option<FileIdentity> {
    let about = fs::symlink_metadata(path).ok()?;
    Some(FileIdentity {
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

/// Has libvirt mount the trees at their numbers, but for those that are sent: of these the temporary directories are made.
pub(crate) fn add(run: Run<'_>, domain: &gconfig::Domain) -> Result<(), BuilderError> {
    let all = run.config.mounts();
    let are_sent = are_sent(run.config)?;
    let (first, others) = list(run.config)?;
    // The directory that the others are mounted in is made for the first one, which is never a file.
    for listed in std::iter::once(&first).chain(&others) {
        let mount = listed.mount.map(|index| &all[index]);
        let is_written_to = mount.is_some_and(|mount| !mounts::is_read_only(mount));
        let read_only = if is_written_to { "" } else { "<readonly/>" };
        let top = target(listed.tree.top.number);
        match (&listed.top, mount, listed.mount) {
            (Top::Image, Some(mount), _) => {
                domain.add_device(&image(run.config, mount, &top, read_only)?);
            }
            (Top::Temporary, Some(mount), Some(index)) => {
                if let Some(path) = run.host_path(mount, index)?
                    && !are_sent
                {
                    domain.add_device(&bind(&path, &top, read_only)?);
                }
            }
            (Top::Path(path), ..) if !are_sent => {
                domain.add_device(&bind(path, &top, read_only)?);
            }
            (Top::Path(_) | Top::Image | Top::Temporary, ..) => {}
        }
        for (number, path) in listed.below.iter().filter(|_| !are_sent) {
            domain.add_device(&bind(path, &target(*number), read_only)?);
        }
    }
    Ok(())
}

/// The sources themselves, each a mount of its own with its number.
pub(crate) fn copies(
    config: &Config,
    statedir: &Path,
) -> Result<Vec<(u32, OwnedFd)>, BuilderError> {
    let (first, others) = list(config)?;
    let mut copies = Vec::new();
    for listed in std::iter::once(first).chain(others) {
        let top = match (listed.top, listed.mount) {
            (Top::Path(path), _) => path,
            (Top::Temporary, Some(index)) => {
                let scratch = outside::scratch(config, statedir)?;
                files::make_scratch_dir(&scratch, index)?
            }
            (Top::Temporary | Top::Image, _) => continue,
        };
        let top = (listed.tree.top.number, top);
        for (number, path) in std::iter::once(top).chain(listed.below) {
            copies.push((number, copy(&path).map_err(BuilderError::read(&path))?));
        }
    }
    Ok(copies)
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

fn image(
    config: &Config,
    mount: &ConfigMount,
    target: &Path,
    read_only: &str,
) -> Result<DomainFilesys, BuilderError> {
    let (source, medium) = image_source(config, mount)?;
    let (kind, attribute) = medium.names();
    let format = mount
        .downcast_ref::<ConfigMountHostImage>()
        .map_or(DomainDiskFormat::Raw, ConfigMountHostImage::format);
    let driver = if format == DomainDiskFormat::Raw {
        "loop"
    } else {
        "nbd"
    };
    make(&format!(
        "<filesystem type='{kind}' accessmode='passthrough'><source {attribute}='{}'/><target dir='{}'/><driver type='{driver}' format='{}'/>{read_only}</filesystem>",
        text(&source.path)?,
        text(target)?,
        nick(format),
    ))
}
