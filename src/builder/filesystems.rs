//! The directories and images of the host, and the file systems in memory, that a sandbox mounts.

use std::path::{Component, Path};

use glib::prelude::*;
use libvirt_glib::gconfig::{self, DomainDiskFormat, DomainFilesys};

use super::elements::{Access, make, read_only_filesys, text};
use super::names::{self, MachineMount};
use super::run::Run;
use super::shares::{Share, Shares};
use super::sources::{self, Kind, Source};
use super::{BuilderError, image_header, mounts, userns};
use crate::config::{
    Config, ConfigExt, ConfigMount, ConfigMountExt, ConfigMountGuestBind, ConfigMountHostBind,
    ConfigMountHostImage, ConfigMountRam,
};

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

/// Gives a container the archives that fill its mounts.
pub(crate) fn add_archives(run: Run<'_>, domain: &gconfig::Domain) -> Result<(), BuilderError> {
    if let Some(archives) = run.pack_archives()? {
        let archives = userns::bind(run.config, &archives, mounts::ARCHIVES)?;
        domain.add_device(&archives);
    }
    Ok(())
}

/// Gives a virtual machine the directories of its mounts; its images are disks, and the rest it makes itself.
pub(crate) fn add_to_machine(
    run: Run<'_>,
    shares: &Shares,
    domain: &gconfig::Domain,
) -> Result<(), BuilderError> {
    let config = run.config;
    let all = config.mounts();
    check(config)?;
    for (index, MachineMount { mount, source }) in names::machine_mounts(&all, config.disks().len())
        .into_iter()
        .enumerate()
    {
        let directory = run.host_path(&mount, index)?;
        let (Some(mut directory), Some(tag)) = (directory, source) else {
            continue;
        };
        if !directory.is_dir() && !run.rehearses {
            directory = run.directory_of(&mount, index, &directory)?;
        }
        let share = shares.of_mount(index);
        let access = share.map_or(Access::Squash, Share::access);
        domain.add_device(&machine_filesys(
            &directory,
            &tag,
            access,
            read_only(&mount),
        )?);
        for below in share.into_iter().flat_map(|share| &share.below) {
            domain.add_device(&machine_filesys(
                &below.source,
                &below.tag,
                Access::Squash,
                read_only(&mount),
            )?);
        }
    }
    if let Some(archives) = run.pack_archives()? {
        let archives = read_only_filesys(&archives, mounts::ARCHIVES_TAG, Access::Squash)?;
        domain.add_device(&archives);
    }
    Ok(())
}

fn machine_filesys(
    directory: &Path,
    tag: &str,
    access: Access,
    read_only: &str,
) -> Result<DomainFilesys, BuilderError> {
    make(&format!(
        "<filesystem type='mount' {}><source dir='{}'/><target dir='{tag}'/>{read_only}</filesystem>",
        access.attributes(),
        text(directory)?,
    ))
}

/// The element that keeps a mount from being written to.
pub(crate) fn read_only(mount: &ConfigMount) -> &'static str {
    if mounts::is_read_only(mount) {
        "<readonly/>"
    } else {
        ""
    }
}

/// Refuses what neither libvirt nor the guest could mount, before anything is made.
pub(crate) fn check(config: &Config) -> Result<(), BuilderError> {
    let mounts = config.mounts();
    for mount in &mounts {
        let target = names::target(mount);
        let climbs = target.components().any(|part| part == Component::ParentDir);
        if !target.is_absolute() || climbs {
            let problem = tr!("the path in the sandbox has to be absolute, without '..'");
            return Err(refused(mount, problem));
        }
        if let Some(ram) = mount.downcast_ref::<ConfigMountRam>() {
            if ram.usage() == 0 {
                return Err(refused(mount, tr!("its size is 0")));
            }
        } else {
            check_source(config, mount)?;
        }
        if !mount.includes().is_empty() && !takes_includes(mount) {
            let problem = tr!(
                "files can be copied only into ram mounts, and into host-binds without a source, that are mounted below the root"
            );
            return Err(refused(mount, problem));
        }
        let holds_root = mount.is::<ConfigMountHostBind>() || mount.is::<ConfigMountHostImage>();
        if names::is_root(mount) && !holds_root {
            let problem = tr!("the root can only be a directory or an image of the host");
            return Err(refused(mount, problem));
        }
    }
    match mounts.iter().filter(|mount| names::is_root(mount)).nth(1) {
        Some(second) => Err(refused(second, tr!("another mount is the root, too"))),
        None => Ok(()),
    }
}

/// Whether a mount is made for the run alone, so that files can be copied into it.
fn takes_includes(mount: &ConfigMount) -> bool {
    let is_temporary =
        mount.is::<ConfigMountHostBind>() && mounts::source(mount).as_os_str().is_empty();
    is_temporary || mount.is::<ConfigMountRam>()
}

fn check_source(config: &Config, mount: &ConfigMount) -> Result<(), BuilderError> {
    let source = mounts::source(mount);
    if source.as_os_str().is_empty() && mount.is::<ConfigMountHostBind>() && !names::is_root(mount)
    {
        return Ok(());
    }
    if !source.is_absolute() {
        let problem = tr!(
            "its source '{source}' is not an absolute path",
            source = source.display()
        );
        return Err(refused(mount, problem));
    }
    if mount.is::<ConfigMountGuestBind>() {
        return Ok(());
    }
    if mount.is::<ConfigMountHostImage>() {
        return image_source(config, mount).map(|_| ());
    }
    host_source(config, mount).map(|_| ())
}

/// The directory or file of the host that is mounted.
pub(crate) fn host_source(config: &Config, mount: &ConfigMount) -> Result<Source, BuilderError> {
    let found = sources::find(config, &mounts::source(mount))
        .and_then(|found| sources::refuse_kernel_files(&found).map(|()| found));
    found.map_err(|problem| refused(mount, problem))
}

/// The image that is mounted.
pub(crate) fn image_source(
    config: &Config,
    mount: &ConfigMount,
) -> Result<(Source, Medium), BuilderError> {
    let found = image(config, &mounts::source(mount)).and_then(|found| {
        if let Some(mount) = mount.downcast_ref::<ConfigMountHostImage>()
            && !mount.backing()
        {
            image_header::refuse_others(&found.0, mount.format())?;
        }
        Ok(found)
    });
    found.map_err(|problem| refused(mount, problem))
}

/// The image at `path` and its medium, or why it is none.
pub(crate) fn image(config: &Config, path: &Path) -> Result<(Source, Medium), String> {
    let found = sources::find_image(config, path)?;
    let medium = match found.kind {
        Kind::Block => Medium::Block,
        Kind::File => Medium::File,
        Kind::Directory | Kind::Other => {
            return Err(tr!(
                "{path} is neither a file nor a block device",
                path = sources::shown(path)
            ));
        }
    };
    Ok((found, medium))
}

/// The name of an image format in libvirt.
pub(crate) fn nick(format: DomainDiskFormat) -> String {
    format.nick().unwrap_or_else(|| "raw".to_owned())
}

pub(crate) fn refused(mount: &ConfigMount, problem: String) -> BuilderError {
    BuilderError::Mount {
        target: names::target(mount),
        problem,
    }
}

#[cfg(test)]
mod tests;
