//! The mounts of a sandbox, looked up: what each is on the host is asked once, and checked.

use std::path::{Component, Path, PathBuf};

use glib::prelude::*;
use libvirt_glib::gconfig::DomainDiskFormat;

use super::configured::{is_read_only, source};
use super::image_header;
use super::include::Include;
use super::includes;
use super::sources::{self, Found, Kind};
use crate::builder::BuilderError;
use crate::config::{
    Config, ConfigExt, ConfigMount, ConfigMountExt, ConfigMountGuestBind, ConfigMountHostBind,
    ConfigMountHostImage, ConfigMountPropertiesExt, ConfigMountRam,
};

/// A mount of a sandbox.
#[derive(Clone, Debug)]
pub(crate) struct Mount {
    /// Where it is in the sandbox.
    pub target: PathBuf,
    /// Whether nothing can be written to it.
    pub read_only: bool,
    /// Where its content comes from.
    pub content: Content,
    /// What is copied into it.
    pub includes: Vec<Include>,
}

/// Where the content of a mount comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// Memory, of this size in bytes at the most.
    Memory(u64),
    /// A path of the sandbox itself.
    Sandbox(PathBuf),
    /// A directory that is made for the run.
    Temporary,
    /// A directory or file of the host.
    Host(Found),
    /// A file system in an image.
    Image(Image),
}

/// A disk image, or a block device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Image {
    /// Where it is on the host, without symbolic links.
    pub path: PathBuf,
    pub medium: Medium,
    pub format: DomainDiskFormat,
    /// Whether it may refer to other images.
    pub has_backing: bool,
}

/// What an image is on the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Medium {
    File,
    Block,
}

impl Medium {
    /// The name of libvirt's type of disks, and the attribute that the source is in.
    pub(crate) fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::File => ("file", "file"),
            Self::Block => ("block", "dev"),
        }
    }
}

impl Mount {
    /// Whether it is the sandbox's root.
    pub(crate) fn is_root(&self) -> bool {
        self.target == Path::new("/")
    }

    /// Whether the guest copies files into it: no host can do it.
    pub(crate) fn is_filled_inside(&self) -> bool {
        matches!(self.content, Content::Memory(_)) && !self.includes.is_empty()
    }

    /// Whether it is an image that has to be whole on the host before the program's end is told.
    pub(crate) fn is_settled(&self) -> bool {
        self.image().is_some() && !self.read_only
    }

    /// Whether it is a directory or file of the host, or a directory that is made for the run.
    pub(crate) fn is_of_host(&self) -> bool {
        matches!(self.content, Content::Host(_) | Content::Temporary)
    }

    /// The directory or file of the host.
    pub(crate) fn host(&self) -> Option<&Found> {
        match &self.content {
            Content::Host(found) => Some(found),
            _ => None,
        }
    }

    /// The image.
    pub(crate) fn image(&self) -> Option<&Image> {
        match &self.content {
            Content::Image(image) => Some(image),
            _ => None,
        }
    }

    /// An error that names it.
    pub(crate) fn refused(&self, problem: String) -> BuilderError {
        refused(&self.target, problem)
    }
}

/// An error that names a mount.
pub(super) fn refused(target: &Path, problem: String) -> BuilderError {
    BuilderError::Mount {
        target: target.to_owned(),
        problem,
    }
}

/// Looks up the mounts of a configuration, in their order, and refuses what neither libvirt nor the guest could mount.
pub(crate) fn look_up(config: &Config) -> Result<Vec<Mount>, BuilderError> {
    let mounts: Result<Vec<Mount>, _> = config
        .mounts()
        .iter()
        .map(|mount| look_up_one(config, mount))
        .collect();
    let mounts = mounts?;
    match mounts.iter().filter(|mount| mount.is_root()).nth(1) {
        Some(second) => Err(second.refused(tr!("another mount is the root, too"))),
        None => Ok(mounts),
    }
}

fn look_up_one(config: &Config, mount: &ConfigMount) -> Result<Mount, BuilderError> {
    let target = mount.target().unwrap_or_default();
    let refuse = |problem| Err(refused(&target, problem));
    let climbs = target.components().any(|part| part == Component::ParentDir);
    if !target.is_absolute() || climbs {
        return refuse(tr!(
            "the path in the sandbox has to be absolute, without '..'"
        ));
    }
    let content = content(config, mount, &target)?;
    let takes_includes = matches!(content, Content::Temporary | Content::Memory(_));
    if !mount.includes().is_empty() && !takes_includes {
        return refuse(tr!(
            "files can be copied only into ram mounts, and into host-binds without a source, that are mounted below the root"
        ));
    }
    let found = Mount {
        read_only: is_read_only(mount),
        includes: includes::look_up(config, &target, mount.includes())?,
        content,
        target,
    };
    match found.content {
        Content::Memory(_) | Content::Sandbox(_) if found.is_root() => Err(found.refused(tr!(
            "the root can only be a directory or an image of the host"
        ))),
        _ => Ok(found),
    }
}

fn content(config: &Config, mount: &ConfigMount, target: &Path) -> Result<Content, BuilderError> {
    if let Some(ram) = mount.downcast_ref::<ConfigMountRam>() {
        return match ram.usage() {
            0 => Err(refused(target, tr!("its size is 0"))),
            size => Ok(Content::Memory(size)),
        };
    }
    let source = source(mount);
    let is_bind = mount.is::<ConfigMountHostBind>();
    if source.as_os_str().is_empty() && is_bind && target != Path::new("/") {
        return Ok(Content::Temporary);
    }
    if !source.is_absolute() {
        let problem = tr!(
            "its source '{source}' is not an absolute path",
            source = source.display()
        );
        return Err(refused(target, problem));
    }
    if mount.is::<ConfigMountGuestBind>() {
        return Ok(Content::Sandbox(source));
    }
    let found = match mount.downcast_ref::<ConfigMountHostImage>() {
        Some(image) => {
            Image::find(config, &source, image.format(), image.backing()).map(Content::Image)
        }
        None => host_source(config, &source).map(Content::Host),
    };
    found.map_err(|problem| refused(target, problem))
}

fn host_source(config: &Config, path: &Path) -> Result<Found, String> {
    let source = sources::find(config, path)?;
    sources::refuse_kernel_files(&source)?;
    Ok(source.found())
}

impl Image {
    /// Finds the image at `path`, or tells why it is none. One that refers to others is refused, unless it has to.
    pub(crate) fn find(
        config: &Config,
        path: &Path,
        format: DomainDiskFormat,
        has_backing: bool,
    ) -> Result<Self, String> {
        let source = sources::find_image(config, path)?;
        let medium = match source.kind {
            Kind::Block => Medium::Block,
            Kind::File => Medium::File,
            Kind::Directory | Kind::Other => {
                return Err(tr!(
                    "{path} is neither a file nor a block device",
                    path = sources::shown(path)
                ));
            }
        };
        if !has_backing {
            image_header::refuse_others(&source, format)?;
        }
        Ok(Self {
            path: source.path,
            medium,
            format,
            has_backing,
        })
    }
}

/// What the options describe on a host that has all of it: nothing is looked up.
#[cfg(test)]
pub(crate) fn recorded(options: &[&std::ffi::CStr]) -> Vec<Mount> {
    use super::identity::Identity;

    let config = crate::config::ConfigInteractive::new(c"box");
    for option in options {
        config.add_mount_opts(option).unwrap();
    }
    let content = |mount: &ConfigMount, number: usize| {
        let path = source(mount);
        if let Some(ram) = mount.downcast_ref::<ConfigMountRam>() {
            Content::Memory(ram.usage())
        } else if mount.is::<ConfigMountGuestBind>() {
            Content::Sandbox(path)
        } else if let Some(image) = mount.downcast_ref::<ConfigMountHostImage>() {
            Content::Image(Image {
                path,
                medium: Medium::File,
                format: image.format(),
                has_backing: false,
            })
        } else if path.as_os_str().is_empty() {
            Content::Temporary
        } else {
            Content::Host(Found {
                path,
                identity: Identity {
                    device: 1,
                    inode: number as u64,
                },
                kind: Kind::Directory,
            })
        }
    };
    let mounts = config.mounts().into_iter().enumerate();
    mounts
        .map(|(number, mount)| Mount {
            target: mount.target().unwrap_or_default(),
            read_only: is_read_only(&mount),
            content: content(&mount, number),
            includes: Vec::new(),
        })
        .collect()
}
