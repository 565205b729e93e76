//! Tests of the file systems of the domain.

use std::ffi::CString;
use std::fs;
use std::os::unix::fs::PermissionsExt;

use glib::prelude::*;
use libvirt_glib::gconfig::ToXml;

use super::*;
use crate::builder::files;
use crate::builder::storage::made::Maker;
use crate::builder::storage::scratch;
use crate::builder::storage::trees::Trees;
use crate::config::{Config, ConfigExt, ConfigInteractive, ConfigPropertiesExt};

/// A root with some mount points, next to it a directory `dir`, an image and a state directory.
fn room() -> tempfile::TempDir {
    let room = tempfile::tempdir().unwrap();
    for name in ["root/a/b", "root/tmp", "dir", "state"] {
        fs::create_dir_all(room.path().join(name)).unwrap();
    }
    fs::write(room.path().join("image.img"), "").unwrap();
    room
}

/// A configuration in which `@` stands for the room.
fn config(room: &Path, options: &[&str]) -> Config {
    let config = ConfigInteractive::new(c"box");
    config.set_root(Some(room.join("root").as_path()));
    for option in options {
        let option = option.replace('@', &room.display().to_string());
        config
            .add_mount_opts(&CString::new(option).unwrap())
            .unwrap();
    }
    config.upcast()
}

fn container(room: &Path, options: &[&str]) -> Result<String, BuilderError> {
    let domain = gconfig::Domain::new();
    let config = config(room, options);
    let storage = Storage::look_up(&config)?;
    let trees = Trees::look_up(&storage, false)?;
    let made = made(&config, &storage, &room.join("state"), false)?;
    trees.add(&storage, &made, false, &domain)?;
    add_archives(&made, false, &domain)?;
    Ok(domain.to_xml().to_string())
}

fn machine(room: &Path, options: &[&str]) -> Result<String, BuilderError> {
    let domain = gconfig::Domain::new();
    let config = config(room, options);
    let storage = Storage::look_up(&config)?;
    let shares = Shares::look_up(&storage, None)?;
    let made = made(&config, &storage, &room.join("state"), true)?;
    add_to_machine(&storage, &made, &shares, &domain)?;
    Ok(domain.to_xml().to_string())
}

fn made(
    config: &Config,
    storage: &Storage,
    statedir: &Path,
    shares_directories: bool,
) -> Result<Made, BuilderError> {
    let maker = Maker {
        config,
        storage,
        statedir,
        shares_directories,
    };
    maker.make()
}

fn targets(xml: &str) -> Vec<&str> {
    xml.lines()
        .filter_map(|line| {
            line.trim()
                .strip_prefix("<target dir=\"")?
                .strip_suffix("\"/>")
        })
        .collect()
}

#[test]
fn what_a_container_has_of_the_host_is_at_its_number() {
    let room = room();
    let options = [
        "ram:/tmp=3G",
        "host-bind:/none=@/dir",
        "guest-bind:/a=/tmp/x",
        "host-image:/a=@/image.img",
    ];
    let xml = container(room.path(), &options).unwrap();
    let targets = targets(&xml);
    let expected = ["0", "1", "2"].map(|number| format!("/dev/libvirt-sandbox-mounts/{number}"));
    assert_eq!(targets, expected);
    let root = format!(r#"<source dir="{}/root"/>"#, room.path().display());
    assert!(xml.contains(&root), "{xml}");
    assert!(!xml.contains("ram"), "{xml}");
}

#[test]
fn another_root_is_the_first_source() {
    let room = room();
    let options = ["host-bind:/a=@/dir", "host-image:/=@/image.img"];
    let xml = container(room.path(), &options).unwrap();
    let image = xml.find("image.img").unwrap();
    assert!(image < xml.find("/dir").unwrap(), "{xml}");
    assert!(!xml.contains("/root\""), "{xml}");
}

#[test]
fn a_directory_without_a_source_is_made_and_removed() {
    let room = room();
    let xml = container(room.path(), &["ram:/tmp=1M", "host-bind:/a="]).unwrap();
    let scratch = scratch::all(&room.path().join("state")).remove(0);
    let made = scratch.join("mounts/1");
    assert!(
        xml.contains(&format!(r#"<source dir="{}"/>"#, made.display())),
        "{xml}"
    );
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
    assert_eq!(mode(&made), 0o777);
    assert_eq!(mode(&scratch), 0o700, "closed to others");
    assert!(scratch.starts_with(scratch::base().unwrap()));
    fs::write(made.join("file"), "").unwrap();
    files::remove_outside(&room.path().join("state")).unwrap();
    assert!(!scratch.exists());
}

#[test]
fn a_machine_gets_the_directories_alone() {
    let room = room();
    let options = [
        "ram:/tmp=1M",
        "host-bind:/b=@/dir",
        "host-image:/c=@/image.img",
    ];
    let xml = machine(room.path(), &options).unwrap();
    assert_eq!(targets(&xml), ["sandbox:mount0"]);
    assert!(
        xml.contains(r#"accessmode="squash" multidevs="forbid""#),
        "{xml}"
    );
}

#[test]
fn what_is_only_read_is_said_to_libvirt() {
    let room = room();
    let options = ["host-bind:/a=@/dir,ro", "host-bind:/tmp=@/dir"];
    let machine = machine(room.path(), &options).unwrap();
    assert_eq!(machine.matches("<readonly/>").count(), 1, "{machine}");
    let container = |options: &[&str]| container(room.path(), options).unwrap();
    // The root is the second one.
    let shared = container(&options);
    assert_eq!(shared.matches("<readonly/>").count(), 2, "{shared}");
    let image = container(&["host-image:/a=@/image.img,ro"]);
    assert_eq!(image.matches("<readonly/>").count(), 2, "{image}");
}

#[test]
fn what_cannot_be_mounted_is_refused_by_name() {
    let room = room();
    for (options, problem) in [
        (&["host-bind:a=@/dir"][..], "'a': the path in the sandbox"),
        (
            &["host-bind:/a/../b=@/dir"],
            "'/a/../b': the path in the sandbox",
        ),
        (&["ram:=1M"], "'': the path in the sandbox"),
        (&["ram:/tmp=0"], "'/tmp': its size is 0"),
        (&["ram:/=1M"], "'/': the root can only be"),
        (&["guest-bind:/=/a"], "'/': the root can only be"),
        (&["host-bind:/="], "its source '' is not an absolute path"),
        (
            &["host-bind:/=@/dir", "host-bind://=@/root"],
            "another mount is the root",
        ),
        (&["host-bind:/a=@/none"], "/none: No such file"),
        (
            &["host-bind:/a=dir"],
            "its source 'dir' is not an absolute path",
        ),
        (&["guest-bind:/a="], "its source '' is not an absolute path"),
        (&["host-image:/a="], "its source '' is not an absolute path"),
        (&["host-image:/a=@/none.img"], "/none.img: No such file"),
        (
            &["host-image:/a=@/dir"],
            "/dir is neither a file nor a block device",
        ),
    ] {
        for build in [container, machine] {
            let message = build(room.path(), options).unwrap_err().to_string();
            assert!(message.contains(problem), "{options:?}: {message}");
        }
    }
    container(room.path(), &["host-bind:/a=@/image.img"]).unwrap();
}
