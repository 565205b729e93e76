//! What the guest mounts, and the disks that it names.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use glib::prelude::*;
use glib::subclass::prelude::*;
use sandbox_plan::{Disk, Mount};

use crate::builder::storage::names;
use crate::builder::storage::overlay;
use crate::builder::storage::shares::Share;
use crate::builder::storage::shares::Shares;
use crate::builder::storage::sources;
use crate::builder::storage::sources::Kind;
use crate::builder::storage::trees::Listed;
use crate::config::{
    Config, ConfigExt, ConfigMount, ConfigMountExt, ConfigMountFile, ConfigMountFilePropertiesExt,
    ConfigMountGuestBind, ConfigMountHostBind, ConfigMountHostImage, ConfigMountRam,
    ConfigPropertiesExt,
};

/// How a machine mounts a directory of the host that it can write to: what it reads may change on the host at any time,
/// so nothing is kept but what a program has mapped.
const DIRECTORY_OPTIONS: &str = "trans=virtio,version=9p2000.L,cache=mmap,msize=512000";

/// What a single file is called in the directory that is shared instead of it.
pub(crate) use sandbox_plan::ONLY_FILE;

/// Where the guest finds the archives that fill its mounts.
pub(crate) const ARCHIVES: &str = "/dev/libvirt-sandbox-archives";

/// What the share with the archives is called.
pub(crate) const ARCHIVES_TAG: &str = "sandbox:archives";

/// The mounts of a virtual machine but its root, in the order in which they have to be made.
pub(crate) fn of_machine(config: &Config, shares: &Shares) -> Vec<Mount> {
    let mounts = config.mounts();
    let sources = names::machine_mounts(&mounts, config.disks().len());
    let planned = |index: usize| {
        let mount = &mounts[index];
        let source = sources[index].source.clone().unwrap_or_default().into();
        let planned = Mount {
            content: content(mount, index),
            is_settled: is_settled(mount),
            ..machine_mount(config, mount, source)
        };
        let below = shares
            .of_mount(index)
            .map(|share| below(share, &planned))
            .unwrap_or_default();
        let all = [planned].into_iter().chain(below);
        (!names::is_root(mount)).then_some(all)
    };
    let archives = (!filled_inside(config).is_empty()).then(|| Mount {
        fstype: "9p".to_owned(),
        source: ARCHIVES_TAG.into(),
        target: ARCHIVES.into(),
        options: DIRECTORY_OPTIONS.to_owned(),
        read_only: true,
        ..Mount::default()
    });
    let ordered = names::mount_order(&mounts).into_iter().filter_map(planned);
    archives
        .into_iter()
        .chain(root_content(config))
        .chain(ordered.flatten())
        .collect()
}

/// The file systems of the host that are below one of its directories, which is mounted as `mount`.
pub(crate) fn below(share: &Share, mount: &Mount) -> Vec<Mount> {
    let target = Path::new(&mount.target);
    let below = share.below.iter().map(|below| Mount {
        source: below.tag.clone().into(),
        target: target.join(&below.inside).into(),
        content: None,
        ..mount.clone()
    });
    below.collect()
}

/// The root of a virtual machine, where a mount takes its place.
pub(crate) fn root_of_machine(config: &Config) -> Option<Mount> {
    let mounts = names::machine_mounts(&config.mounts(), config.disks().len());
    let root = mounts
        .into_iter()
        .find(|mount| names::is_root(&mount.mount))?;
    Some(machine_mount(config, &root.mount, root.source?.into()))
}

fn machine_mount(config: &Config, mount: &ConfigMount, tag_or_device: OsString) -> Mount {
    if mount.is::<ConfigMountHostBind>() {
        let found = sources::find(config, &source(mount));
        let is_file = found.is_ok_and(|found| found.kind != Kind::Directory);
        let fstype = if is_file { "9p-file" } else { "9p" };
        entry(mount, fstype, tag_or_device, DIRECTORY_OPTIONS)
    } else {
        inner_mount(mount).unwrap_or_else(|| entry(mount, "auto", tag_or_device, ""))
    }
}

/// The mounts of a container but its root, in the order in which they have to be made; `trees` are those of the host.
pub(crate) fn of_container(config: &Config, trees: &[Listed]) -> Vec<Mount> {
    let mounts = config.mounts();
    let planned = |index: usize| {
        let mount = &mounts[index];
        let listed = || trees.iter().find(|listed| listed.mount == Some(index));
        let of_host = || Mount {
            tree: listed().map(|listed| listed.tree.clone()),
            is_settled: is_settled(mount),
            ..entry(mount, "tree", source(mount).into(), "")
        };
        let planned = || Mount {
            content: content(mount, index),
            ..inner_mount(mount).unwrap_or_else(of_host)
        };
        (!names::is_root(mount)).then(planned)
    };
    let ordered = names::mount_order(&mounts).into_iter().filter_map(planned);
    root_content(config).into_iter().chain(ordered).collect()
}

/// Whether a mount is an image that has to be whole on the host before the program's end is told.
fn is_settled(mount: &ConfigMount) -> bool {
    mount.is::<ConfigMountHostImage>() && !is_read_only(mount)
}

/// Whether the program can write to a directory or file of the host that others may reach, too.
pub(crate) fn gives_host_directory(config: &Config) -> bool {
    config.mounts().iter().any(|mount| {
        let has_source = !source(mount).as_os_str().is_empty();
        mount.is::<ConfigMountHostBind>() && has_source && !is_read_only(mount)
    })
}

/// Whether the guest copies files into a mount: no host can do it.
pub(crate) fn is_filled_inside(mount: &ConfigMount) -> bool {
    mount.is::<ConfigMountRam>() && !mount.includes().is_empty()
}

/// All that the guest copies files into, with their numbers: mounts, and after them the root.
pub(crate) fn filled_inside(config: &Config) -> Vec<(usize, ConfigMount)> {
    let mounts = config.mounts();
    let root = root_filling(config).map(|root| (mounts.len(), root));
    let filled = mounts.into_iter().enumerate();
    filled
        .filter(|(_, mount)| is_filled_inside(mount))
        .chain(root)
        .collect()
}

/// What the overlay takes in place of a mount.
fn root_filling(config: &Config) -> Option<ConfigMount> {
    let includes = config.imp().root_includes.borrow();
    let root = ConfigMountGuestBind::new(c"/", c"/").upcast::<ConfigMount>();
    for (target, source) in includes.iter() {
        root.add_include(source, target);
    }
    (!includes.is_empty()).then_some(root)
}

/// What fills the root, in the form of a mount.
fn root_content(config: &Config) -> Option<Mount> {
    root_filling(config).map(|_| Mount {
        fstype: "root".to_owned(),
        source: "/".into(),
        target: "/".into(),
        content: Some(
            Path::new(ARCHIVES)
                .join(archive_name(config.mounts().len()))
                .into(),
        ),
        ..Mount::default()
    })
}

/// The archive that fills the mount number `index`.
fn content(mount: &ConfigMount, index: usize) -> Option<OsString> {
    let name = archive_name(index);
    is_filled_inside(mount).then(|| Path::new(ARCHIVES).join(name).into())
}

/// The name of the archive that fills the mount number `index`.
pub(crate) fn archive_name(index: usize) -> String {
    format!("{index}.tar")
}

/// The directory of the host that is the root, without symbolic links in its path; none where an image is.
pub(crate) fn root_directory(config: &Config) -> Option<PathBuf> {
    let mounts = config.mounts();
    let root = match mounts.iter().find(|mount| names::is_root(mount)) {
        None => config.root().unwrap_or_else(|| "/".into()),
        Some(root) if root.is::<ConfigMountHostBind>() => source(root),
        Some(_) => return None,
    };
    Some(root.canonicalize().unwrap_or(root))
}

/// A mount that takes nothing of the host.
fn inner_mount(mount: &ConfigMount) -> Option<Mount> {
    if let Some(ram) = mount.downcast_ref::<ConfigMountRam>() {
        let options = format!("nosuid,nodev,mode=1777,size={}", ram.usage());
        Some(entry(mount, "tmpfs", "tmpfs".into(), &options))
    } else if mount.is::<ConfigMountGuestBind>() {
        Some(entry(mount, "bind", source(mount).into(), ""))
    } else {
        None
    }
}

/// The path that the content of a mount comes from.
pub(crate) fn source(mount: &ConfigMount) -> PathBuf {
    let file = mount.downcast_ref::<ConfigMountFile>();
    file.and_then(ConfigMountFilePropertiesExt::source)
        .unwrap_or_default()
}

fn entry(mount: &ConfigMount, fstype: &str, source: OsString, options: &str) -> Mount {
    Mount {
        fstype: fstype.to_owned(),
        source,
        target: names::target(mount).into(),
        options: options.to_owned(),
        read_only: is_read_only(mount),
        ..Mount::default()
    }
}

/// Whether nothing can be written to a mount.
pub(crate) fn is_read_only(mount: &ConfigMount) -> bool {
    let file = mount.downcast_ref::<ConfigMountFile>();
    file.is_some_and(ConfigMountFilePropertiesExt::readonly)
}

/// Whether a virtual machine has block devices: disks, or images that it mounts.
pub(crate) fn need_disks(config: &Config) -> bool {
    config.has_disks()
        || overlay::is_kept(config)
        || config
            .mounts()
            .iter()
            .any(|mount| mount.is::<ConfigMountHostImage>())
}

/// Whether directories of the host are written to.
pub(crate) fn are_written_to(config: &Config) -> bool {
    config
        .mounts()
        .iter()
        .any(|mount| mount.is::<ConfigMountHostBind>() && !is_read_only(mount))
}

/// The disks, whose devices have names that start with `prefix`.
pub(crate) fn disks(config: &Config, prefix: &str) -> Vec<Disk> {
    let disks = config.disks().into_iter().enumerate();
    disks
        .map(|(index, disk)| Disk {
            tag: disk.tag().unwrap_or_default().into(),
            device: format!("/dev/{}", names::disk_name(prefix, index)).into(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ConfigInteractive;

    fn config(options: &[&std::ffi::CStr]) -> Config {
        let config = ConfigInteractive::new(c"box");
        for option in options {
            config.add_mount_opts(option).unwrap();
        }
        config.upcast()
    }

    /// Type, source and target of each mount.
    fn shown(mounts: &[Mount]) -> Vec<String> {
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
        let config = config(&[
            c"host-bind:/tmp/b=/x",
            c"host-image:/c=/x.img",
            c"ram:/tmp=3G",
            c"guest-bind:/a=/c/d",
            c"host-image:/=/root.img",
        ]);
        config.add_disk_opts(c"file:data=/d.img").unwrap();
        let mounts = of_machine(&config, &Shares::default());
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
        let root = root_of_machine(&config).unwrap();
        assert_eq!(shown(&[root]), ["auto /dev/vdc /"]);
    }

    #[test]
    fn every_disk_has_its_device() {
        let config = config(&[]);
        for number in 0..28 {
            let option = std::ffi::CString::new(format!("file:tag{number}=/x.img")).unwrap();
            config.add_disk_opts(&option).unwrap();
        }
        let disks = disks(&config, "sd");
        assert_eq!(disks[27].tag, "tag27");
        assert_eq!(disks[27].device, "/dev/sdab");
    }
}
