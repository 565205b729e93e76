//! Whom files of the host are left to: whether the program can put something else in the place of what a path leads to.

use std::path::{Path, PathBuf};

use glib::prelude::*;

use super::configured::{has_overlay, is_read_only, is_root, source, target};
use super::identity::Identity;
use super::mount::refused;
use super::sources::way_to;
use crate::builder::BuilderError;
use crate::config::{Config, ConfigExt, ConfigMountHostBind, ConfigMountHostImage};

/// The directories and files of the host that the program can write to, each with where it sees it.
pub(crate) fn given(config: &Config) -> Vec<(PathBuf, PathBuf)> {
    let is_given = |mount: &&_| {
        let is_root_below_overlay = is_root(mount) && has_overlay(config);
        mount.is::<ConfigMountHostBind>()
            && !is_read_only(mount)
            && !is_root_below_overlay
            && !source(mount).as_os_str().is_empty()
    };
    let mounts = config.mounts();
    let given = mounts.iter().filter(is_given);
    given.map(|mount| (source(mount), target(mount))).collect()
}

/// Whether the program can write to a directory or file of the host that others may reach, too.
pub(crate) fn gives_directory(config: &Config) -> bool {
    config.mounts().iter().any(|mount| {
        let has_source = !source(mount).as_os_str().is_empty();
        mount.is::<ConfigMountHostBind>() && has_source && !is_read_only(mount)
    })
}

/// Refuses disks and images that the program could exchange for others: libvirt gives them to QEMU, and back, by name, when
/// the program may have put another file there; and the next sandbox that is given the image would be given that one.
pub(crate) fn refuse_exchangeable(config: &Config) -> Result<(), BuilderError> {
    let given = given(config);
    if given.is_empty() {
        return Ok(());
    }
    let check = |image: &Path| {
        let way = way_to(image);
        let mut found = given.iter().filter(|(source, _)| {
            Identity::of(source).is_some_and(|identity| way.contains(&identity))
        });
        found.next().map(|(source, target)| {
            tr!(
                "the program could exchange {image}, since it may write to {source}, which it sees at {target}: keep the image elsewhere, or mount that with ',ro'",
                image = image.display(),
                source = source.display(),
                target = target.display()
            )
        })
    };
    for disk in config.disks() {
        if let Some(problem) = check(&disk.source().unwrap_or_default()) {
            return Err(BuilderError::Disk {
                tag: disk.tag().unwrap_or_default(),
                problem,
            });
        }
    }
    for mount in config.mounts() {
        if mount.is::<ConfigMountHostImage>()
            && let Some(problem) = check(&source(&mount))
        {
            return Err(refused(&target(&mount), problem));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::ffi::CString;
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;
    use crate::config::ConfigInteractive;

    fn room() -> (tempfile::TempDir, PathBuf) {
        let room = tempfile::tempdir().unwrap();
        let path = room.path().canonicalize().unwrap();
        for name in ["given/deep", "own"] {
            fs::create_dir_all(path.join(name)).unwrap();
        }
        for name in ["given/deep/a.img", "own/b.img"] {
            fs::write(path.join(name), "").unwrap();
        }
        (room, path)
    }

    fn answer(room: &Path, mount: &str, image: &str) -> Result<(), BuilderError> {
        let config = ConfigInteractive::new(c"box");
        let option = |text: String| CString::new(text).unwrap();
        config
            .add_mount_opts(&option(mount.replace("ROOM", room.to_str().unwrap())))
            .unwrap();
        let image = room.join(image);
        config
            .add_disk_opts(&option(format!("file:tag={},format=raw", image.display())))
            .unwrap();
        let by_disk = refuse_exchangeable(config.upcast_ref());
        let config = ConfigInteractive::new(c"box");
        config
            .add_mount_opts(&option(mount.replace("ROOM", room.to_str().unwrap())))
            .unwrap();
        config
            .add_mount_opts(&option(format!(
                "host-image:/image={},format=raw",
                image.display()
            )))
            .unwrap();
        let by_mount = refuse_exchangeable(config.upcast_ref());
        assert_eq!(by_disk.is_ok(), by_mount.is_ok());
        by_disk
    }

    #[test]
    fn an_image_that_the_program_could_exchange_is_refused() {
        let (_room, path) = room();
        let message = answer(&path, "host-bind:/w=ROOM/given", "given/deep/a.img")
            .unwrap_err()
            .to_string();
        for word in ["'tag'", "given/deep/a.img", "/w", "',ro'"] {
            assert!(message.contains(word), "{message}");
        }
        answer(&path, "host-bind:/w=ROOM/given,ro", "given/deep/a.img").unwrap();
        answer(&path, "host-bind:/w=ROOM/given", "own/b.img").unwrap();
        answer(&path, "host-bind:/w=", "own/b.img").unwrap();
        // The file itself could become one of another format.
        answer(&path, "host-bind:/w=ROOM/own/b.img", "own/b.img").unwrap_err();
    }

    #[test]
    fn links_on_either_side_are_followed() {
        let (_room, path) = room();
        // The link could be made anew, wherever it leads to.
        symlink(path.join("own/b.img"), path.join("given/link.img")).unwrap();
        answer(&path, "host-bind:/w=ROOM/given", "given/link.img").unwrap_err();
        symlink("given/deep", path.join("elsewhere")).unwrap();
        answer(&path, "host-bind:/w=ROOM/given", "elsewhere/a.img").unwrap_err();
        answer(&path, "host-bind:/w=ROOM/elsewhere", "given/deep/a.img").unwrap_err();
        answer(
            &path,
            "host-bind:/w=ROOM/own/../given",
            "own/../given/deep/a.img",
        )
        .unwrap_err();
    }

    #[test]
    fn a_circle_of_links_ends() {
        let (_room, path) = room();
        symlink("b", path.join("a")).unwrap();
        symlink("a", path.join("b")).unwrap();
        assert!(way_to(&path.join("a/x")).len() < 100);
    }
}
