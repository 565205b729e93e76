//! Names are taken, held and given up, and what others left is removed.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

use super::*;
use crate::context::client_note;

#[test]
fn a_name_is_held_once_and_free_again_after() {
    let base = tempfile::tempdir().unwrap();
    let first = StateDir::claim_below(base.path(), "one", Audience::Owner).unwrap();
    client_note::note(first.path(), "lxc:///", &[]).unwrap();
    fs::create_dir(first.path().join("config")).unwrap();
    fs::write(first.path().join("config/plan"), "x").unwrap();
    let second = StateDir::claim_below(base.path(), "one", Audience::Owner);
    assert!(matches!(second, Err(StateDirError::InUse(name)) if name == "one"));
    assert!(
        first.path().join("config/plan").exists(),
        "a refused claim harms nothing"
    );
    let path = first.path().to_owned();
    drop(first);
    assert!(!path.exists());
    StateDir::claim_below(base.path(), "one", Audience::Owner).unwrap();
}

#[test]
fn whoever_is_starting_or_ending_is_waited_for() {
    let base = tempfile::tempdir().unwrap();
    let owner = StateDir::claim_below(base.path(), "one", Audience::Owner).unwrap();
    let claim = || StateDir::claim_below(base.path(), "one", Audience::Owner);
    let late = Instant::now() + TIMEOUT;
    std::thread::scope(|scope| {
        let (second, third) = (scope.spawn(claim), scope.spawn(claim));
        client_note::note(owner.path(), "lxc:///", &[]).unwrap();
        for refused in [second.join().unwrap(), third.join().unwrap()] {
            assert!(
                matches!(refused, Err(StateDirError::InUse(_))),
                "{refused:?}"
            );
        }
        fs::remove_file(owner.path().join("client.json")).unwrap();
        let next = scope.spawn(claim);
        drop(owner);
        assert!(next.join().unwrap().is_ok());
    });
    assert!(Instant::now() < late, "the changes were not noticed");
}

#[test]
fn a_name_goes_from_hand_to_hand() {
    let base = tempfile::tempdir().unwrap();
    let take_turns = || {
        for _ in 0..200 {
            match StateDir::claim_below(base.path(), "busy", Audience::Owner) {
                Ok(dir) => {
                    fs::write(dir.path().join("plan"), "x").unwrap();
                    assert!(dir.release());
                }
                Err(StateDirError::InUse(_)) => std::thread::yield_now(),
                Err(error) => panic!("{error}"),
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(take_turns);
        }
    });
}

#[test]
fn what_a_dead_sandbox_left_is_removed() {
    let base = tempfile::tempdir().unwrap();
    fs::create_dir_all(base.path().join("dead/config")).unwrap();
    fs::write(base.path().join("dead/lock"), "").unwrap();
    fs::write(base.path().join("dead/config/plan"), "old").unwrap();
    let dir = StateDir::claim_below(base.path(), "dead", Audience::Emulator).unwrap();
    assert!(!dir.path().join("config").exists());
    assert_eq!(fs::metadata(dir.path()).unwrap().mode() & 0o777, 0o711);
}

#[test]
fn a_base_that_others_have_a_hand_in_is_refused() {
    let room = tempfile::tempdir().unwrap();
    let holder = room.path().join("runtime");
    fs::create_dir(&holder).unwrap();
    let base = base_in(holder.clone()).unwrap();
    assert_eq!(base, holder.join("libvirt-sandbox"));
    let refused = |problem: &str| {
        let error = base_in(holder.clone()).unwrap_err().to_string();
        assert!(
            error.contains(problem) && error.contains("yours alone"),
            "{error}"
        );
    };
    fs::create_dir(&base).unwrap();
    assert!(base_in(holder.clone()).is_ok());
    fs::set_permissions(&base, Permissions::from_mode(0o777)).unwrap();
    refused("other users may write to it");
    fs::remove_dir(&base).unwrap();
    symlink(room.path(), &base).unwrap();
    refused("no directory, or a link to one");
    fs::remove_file(&base).unwrap();
    fs::set_permissions(&holder, Permissions::from_mode(0o777)).unwrap();
    refused("other users may write to it");
    if geteuid().is_root() {
        fs::set_permissions(&holder, Permissions::from_mode(0o700)).unwrap();
        fs::create_dir(&base).unwrap();
        std::os::unix::fs::chown(&base, Some(65534), None).unwrap();
        refused("it belongs to another user");
        std::os::unix::fs::chown(&holder, Some(65534), None).unwrap();
        refused("it belongs to another user");
    }
}

#[test]
fn only_plain_names_are_taken() {
    for name in [
        "",
        ".",
        "..",
        "../x",
        "a/b",
        "-n",
        "a b",
        "a\nb",
        "ä",
        &"x".repeat(65),
    ] {
        assert!(
            matches!(check_name(name), Err(StateDirError::InvalidName(_))),
            "{name:?}"
        );
    }
    for name in ["sandbox", "sandbox-12", "a.b_c+d:e@f", "9"] {
        assert!(check_name(name).is_ok(), "{name:?}");
    }
}
