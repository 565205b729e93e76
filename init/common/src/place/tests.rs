//! The walk below a root, compared with the kernel's own, and what it does not follow.

use std::fs;
use std::os::unix::fs::{chown, symlink};

use rustix::fs::{ResolveFlags, openat2};

use super::*;

/// Numbers that are the same in each run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) as usize % limit
    }

    fn path(&mut self) -> PathBuf {
        let names = ["a", "b", "c", ".."];
        let length = 1 + self.below(4);
        let path: PathBuf = (0..length)
            .map(|_| names[self.below(names.len())])
            .collect();
        if self.below(2) == 0 {
            Path::new("/").join(path)
        } else {
            path
        }
    }
}

struct Room(PathBuf);

impl Room {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("place-test-{name}-{}", std::process::id()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn places(&self, is_written_to: bool) -> Places {
        let identity = Identity {
            uid: 0,
            gid: 0,
            groups: Vec::new(),
            capabilities: 0,
        };
        let flags = PATH | OFlags::DIRECTORY;
        Places {
            root: openat(CWD, &self.0, flags, Mode::empty()).unwrap(),
            ..Places::new(identity, is_written_to).unwrap()
        }
    }

    /// Directories, files and links by chance; a link leads anywhere, also to itself.
    fn fill(&self, numbers: &mut Numbers) {
        for _ in 0..24 {
            let target = numbers.path();
            let depth = 1 + numbers.below(3);
            let path: PathBuf = (0..depth)
                .map(|_| ["a", "b", "c"][numbers.below(3)])
                .collect();
            let path = self.0.join(path);
            // The parent may be missing, a file or a link, and something may be there.
            let inside = path.parent().and_then(|parent| parent.canonicalize().ok());
            if !inside.is_some_and(|inside| inside.starts_with(&self.0)) {
                continue;
            }
            let _ = match numbers.below(4) {
                0 => fs::write(&path, ""),
                1 => symlink(target, &path),
                _ => fs::create_dir(&path),
            };
        }
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn identity(fd: &OwnedFd) -> (u64, u64) {
    let about = fstat(fd).unwrap();
    (about.st_dev, about.st_ino)
}

#[test]
fn a_walk_ends_where_the_kernel_s_own_ends() {
    let mut numbers = Numbers(7);
    let mut found = 0;
    for number in 0..60 {
        let room = Room::new(&format!("random-{number}"));
        room.fill(&mut numbers);
        let places = room.places(false);
        for _ in 0..60 {
            let path = numbers.path();
            let way = ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS;
            let flags = OFlags::PATH | OFlags::CLOEXEC;
            // Where something is renamed or mounted meanwhile, anywhere, the kernel can't tell what ".." leads to.
            let expected = loop {
                match openat2(&places.root, &path, flags, Mode::empty(), way) {
                    Err(rustix::io::Errno::AGAIN) => continue,
                    other => break other,
                }
            };
            match (places.find(&path), expected) {
                (Ok(ours), Ok(theirs)) => {
                    assert_eq!(identity(&ours), identity(&theirs), "{}", path.display());
                    found += 1;
                }
                (Err(_), Err(_)) => {}
                (ours, theirs) => panic!("{}: {ours:?} and {theirs:?}", path.display()),
            }
        }
    }
    assert!(found > 500, "{found}");
}

#[test]
fn links_that_a_program_may_have_made_are_not_followed() {
    let room = Room::new("links");
    fs::create_dir_all(room.0.join("deep/er")).unwrap();
    symlink("deep", room.0.join("link")).unwrap();
    let inside = Path::new("/link/er");
    assert!(room.places(false).find(inside).is_ok());
    let error = room.places(true).find(inside).unwrap_err().to_string();
    assert!(error.contains("symbolic link 'link'"), "{error}");

    let mut places = room.places(false);
    let device = fstat(&places.root).unwrap().st_dev;
    places.foreign.push(device);
    assert!(places.find(inside).is_err(), "in a mount of a program's");
    places.own.push(device);
    assert!(places.find(inside).is_ok(), "in one of the sandbox's own");
    if nix::unistd::geteuid().is_root() {
        std::os::unix::fs::lchown(room.0.join("link"), Some(12345), None).unwrap();
        assert!(places.find(inside).is_err(), "another user's");
        chown(&room.0, Some(12345), None).unwrap();
        assert!(places.find(inside).is_ok(), "that of whom the root is");
    }
}

#[test]
fn a_mount_point_is_made_where_a_dangling_link_leads() {
    let room = Room::new("dangling");
    symlink("/run/lock", room.0.join("lock")).unwrap();
    let mut places = room.places(false);
    let device = fstat(&places.root).unwrap().st_dev;
    places.own.push(device);
    places.make(Path::new("/lock/a"), Kind::File).unwrap();
    assert!(room.0.join("run/lock/a").is_file());
}
