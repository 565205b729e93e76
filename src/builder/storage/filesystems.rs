//! The directories of the host that a virtual machine shares, and the archives that fill mounts.

use std::path::Path;

use libvirt_glib::gconfig::{self, DomainFilesys};

use super::disks::read_only;
use super::made::Made;
use super::shares::{Share, Shares};
use super::{Storage, archive, names};
use crate::builder::BuilderError;
use crate::builder::domain::xml::{Access, make, read_only_filesys, text};
use crate::builder::security::userns;

/// The mount tag of the root directory.
pub(crate) const ROOT_TAG: &str = "sandbox:root";

/// Gives a container the archives that fill its mounts.
pub(crate) fn add_archives(
    made: &Made,
    has_users: bool,
    domain: &gconfig::Domain,
) -> Result<(), BuilderError> {
    if let Some(archives) = &made.archives {
        domain.add_device(&userns::bind(has_users, archives, archive::MOUNT)?);
    }
    Ok(())
}

/// Gives a virtual machine its root directory, where no mount is the root.
pub(crate) fn add_root_to_machine(
    storage: &Storage,
    shares: &Shares,
    domain: &gconfig::Domain,
) -> Result<(), BuilderError> {
    let Some(root) = &storage.root else {
        return Ok(());
    };
    let share = shares.root();
    let access = share.map_or(Access::Squash, Share::access);
    domain.add_device(&read_only_filesys(root, ROOT_TAG, access)?);
    for below in share.into_iter().flat_map(|share| &share.below) {
        let below = read_only_filesys(&below.source, &below.tag, Access::Squash)?;
        domain.add_device(&below);
    }
    Ok(())
}

/// Gives a virtual machine the directories of its mounts; its images are disks, and the rest it makes itself.
pub(crate) fn add_to_machine(
    storage: &Storage,
    made: &Made,
    shares: &Shares,
    domain: &gconfig::Domain,
) -> Result<(), BuilderError> {
    let sources = names::machine_sources(&storage.mounts, storage.disks.len());
    for (index, source) in sources.into_iter().enumerate() {
        let directory = made.mounts.get(index).and_then(Option::as_ref);
        let (Some(directory), Some(tag)) = (directory, source) else {
            continue;
        };
        let read_only = read_only(storage.mounts[index].read_only);
        let share = shares.of_mount(index);
        let access = share.map_or(Access::Squash, Share::access);
        domain.add_device(&machine_filesys(directory, &tag, access, read_only)?);
        for below in share.into_iter().flat_map(|share| &share.below) {
            let below = machine_filesys(&below.source, &below.tag, Access::Squash, read_only)?;
            domain.add_device(&below);
        }
    }
    if let Some(archives) = &made.archives {
        let archives = read_only_filesys(archives, archive::TAG, Access::Squash)?;
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

#[cfg(test)]
mod tests;
