//! Names are taken, passed on and given up, also between a look and a grip.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use super::*;

fn held(claim: Claim) -> NameLock {
    match claim {
        Claim::Held(lock) => lock,
        Claim::Taken => panic!("somebody else has it"),
    }
}

#[test]
fn a_name_is_held_once() {
    let base = tempfile::tempdir().unwrap();
    let path = base.path().join("one");
    assert!(NameLock::try_take_over(&path).unwrap().is_none());
    let lock = held(NameLock::claim(&path).unwrap());
    assert!(is_held(&path) && !is_abandoned(&path));
    assert!(matches!(NameLock::claim(&path).unwrap(), Claim::Taken));
    assert!(NameLock::try_take_over(&path).unwrap().is_none());
    lock.remove().unwrap();
    assert!(!path.exists());
}

#[test]
fn a_missing_lock_is_no_permission() {
    let base = tempfile::tempdir().unwrap();
    assert!(NameLock::try_take_over(base.path()).unwrap().is_none());
    assert_eq!(fs::read_dir(base.path()).unwrap().count(), 0);
}

#[test]
fn only_what_was_just_begun_is_discarded() {
    let base = tempfile::tempdir().unwrap();
    let begun = |name: &str, file: Option<&str>| {
        let path = base.path().join(name);
        fs::create_dir(&path).unwrap();
        if let Some(file) = file {
            fs::write(path.join(file), "").unwrap();
        }
        path
    };
    for (name, file, goes) in [
        ("empty", None, true),
        ("draft", Some(DRAFT), true),
        ("locked", Some(LOCK), false),
        ("used", Some("plan"), false),
    ] {
        let path = begun(name, file);
        discard(&path);
        assert_eq!(!path.exists(), goes, "{name}");
    }
    let held = begun("held", Some(DRAFT));
    let draft = File::open(held.join(DRAFT)).unwrap();
    let _lock = Flock::lock(draft, FlockArg::LockExclusiveNonblock).unwrap();
    discard(&held);
    assert!(held.join(DRAFT).exists());
}

#[test]
fn a_lock_that_was_replaced_between_open_and_lock_is_none() {
    let base = tempfile::tempdir().unwrap();
    let path = base.path().join("one");
    let first = held(NameLock::claim(&path).unwrap());
    // What somebody sees who is held up then.
    let directory = open_directory(&path).unwrap();
    let stale = open_lock(&directory, LOCK, OFlag::O_RDWR).unwrap();
    first.unlock().unwrap();
    drop(first);
    let second = held(NameLock::claim(&path).unwrap());
    let late = hold(&path, directory, stale).unwrap();
    assert!(matches!(late, Attempt::Gone));
    assert!(is_held(&path));
    drop(second);

    // The whole directory may be another one, too.
    let directory = open_directory(&path).unwrap();
    let stale = open_lock(&directory, LOCK, OFlag::O_RDWR).unwrap();
    fs::rename(&path, base.path().join("other")).unwrap();
    let next = held(NameLock::claim(&path).unwrap());
    assert!(matches!(
        hold(&path, directory, stale).unwrap(),
        Attempt::Gone
    ));
    drop(next);
}

#[test]
fn who_was_given_the_lock_has_the_name_when_the_giver_is_gone() {
    let base = tempfile::tempdir().unwrap();
    let path = base.path().join("one");
    let lock = held(NameLock::claim(&path).unwrap());
    let given = lock.as_fd().try_clone_to_owned().unwrap();
    // Without giving up the lock, as a process that is killed.
    std::mem::forget(lock);
    assert!(matches!(NameLock::claim(&path).unwrap(), Claim::Taken));
    let heir = NameLock::inherit(&path, given).unwrap().unwrap();
    heir.remove().unwrap();
    assert!(!path.exists());

    let lock = held(NameLock::claim(&path).unwrap());
    let given = lock.as_fd().try_clone_to_owned().unwrap();
    lock.remove().unwrap();
    drop(lock);
    let next = held(NameLock::claim(&path).unwrap());
    assert!(NameLock::inherit(&path, given).unwrap().is_none());
    assert!(is_held(&path));
    drop(next);
}

#[test]
fn only_a_directory_of_one_s_own_is_a_name() {
    let base = tempfile::tempdir().unwrap();
    let (real, link, file) = (
        base.path().join("real"),
        base.path().join("link"),
        base.path().join("file"),
    );
    fs::create_dir(&real).unwrap();
    symlink(&real, &link).unwrap();
    symlink(base.path().join("none"), base.path().join("dangling")).unwrap();
    fs::write(&file, "").unwrap();
    for path in [link, file, base.path().join("dangling")] {
        let refused = NameLock::claim(&path).unwrap_err();
        assert_eq!(refused.step, Step::Open, "{refused:?}");
        assert!(NameLock::try_take_over(&path).is_err());
    }
    symlink("/dev/null", real.join(LOCK)).unwrap();
    assert!(NameLock::claim(&real).is_err(), "nor is a link a lock");
    if geteuid().is_root() {
        let foreign = base.path().join("foreign");
        fs::create_dir(&foreign).unwrap();
        std::os::unix::fs::chown(&foreign, Some(65534), None).unwrap();
        assert!(NameLock::claim(&foreign).is_err());
        assert!(NameLock::try_take_over(&foreign).is_err());
    }
}

#[test]
fn what_is_moved_away_goes_and_its_name_is_free() {
    let base = tempfile::tempdir().unwrap();
    let path = base.path().join("root");
    let mut lock = NameLock::make(&path, 0o711).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&path.join(LOCK)), 0o600, "nobody else can wait for it");
    assert!(NameLock::make(&path, 0o711).is_err());
    fs::create_dir_all(path.join("run/qemu")).unwrap();
    lock.move_away().unwrap();
    assert!(!path.exists() && lock.path().join("run/qemu").exists());
    assert!(is_held(lock.path()));
    lock.remove().unwrap();
    assert_eq!(fs::read_dir(base.path()).unwrap().count(), 0);
}

#[test]
fn what_is_removed_is_what_the_holder_s_directory_has() {
    let base = tempfile::tempdir().unwrap();
    let path = base.path().join("one");
    let lock = held(NameLock::claim(&path).unwrap());
    fs::create_dir_all(path.join("config/deep")).unwrap();
    fs::write(path.join("config/plan"), "x").unwrap();
    lock.clear().unwrap();
    assert_eq!(fs::read_dir(&path).unwrap().count(), 1);
    // The directory that is cleared is the one that is held, whatever has its name.
    fs::rename(&path, base.path().join("moved")).unwrap();
    fs::create_dir(&path).unwrap();
    fs::write(path.join("precious"), "x").unwrap();
    fs::write(base.path().join("moved/plan"), "x").unwrap();
    lock.remove().unwrap();
    assert!(path.join("precious").exists() && !base.path().join("moved/plan").exists());
}
