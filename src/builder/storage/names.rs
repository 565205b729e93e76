//! What a sandbox's mounts and disks are called on both sides, and the order its mounts have to be made in.

use super::mount::{Content, Mount};

/// What the device names of a virtual machine's disks start with.
pub(crate) const MACHINE_DISKS: &str = "vd";

/// What the device names of a container's disks start with.
pub(crate) const CONTAINER_DISKS: &str = "sd";

/// The name of the disk number `index`, counted from 0: `vda` to `vdz`, then `vdaa`.
pub(crate) fn disk_name(prefix: &str, index: usize) -> String {
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

/// What a virtual machine that has `disks` disks besides mounts, one for each of its mounts: the tag of a directory of the
/// host, the device of an image, nothing for what it makes itself.
pub(crate) fn machine_sources(mounts: &[Mount], disks: usize) -> Vec<Option<String>> {
    let (mut directories, mut images) = (0.., disks..);
    let source = |mount: &Mount| match mount.content {
        Content::Host(_) | Content::Temporary => {
            let index = directories.next()?;
            Some(format!("sandbox:mount{index}"))
        }
        Content::Image(_) => {
            let name = disk_name(MACHINE_DISKS, images.next()?);
            Some(format!("/dev/{name}"))
        }
        Content::Memory(_) | Content::Sandbox(_) => None,
    };
    mounts.iter().map(source).collect()
}

/// The order that mounts have to be made in, whatever order they are configured in: what is mounted below another
/// mount, or takes its content from there, comes after it. Otherwise they are in the order of their paths.
pub(crate) fn mount_order(mounts: &[Mount]) -> Vec<usize> {
    let needs = |index: usize, other: usize| {
        let (mount, other_target) = (&mounts[index], &mounts[other].target);
        let below = mount.target.starts_with(other_target);
        let covers = mount.target == *other_target && index < other;
        let inside = match &mount.content {
            Content::Sandbox(source) => source.starts_with(other_target),
            _ => false,
        };
        index != other && (below && !covers || inside)
    };
    let mut left: Vec<usize> = (0..mounts.len()).collect();
    left.sort_by(|&a, &b| mounts[a].target.cmp(&mounts[b].target));
    let mut order = Vec::new();
    while !left.is_empty() {
        let ready = |&index: &usize| !left.iter().any(|&other| needs(index, other));
        // Mounts that need each other can't be satisfied: then the paths decide.
        let next = left.iter().position(ready).unwrap_or(0);
        order.push(left.remove(next));
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builder::storage::mount::recorded;

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
        let mounts = recorded(&[
            c"ram:/tmp=1M",
            c"host-bind:/b=/x",
            c"host-image:/c=/x.img",
            c"host-bind:/a=/x",
            c"host-image:/d=/y.img",
        ]);
        assert_eq!(
            machine_sources(&mounts, 25),
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
        let mounts = recorded(&[
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
        let mounts = recorded(&[c"guest-bind:/b=/a/x", c"guest-bind:/a=/b/x"]);
        assert_eq!(mount_order(&mounts), [1, 0]);
    }
}
