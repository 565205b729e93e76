//! What a sandbox's mounts and disks are called on both sides, and the order its mounts have to be made in.

use std::path::{Path, PathBuf};

use glib::prelude::*;

use crate::config::{
    Config, ConfigExt, ConfigMount, ConfigMountFile, ConfigMountFilePropertiesExt,
    ConfigMountGuestBind, ConfigMountHostBind, ConfigMountHostImage, ConfigMountPropertiesExt,
};

/// What the device names of a virtual machine's disks start with.
pub const MACHINE_DISKS: &str = "vd";

/// What the device names of a container's disks start with.
pub const CONTAINER_DISKS: &str = "sd";

/// The name of the disk number `index`, counted from 0: `vda` to `vdz`, then `vdaa`.
pub fn disk_name(prefix: &str, index: usize) -> String {
    let mut letters = String::new();
    let mut rest = index;
    loop {
        letters.insert(0, char::from(b'a' + (rest % 26) as u8));
        match rest / 26 {
            0 => return format!("{prefix}{letters}"),
            more => rest = more - 1,
        }
    }
}

/// A mount as a virtual machine sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MachineMount {
    /// What is configured.
    pub mount: ConfigMount,
    /// What the guest mounts: the tag of a host directory, the device of an image, nothing for what it makes itself.
    pub source: Option<String>,
}

/// The mounts of a virtual machine that has `disks` disks besides, in the order they are configured in.
pub fn machine_mounts(mounts: &[ConfigMount], disks: usize) -> Vec<MachineMount> {
    let (mut directories, mut images) = (0.., disks..);
    let source = |mount: &ConfigMount| {
        if mount.is::<ConfigMountHostBind>() {
            let index = directories.next()?;
            Some(format!("sandbox:mount{index}"))
        } else if mount.is::<ConfigMountHostImage>() {
            let name = disk_name(MACHINE_DISKS, images.next()?);
            Some(format!("/dev/{name}"))
        } else {
            None
        }
    };
    let sources: Vec<_> = mounts.iter().map(source).collect();
    mounts
        .iter()
        .cloned()
        .zip(sources)
        .map(|(mount, source)| MachineMount { mount, source })
        .collect()
}

/// The order that mounts have to be made in, whatever order they are configured in: what is mounted below another
/// mount, or takes its content from there, comes after it. Otherwise they are in the order of their paths.
pub fn mount_order(mounts: &[ConfigMount]) -> Vec<usize> {
    let targets: Vec<PathBuf> = mounts.iter().map(target).collect();
    let sources: Vec<Option<PathBuf>> = mounts.iter().map(inner_source).collect();
    let needs = |index: usize, other: usize| {
        let below = targets[index].starts_with(&targets[other]);
        let covers = targets[index] == targets[other] && index < other;
        let inside = sources[index]
            .as_ref()
            .is_some_and(|source| source.starts_with(&targets[other]));
        index != other && (below && !covers || inside)
    };
    let mut left: Vec<usize> = (0..mounts.len()).collect();
    left.sort_by(|&a, &b| targets[a].cmp(&targets[b]));
    let mut order = Vec::new();
    while !left.is_empty() {
        let ready = |&index: &usize| !left.iter().any(|&other| needs(index, other));
        // Mounts that need each other can't be satisfied: then the paths decide.
        let next = left.iter().position(ready).unwrap_or(0);
        order.push(left.remove(next));
    }
    order
}

/// Where something is mounted.
pub fn target(mount: &ConfigMount) -> PathBuf {
    mount.target().unwrap_or_default()
}

/// The directory of the sandbox that the content of a mount comes from.
fn inner_source(mount: &ConfigMount) -> Option<PathBuf> {
    mount
        .downcast_ref::<ConfigMountGuestBind>()
        .and_then(|mount| mount.upcast_ref::<ConfigMountFile>().source())
}

/// Whether a mount is the sandbox's root.
pub fn is_root(mount: &ConfigMount) -> bool {
    target(mount) == Path::new("/")
}

/// Whether something is mounted as the sandbox's root.
pub fn has_root(config: &Config) -> bool {
    config.mounts().iter().any(is_root)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ConfigInteractive;

    fn mounts(options: &[&std::ffi::CStr]) -> Vec<ConfigMount> {
        let config = ConfigInteractive::new(c"box");
        for option in options {
            config.add_mount_opts(option).unwrap();
        }
        config.mounts()
    }

    #[test]
    fn the_names_of_disks_go_on_after_z() {
        for (index, name) in [
            (0, "vda"),
            (25, "vdz"),
            (26, "vdaa"),
            (701, "vdzz"),
            (702, "vdaaa"),
        ] {
            assert_eq!(disk_name("vd", index), name);
        }
    }

    #[test]
    fn directories_and_images_are_counted_apart_and_images_after_the_disks() {
        let mounts = mounts(&[
            c"ram:/tmp=1M",
            c"host-bind:/b=/x",
            c"host-image:/c=/x.img",
            c"host-bind:/a=/x",
            c"host-image:/d=/y.img",
        ]);
        let sources: Vec<_> = machine_mounts(&mounts, 25)
            .into_iter()
            .map(|mount| mount.source)
            .collect();
        assert_eq!(
            sources,
            [
                None,
                Some("sandbox:mount0".into()),
                Some("/dev/vdz".into()),
                Some("sandbox:mount1".into()),
                Some("/dev/vdaa".into()),
            ]
        );
    }

    #[test]
    fn what_is_below_or_comes_from_another_mount_is_made_after_it() {
        let mounts = mounts(&[
            c"host-bind:/tmp/a/b=/x",
            c"guest-bind:/home=/tmp/home",
            c"ram:/home/joe=1M",
            c"host-bind:/tmp=/x",
            c"host-bind:/tmp-1=/x",
            c"host-bind:/tmp=/y",
            c"host-bind:/=/x",
        ]);
        assert_eq!(mount_order(&mounts), [6, 3, 5, 1, 2, 0, 4]);
    }

    #[test]
    fn mounts_that_need_each_other_are_all_made() {
        let mounts = mounts(&[c"guest-bind:/b=/a/x", c"guest-bind:/a=/b/x"]);
        assert_eq!(mount_order(&mounts), [1, 0]);
    }
}
