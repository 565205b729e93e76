//! What was made for a sandbox is removed with it, and nothing else is.

use std::os::unix::fs::MetadataExt;

use super::*;
use crate::{Claim, NameLock};

/// A state directory, and one for its directories.
struct Room {
    _base: tempfile::TempDir,
    lock: NameLock,
    parent: PathBuf,
}

impl Room {
    fn new() -> Self {
        let base = tempfile::tempdir().unwrap();
        let Claim::Held(lock) = NameLock::claim(&base.path().join("state")).unwrap() else {
            panic!("nobody else knows it");
        };
        let parent = base.path().canonicalize().unwrap().join("parent");
        fs::create_dir(&parent).unwrap();
        Self {
            _base: base,
            lock,
            parent,
        }
    }

    fn state(&self) -> &Path {
        self.lock.path()
    }

    fn make(&self, name: &str) -> PathBuf {
        make(self.state(), name, &self.parent).unwrap()
    }

    /// A directory that is named as one that was made, with something in it.
    fn precious(&self, token: Option<&OsStr>) -> PathBuf {
        let path = self.parent.join(format!("{PREFIX}precious"));
        fs::create_dir(&path).unwrap();
        fs::write(path.join("file"), "x").unwrap();
        if let Some(token) = token {
            symlink(token, path.join(MARK)).unwrap();
        }
        path
    }

    fn plant(&self, target: &Path) {
        let links = self.state().join(layout::OUTSIDE);
        fs::create_dir_all(&links).unwrap();
        symlink(target, links.join("scratch")).unwrap();
    }

    fn left(&self) -> usize {
        fs::read_dir(&self.parent).unwrap().count()
    }
}

#[test]
fn what_is_outside_goes_with_the_state_directory() {
    let room = Room::new();
    let made = room.make("0");
    assert_eq!(find(room.state(), "0").as_ref(), Some(&made));
    assert_eq!(all(room.state()), std::slice::from_ref(&made));
    assert_eq!(find(room.state(), "1"), None);
    assert_eq!(fs::metadata(&made).unwrap().mode() & 0o777, 0o700);
    let closed = made.join("closed/deep");
    fs::create_dir_all(&closed).unwrap();
    for path in [&closed, &made.join("closed")] {
        fs::set_permissions(path, Permissions::from_mode(0o500)).unwrap();
    }
    fs::write(room.parent.join("kept"), "x").unwrap();
    symlink(room.parent.join("kept"), made.join("link")).unwrap();
    room.lock.remove_outside().unwrap();
    room.lock.remove_outside().unwrap();
    assert_eq!(room.left(), 1);
    assert!(all(room.state()).is_empty());
}

#[test]
fn one_that_was_given_away_goes_too() {
    if !geteuid().is_root() {
        return;
    }
    let room = Room::new();
    let made = room.make("0");
    crate::give(&made, 65534, 65534).unwrap();
    let about = fs::metadata(made.parent().unwrap()).unwrap();
    assert_eq!((about.uid(), about.mode() & 0o777), (0, 0o711));
    room.lock.clear().unwrap();
    assert_eq!(room.left(), 0);
}

#[test]
fn one_that_was_only_begun_goes_too() {
    let room = Room::new();
    let made = room.make("0");
    let path = made.parent().unwrap();
    fs::remove_dir(&made).unwrap();
    fs::remove_file(path.join(MARK)).unwrap();
    room.lock.clear().unwrap();
    assert_eq!(room.left(), 0);
}

#[test]
fn a_planted_link_removes_nothing() {
    let foreign = |room: &Room| room.precious(None);
    let marked = |room: &Room| room.precious(Some(OsStr::new("0123456789abcdef")));
    let of_no_token = |room: &Room| {
        let path = room.parent.join("precious");
        fs::create_dir(&path).unwrap();
        path
    };
    let by_a_link = |room: &Room| {
        let path = room.precious(None);
        let link = room.parent.join(format!("{PREFIX}link"));
        symlink(&path, &link).unwrap();
        link
    };
    let through_a_link = |room: &Room| {
        let path = room.precious(None);
        symlink(&room.parent, room.parent.join("way")).unwrap();
        room.parent.join("way").join(path.file_name().unwrap())
    };
    let a_file = |room: &Room| {
        let path = room.parent.join(format!("{PREFIX}file"));
        fs::write(&path, "x").unwrap();
        path
    };
    for target in [
        foreign as fn(&Room) -> PathBuf,
        marked,
        of_no_token,
        by_a_link,
        through_a_link,
        a_file,
    ] {
        let room = Room::new();
        let target = target(&room);
        let there = room.left();
        room.plant(&target);
        room.lock.remove().unwrap();
        assert!(!room.state().exists());
        assert!(target.symlink_metadata().is_ok(), "{}", target.display());
        assert_eq!(room.left(), there);
    }
}

#[test]
fn what_another_sandbox_has_made_is_not_removed() {
    let (room, other) = (Room::new(), Room::new());
    let made = other.make("0");
    room.make("1");
    room.plant(made.parent().unwrap());
    room.lock.remove().unwrap();
    assert!(made.exists());
    assert_eq!((room.left(), other.left()), (0, 1));
}

#[test]
fn a_link_instead_of_the_links_leads_nowhere() {
    let room = Room::new();
    let other = Room::new();
    let made = other.make("0");
    symlink(
        other.state().join(layout::OUTSIDE),
        room.state().join(layout::OUTSIDE),
    )
    .unwrap();
    room.lock.remove().unwrap();
    assert!(made.exists());
}
