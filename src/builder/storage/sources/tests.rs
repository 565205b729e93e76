use std::ffi::CString;
use std::fs::{self, Permissions};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt, lchown, symlink};

use glib::prelude::*;
use nix::unistd::geteuid;

use super::kernel::own_kind;
use super::*;
use crate::config::{ConfigExt, ConfigInteractive, ConfigPropertiesExt};

/// A directory without links in its path.
fn room() -> (tempfile::TempDir, PathBuf) {
    let room = tempfile::tempdir().unwrap();
    let path = room.path().canonicalize().unwrap();
    (room, path)
}

fn config() -> Config {
    ConfigInteractive::new(c"box").upcast()
}

fn bind(config: &Config, source: &Path, more: &str) {
    let option = [
        b"host-bind:/w=",
        source.as_os_str().as_bytes(),
        more.as_bytes(),
    ]
    .concat();
    config
        .add_mount_opts(&CString::new(option).unwrap())
        .unwrap();
}

fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_path_is_found_by_its_parts() {
    let (_room, room) = room();
    fs::create_dir_all(room.join("a/b")).unwrap();
    fs::write(room.join("a/file"), "").unwrap();
    symlink("a", room.join("link")).unwrap();
    symlink(room.join("link/b"), room.join("a/absolute")).unwrap();
    symlink("../../link/file", room.join("a/b/up")).unwrap();
    symlink("loop", room.join("loop")).unwrap();
    let found = |path: &str| find(&config(), &room.join(path)).map(|found| found.path);
    for (path, real) in [
        ("a/b", "a/b"),
        ("a/./b/../b/", "a/b"),
        ("link/absolute", "a/b"),
        ("link/absolute/up", "a/file"),
        ("link/absolute/../file", "a/file"),
    ] {
        assert_eq!(found(path).unwrap(), room.join(real), "{path}");
    }
    assert_eq!(
        find(&config(), Path::new("/../..")).unwrap().path,
        Path::new("/")
    );
    for (path, problem) in [
        ("none", "none: No such file"),
        ("a/file/..", "Not a directory"),
        ("loop", "symbolic links"),
    ] {
        let message = found(path).unwrap_err();
        assert!(message.contains(problem), "{message}");
    }
    let message = find(&config(), Path::new("a")).unwrap_err();
    assert!(message.contains("'a' is not an absolute"), "{message}");
}

#[test]
fn what_is_found_is_known_by_its_numbers() {
    let (_room, room) = room();
    let file = room.join("file");
    fs::write(&file, "").unwrap();
    let source = find(&config(), &file).unwrap();
    let about = fs::metadata(&file).unwrap();
    assert_eq!(
        (source.identity.device, source.identity.inode),
        (about.dev(), about.ino())
    );
    assert_eq!(source.kind, Kind::File);
    let opened = fstat(&source.handle).unwrap();
    assert_eq!(Identity::from(&opened), Identity::from(&about));
    let kind = |path: &str| find(&config(), Path::new(path)).unwrap().kind;
    assert_eq!(
        (kind("/"), kind("/dev/null")),
        (Kind::Directory, Kind::Other)
    );

    symlink("file", room.join("link")).unwrap();
    let link = find_itself(&config(), &room.join("link")).unwrap();
    assert_eq!((link.path, link.kind), (room.join("link"), Kind::Other));
    let (parent, name) = find_parent(&config(), &room.join("new")).unwrap();
    assert_eq!((parent.path, name), (room, "new".into()));
}

#[test]
fn a_link_that_the_sandbox_may_have_made_is_not_followed() {
    let (_room, room) = room();
    let (inside, outside) = (room.join("inside"), room.join("outside"));
    fs::create_dir_all(inside.join("deep")).unwrap();
    fs::create_dir(&outside).unwrap();
    symlink(&outside, inside.join("deep/out\x1b[2J")).unwrap();
    symlink(&inside, room.join("way")).unwrap();
    let link = inside.join("deep/out\x1b[2J");
    let found = |config: &Config, path: &Path| find(config, path).map(|found| found.path);
    assert_eq!(found(&config(), &link).unwrap(), outside);

    let config = config();
    bind(&config, &room.join("way"), ",ro");
    assert_eq!(found(&config, &link).unwrap(), outside);
    bind(&config, &room.join("way"), "");
    for path in [
        link.clone(),
        link.join("x"),
        room.join("way/deep/out\x1b[2J"),
        outside.join("../inside/deep/../deep/out\x1b[2J"),
    ] {
        let message = found(&config, &path).unwrap_err();
        assert!(
            message.contains("which the sandbox can write to"),
            "{message}"
        );
        assert!(message.contains(outside.to_str().unwrap()), "{message}");
        assert!(!message.contains('\x1b'), "{message}");
    }
    // The way to it is not the sandbox's.
    assert_eq!(
        found(&config, &room.join("way/deep")).unwrap(),
        inside.join("deep")
    );
    assert_eq!(find_itself(&config, &link).unwrap().path, link);

    let config = self::config();
    config.set_overlay_dir(Some(inside.as_path()));
    assert!(found(&config, &link).is_err());
}

#[test]
fn a_link_that_others_may_have_made_is_not_followed() {
    let (_room, room) = room();
    let shared = room.join("shared");
    fs::create_dir_all(shared.join("deep")).unwrap();
    symlink("/", shared.join("deep/link")).unwrap();
    symlink("/", shared.join("link")).unwrap();
    let refused = |path: &str| match find(&config(), &shared.join(path)) {
        Ok(_) => false,
        Err(message) => {
            assert!(message.contains("others can write to"), "{message}");
            true
        }
    };
    for (mode, links) in [
        (0o755, (false, false)),
        (0o777, (true, true)),
        // Here nobody can put anything in the place of what somebody else has made.
        (0o1777, (false, false)),
    ] {
        self::mode(&shared, mode);
        assert_eq!((refused("link"), refused("deep/link")), links, "{mode:o}");
    }
    if geteuid().is_root() {
        lchown(shared.join("link"), Some(65534), None).unwrap();
        assert!(refused("link"));
        mode(&shared, 0o755);
        assert!(!refused("link"), "nobody but root can have put it there");
        lchown(&shared, Some(65534), None).unwrap();
        assert!(refused("link") && refused("deep/link"));
        lchown(&shared, None, Some(65534)).unwrap();
        lchown(&shared, Some(0), None).unwrap();
        mode(&shared, 0o775);
        assert!(refused("link"), "a group of others");
    }
}

#[test]
fn files_of_the_kernel_are_told_by_their_file_system() {
    let of_the_kernel = |path: &str| {
        let source = find(&config(), Path::new(path)).unwrap();
        (
            own_kind(&source.handle, source.identity.device),
            refuse_kernel_files(&source),
        )
    };
    for path in ["/proc", "/proc/cpuinfo"] {
        let (kind, refused) = of_the_kernel(path);
        assert_eq!(kind, Some("proc"));
        let message = refused.unwrap_err();
        assert!(
            message.contains(path) && message.contains("(proc)"),
            "{message}"
        );
    }
    assert_eq!(of_the_kernel("/"), (None, Ok(())));
}
