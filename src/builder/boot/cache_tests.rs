//! Tests of the cache, in a directory of their own.

use std::cell::Cell;
use std::io::Write;
use std::os::unix::fs::symlink;

use super::*;

struct Room {
    _root: tempfile::TempDir,
    input: PathBuf,
    dir: PathBuf,
    spare: PathBuf,
    built: Cell<usize>,
}

impl Room {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let path = |name: &str| root.path().join(name);
        let (input, dir, spare) = (path("input"), path("a/cache"), path("spare"));
        fs::create_dir(&spare).unwrap();
        // Change times can't be set, so take a file that has been there for long.
        symlink("/bin/sh", &input).unwrap();
        Self {
            _root: root,
            input,
            dir,
            spare,
            built: Cell::new(0),
        }
    }

    fn key(&self, setting: &str) -> Key {
        Key::new([self.input.as_path()], [setting])
    }

    fn get(&self, setting: &str) -> PathBuf {
        self.get_from(&self.dir, &self.key(setting))
    }

    fn get_from(&self, dir: &Path, key: &Key) -> PathBuf {
        Cache::at(dir, 0o700, &self.spare)
            .get("thing", key, |out| {
                self.built.set(self.built.get() + 1);
                out.write_all(b"content")
            })
            .unwrap()
    }

    fn entries(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(&self.dir).unwrap();
        entries.map(|entry| entry.unwrap().path()).collect()
    }
}

#[test]
fn builds_once() {
    let room = Room::new();
    let first = room.get("a");
    assert_eq!(first.parent(), Some(room.dir.as_path()));
    assert_eq!(room.get("a"), first);
    assert_eq!(room.built.get(), 1);
    assert_eq!(fs::read(&first).unwrap(), b"content");
    assert_eq!(fs::metadata(&first).unwrap().mode() & 0o7777, 0o644);
    assert_eq!(fs::metadata(&room.dir).unwrap().mode() & 0o7777, 0o700);
    assert_ne!(room.get("b"), first);
    assert_eq!(room.built.get(), 2);
}

#[test]
fn rebuilds_a_truncated_entry() {
    let room = Room::new();
    let path = room.get("a");
    File::options()
        .write(true)
        .open(&path)
        .unwrap()
        .set_len(3)
        .unwrap();
    assert_eq!(room.get("a"), path);
    assert_eq!(room.built.get(), 2);
    assert_eq!(fs::read(&path).unwrap(), b"content");
}

#[test]
fn rebuilds_an_entry_that_others_may_write() {
    let room = Room::new();
    let path = room.get("a");
    fs::set_permissions(&path, Permissions::from_mode(0o666)).unwrap();
    room.get("a");
    assert_eq!(room.built.get(), 2);
    assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o644);
}

#[test]
fn does_not_follow_a_link_in_place_of_an_entry() {
    let room = Room::new();
    let path = room.get("a");
    let elsewhere = room.spare.join("elsewhere");
    fs::rename(&path, &elsewhere).unwrap();
    symlink(&elsewhere, &path).unwrap();
    room.get("a");
    assert_eq!(room.built.get(), 2);
    assert!(fs::symlink_metadata(&path).unwrap().is_file());
}

#[test]
fn an_input_that_just_changed_is_not_stored() {
    let room = Room::new();
    let fresh = room.spare.join("fresh");
    fs::write(&fresh, "1").unwrap();
    let key = Key::new([fresh.as_path()], ["a"]);
    let path = room.get_from(&room.dir, &key);
    assert_eq!(path, room.spare.join("thing.uncached"));
    assert!(room.entries().is_empty());
}

#[test]
fn an_input_that_changes_meanwhile_is_not_stored() {
    let room = Room::new();
    let cache = Cache::at(&room.dir, 0o700, &room.spare);
    let path = cache
        .get("thing", &room.key("a"), |out| {
            fs::remove_file(&room.input)?;
            symlink("/bin/cat", &room.input)?;
            out.write_all(b"mixed")
        })
        .unwrap();
    assert_eq!(path, room.spare.join("thing.uncached"));
    assert!(room.entries().is_empty());
}

#[test]
fn the_key_follows_the_file() {
    let room = Room::new();
    let file = room.spare.join("file");
    let digest = || Key::new([file.as_path()], [""; 0]).stamp().unwrap().digest;
    fs::write(&file, "1").unwrap();
    let first = digest();
    assert_eq!(digest(), first);
    // Same size and modification time, another inode.
    let time = fs::metadata(&file).unwrap().modified().unwrap();
    let new = room.spare.join("new");
    fs::write(&new, "2").unwrap();
    File::open(&new).unwrap().set_modified(time).unwrap();
    fs::rename(&new, &file).unwrap();
    assert_ne!(digest(), first);
}

#[test]
fn the_key_follows_a_file_that_is_written_in_place() {
    let room = Room::new();
    let path = room.spare.join("file");
    fs::write(&path, "1").unwrap();
    let digest = || Key::new([path.as_path()], [""; 0]).stamp().unwrap().digest;
    let (first, before) = (digest(), fs::metadata(&path).unwrap());
    let changed = |about: &Metadata| (about.ctime(), about.ctime_nsec());
    // Size, inode and modification time stay; the clock of file systems may not have gone on at once.
    while changed(&fs::metadata(&path).unwrap()) == changed(&before) {
        fs::write(&path, "2").unwrap();
        let file = File::open(&path).unwrap();
        file.set_modified(before.modified().unwrap()).unwrap();
    }
    let after = fs::metadata(&path).unwrap();
    assert_eq!((after.ino(), after.size()), (before.ino(), before.size()));
    assert_eq!(after.modified().unwrap(), before.modified().unwrap());
    assert_ne!(digest(), first);
}

#[test]
fn the_key_tells_files_and_settings_apart() {
    let (sh, cat) = (Path::new("/bin/sh"), Path::new("/bin/cat"));
    let digest = |files: &[&Path], settings: &[&str]| {
        let key = Key::new(files.iter().copied(), settings.iter().copied());
        key.stamp().unwrap().digest
    };
    let all = [
        digest(&[sh, cat], &["a"]),
        digest(&[cat, sh], &["a"]),
        digest(&[sh], &["a"]),
        digest(&[sh], &["a", ""]),
        digest(&[sh], &["", "a"]),
        digest(&[sh], &["b"]),
        digest(&[], &["a"]),
    ];
    let distinct: std::collections::HashSet<_> = all.iter().collect();
    assert_eq!(distinct.len(), all.len());
}

#[test]
fn a_directory_that_cannot_be_used_is_left_alone() {
    let room = Room::new();
    fs::create_dir_all(&room.dir).unwrap();
    fs::set_permissions(&room.dir, Permissions::from_mode(0o777)).unwrap();
    assert_eq!(room.get("a"), room.spare.join("thing.uncached"));
    assert!(room.entries().is_empty());
    // Not a directory at all, and one that can't be created.
    let key = room.key("a");
    for dir in [room.input.clone(), room.input.join("below")] {
        assert_eq!(room.get_from(&dir, &key), room.spare.join("thing.uncached"));
    }
}

#[test]
fn a_failing_build_leaves_nothing() {
    let room = Room::new();
    let cache = Cache::at(&room.dir, 0o700, &room.spare);
    let failed = cache.get("thing", &room.key("a"), |out| {
        out.write_all(b"half")?;
        Err(io::Error::other("no"))
    });
    assert_eq!(failed.unwrap_err().to_string(), "no");
    assert!(room.entries().is_empty());
    assert_eq!(fs::read_dir(&room.spare).unwrap().count(), 0);
}

#[test]
fn old_entries_are_pruned() {
    let room = Room::new();
    let hours_ago = |hours: u64| SystemTime::now() - Duration::from_secs(hours * 3600 + 60);
    let paths: Vec<PathBuf> = (1..8)
        .map(|age| {
            let path = room.get(&age.to_string());
            let file = File::open(&path).unwrap();
            file.set_modified(hours_ago(age)).unwrap();
            path
        })
        .collect();
    let left = room.dir.join(format!("{UNFINISHED}x"));
    fs::write(&left, "").unwrap();
    File::open(&left)
        .unwrap()
        .set_modified(hours_ago(2))
        .unwrap();
    let newest = room.get("new");
    let mut kept = room.entries();
    kept.sort();
    let mut expected = vec![newest];
    expected.extend_from_slice(&paths[..KEPT - 1]);
    expected.sort();
    assert_eq!(kept, expected);
}

#[test]
fn writers_at_the_same_time_agree() {
    let room = Room::new();
    let (dir, spare, key) = (&room.dir, &room.spare, &room.key("a"));
    let paths: Vec<PathBuf> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(move || {
                    Cache::at(dir, 0o700, spare)
                        .get("thing", key, |out| out.write_all(&[7; 100_000]))
                        .unwrap()
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    assert!(paths.iter().all(|path| *path == paths[0]));
    assert_eq!(fs::read(&paths[0]).unwrap(), [7; 100_000]);
    assert_eq!(room.entries().len(), 1);
}

#[test]
fn the_place_is_no_part_of_a_home_directory() {
    assert_eq!(
        place_of(Uid::from_raw(0)),
        Path::new("/var/cache/libvirt-sandbox")
    );
    assert_eq!(
        place_of(Uid::from_raw(1000)),
        Path::new("/var/tmp/libvirt-sandbox-cache-1000")
    );
}
