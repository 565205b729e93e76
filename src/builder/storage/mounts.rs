//! What the guest mounts, and the disks that it names.

use std::ffi::OsString;
use std::path::Path;

use sandbox_plan::{Disk, Mount as Planned};

use super::mount::{Content, Mount};
use super::shares::{Share, Shares};
use super::sources::Kind;
use super::trees::Trees;
use super::{Storage, archive, names};

/// How a machine mounts a directory of the host that it can write to: what it reads may change on the host at any time,
/// so nothing is kept but what a program has mapped.
const DIRECTORY_OPTIONS: &str = "trans=virtio,version=9p2000.L,cache=mmap,msize=512000";

/// The mounts of a virtual machine but its root, in the order in which they have to be made.
pub(crate) fn of_machine(storage: &Storage, shares: &Shares) -> Vec<Planned> {
    let mounts = &storage.mounts;
    let sources = names::machine_sources(mounts, storage.disks.len());
    let planned = |index: usize| {
        let mount = &mounts[index];
        let source = sources[index].clone().unwrap_or_default().into();
        let planned = Planned {
            content: archive_of(mount, index),
            is_settled: mount.is_settled(),
            ..machine_mount(mount, source)
        };
        let below = shares
            .of_mount(index)
            .map(|share| below(share, &planned))
            .unwrap_or_default();
        let all = [planned].into_iter().chain(below);
        (!mount.is_root()).then_some(all)
    };
    let archives = (!storage.filled_inside().is_empty()).then(|| Planned {
        fstype: "9p".to_owned(),
        source: archive::TAG.into(),
        target: archive::MOUNT.into(),
        options: DIRECTORY_OPTIONS.to_owned(),
        read_only: true,
        ..Planned::default()
    });
    let ordered = names::mount_order(mounts).into_iter().filter_map(planned);
    archives
        .into_iter()
        .chain(root_content(storage))
        .chain(ordered.flatten())
        .collect()
}

/// The file systems of the host that are below one of its directories, which is mounted as `mount`.
pub(crate) fn below(share: &Share, mount: &Planned) -> Vec<Planned> {
    let target = Path::new(&mount.target);
    let below = share.below.iter().map(|below| Planned {
        source: below.tag.clone().into(),
        target: target.join(&below.inside).into(),
        content: None,
        ..mount.clone()
    });
    below.collect()
}

/// The root of a virtual machine, where a mount takes its place.
pub(crate) fn root_of_machine(storage: &Storage) -> Option<Planned> {
    let index = storage.mounts.iter().position(Mount::is_root)?;
    let sources = names::machine_sources(&storage.mounts, storage.disks.len());
    let source = sources.into_iter().nth(index)??;
    Some(machine_mount(&storage.mounts[index], source.into()))
}

fn machine_mount(mount: &Mount, tag_or_device: OsString) -> Planned {
    match &mount.content {
        Content::Host(found) if found.kind != Kind::Directory => {
            entry(mount, "9p-file", tag_or_device, DIRECTORY_OPTIONS)
        }
        Content::Host(_) | Content::Temporary => {
            entry(mount, "9p", tag_or_device, DIRECTORY_OPTIONS)
        }
        _ => inner_mount(mount).unwrap_or_else(|| entry(mount, "auto", tag_or_device, "")),
    }
}

/// The mounts of a container but its root, in the order in which they have to be made.
pub(crate) fn of_container(storage: &Storage, trees: &Trees) -> Vec<Planned> {
    let mounts = &storage.mounts;
    let planned = |index: usize| {
        let mount = &mounts[index];
        let source = match &mount.content {
            Content::Host(found) => found.path.clone().into(),
            Content::Image(image) => image.path.clone().into(),
            _ => OsString::new(),
        };
        let of_host = || Planned {
            tree: trees.of_mount(index).map(|listed| listed.tree.clone()),
            is_settled: mount.is_settled(),
            ..entry(mount, "tree", source, "")
        };
        let planned = || Planned {
            content: archive_of(mount, index),
            ..inner_mount(mount).unwrap_or_else(of_host)
        };
        (!mount.is_root()).then(planned)
    };
    let ordered = names::mount_order(mounts).into_iter().filter_map(planned);
    root_content(storage).into_iter().chain(ordered).collect()
}

/// What fills the root, in the form of a mount.
fn root_content(storage: &Storage) -> Option<Planned> {
    let archive = Path::new(archive::MOUNT).join(archive::name(storage.mounts.len()));
    (!storage.root_includes.is_empty()).then(|| Planned {
        fstype: "root".to_owned(),
        source: "/".into(),
        target: "/".into(),
        content: Some(archive.into()),
        ..Planned::default()
    })
}

/// The archive that fills the mount number `index`.
fn archive_of(mount: &Mount, index: usize) -> Option<OsString> {
    let name = archive::name(index);
    mount
        .is_filled_inside()
        .then(|| Path::new(archive::MOUNT).join(name).into())
}

/// A mount that takes nothing of the host.
fn inner_mount(mount: &Mount) -> Option<Planned> {
    match &mount.content {
        Content::Memory(size) => {
            let options = format!("nosuid,nodev,mode=1777,size={size}");
            Some(entry(mount, "tmpfs", "tmpfs".into(), &options))
        }
        Content::Sandbox(source) => Some(entry(mount, "bind", source.clone().into(), "")),
        _ => None,
    }
}

fn entry(mount: &Mount, fstype: &str, source: OsString, options: &str) -> Planned {
    Planned {
        fstype: fstype.to_owned(),
        source,
        target: mount.target.clone().into(),
        options: options.to_owned(),
        read_only: mount.read_only,
        ..Planned::default()
    }
}

/// The disks, whose devices have names that start with `prefix`.
pub(crate) fn disks(storage: &Storage, prefix: &str) -> Vec<Disk> {
    let disks = storage.disks.iter().enumerate();
    disks
        .map(|(index, disk)| Disk {
            tag: disk.tag.clone().into(),
            device: format!("/dev/{}", names::disk_name(prefix, index)).into(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builder::storage::disks::Disk as Found;
    use crate::builder::storage::mount::{Image, Medium};
    use crate::builder::storage::recorded;
    use libvirt_glib::gconfig::DomainDiskFormat;

    fn disk(tag: &str) -> Found {
        Found {
            tag: tag.into(),
            image: Image {
                path: "/d.img".into(),
                medium: Medium::File,
                format: DomainDiskFormat::Raw,
                has_backing: false,
            },
        }
    }

    /// Type, source and target of each mount.
    fn shown(mounts: &[Planned]) -> Vec<String> {
        mounts
            .iter()
            .map(|mount| {
                let (source, target) = (mount.source.display(), mount.target.display());
                format!("{} {source} {target}", mount.fstype)
            })
            .collect()
    }

    #[test]
    fn a_machine_mounts_everything_itself_in_the_order_of_paths() {
        let mut storage = recorded(&[
            c"host-bind:/tmp/b=/x",
            c"host-image:/c=/x.img",
            c"ram:/tmp=3G",
            c"guest-bind:/a=/c/d",
            c"host-image:/=/root.img",
        ]);
        storage.disks.push(disk("data"));
        let mounts = of_machine(&storage, &Shares::default());
        assert_eq!(
            shown(&mounts),
            [
                "auto /dev/vdb /c",
                "bind /c/d /a",
                "tmpfs tmpfs /tmp",
                "9p sandbox:mount0 /tmp/b",
            ]
        );
        assert!(mounts[2].options.ends_with("size=3221225472"));
        let root = root_of_machine(&storage).unwrap();
        assert_eq!(shown(&[root]), ["auto /dev/vdc /"]);
    }

    #[test]
    fn every_disk_has_its_device() {
        let mut storage = recorded(&[]);
        storage.disks = (0..28)
            .map(|number| disk(&format!("tag{number}")))
            .collect();
        let disks = disks(&storage, "sd");
        assert_eq!(disks[27].tag, "tag27");
        assert_eq!(disks[27].device, "/dev/sdab");
    }
}
