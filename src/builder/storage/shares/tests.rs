//! Tests of what a machine gets of a host that has many things mounted.

use std::ffi::{CStr, CString};

use super::*;
use crate::builder::storage::mount::recorded;

/// Directories that something is mounted on: a name, the type of its file system and the device.
type Mounted<'a> = &'a [(&'a str, &'a str, u64)];

const DISK: u64 = 1;

fn storage(room: &Path, options: &[&str]) -> Storage {
    let options = options
        .iter()
        .map(|option| option.replace('@', &room.display().to_string()));
    let options: Vec<CString> = options
        .map(|option| CString::new(option).unwrap())
        .collect();
    let options: Vec<&CStr> = options.iter().map(CString::as_c_str).collect();
    Storage {
        root: Some(room.to_owned()),
        mounts: recorded(&options),
        disks: Vec::new(),
        overlay: None,
        root_includes: Vec::new(),
    }
}

fn host_mount(path: PathBuf, fstype: &str, device: u64) -> HostMount {
    HostMount {
        path,
        fstype: fstype.to_owned(),
        device,
        is_directory: true,
        holds_files: !["devtmpfs", "proc", "fuse.sshfs"].contains(&fstype),
    }
}

/// What is given of the mount number `index`, or of a root directory, which is the room.
fn share(index: Option<usize>, options: &[&str], mounted: Mounted<'_>) -> Share {
    let room = tempfile::tempdir().unwrap();
    let path = room.path().canonicalize().unwrap();
    let mounted: Vec<HostMount> = mounted
        .iter()
        .map(|(name, fstype, device)| {
            fs::create_dir_all(path.join(name)).unwrap();
            host_mount(path.join(name), fstype, *device)
        })
        .collect();
    let storage = storage(&path, options);
    let wanted = Wanted {
        storage: &storage,
        index,
        source: &path,
        emulator: None,
    };
    wanted.share_of(&host_mount(path.clone(), "ext4", DISK), &mounted)
}

fn inside(share: &Share) -> Vec<&str> {
    let below = share.below.iter();
    below.map(|below| below.inside.to_str().unwrap()).collect()
}

fn gaps(share: &Share) -> Vec<&str> {
    let gaps = share.gaps.iter();
    gaps.map(|(path, _)| path.to_str().unwrap()).collect()
}

const HOST: Mounted<'_> = &[
    ("dev", "devtmpfs", 10),
    ("dev/shm", "tmpfs", 11),
    ("home", "xfs", 12),
    ("home/alice/data", "btrfs", 13),
    ("home/alice/far", "fuse.sshfs", 14),
    ("home/alice/far/inner", "ext4", 15),
    ("home/alice/more", "xfs", 12),
    ("jail/proc", "proc", 16),
    ("mnt/again", "ext4", DISK),
    ("run", "tmpfs", 17),
    ("tmp", "tmpfs", 18),
];

#[test]
fn each_file_system_is_given_by_itself_and_the_kernel_s_are_not() {
    let root = share(None, &[], HOST);
    assert!(root.is_root && !root.spans);
    assert_eq!(inside(&root), ["home", "tmp", "home/alice/data"]);
    // What is below a gap is none of the directory's.
    let expected = [
        "dev",
        "home",
        "home/alice/data",
        "home/alice/far",
        "jail/proc",
        "run",
        "tmp",
    ];
    assert_eq!(gaps(&root), expected);
}

#[test]
fn what_is_read_is_given_as_the_root_is() {
    let read = share(Some(0), &["host-bind:/mnt=@,ro"], HOST);
    assert!(!read.spans && !read.is_root);
    // Not the root: such names mean nothing there.
    assert_eq!(inside(&read), ["home", "run", "tmp", "home/alice/data"]);
}

#[test]
fn a_directory_that_is_written_to_spans_what_holds_files() {
    let files: Mounted<'_> = &[("a/data", "xfs", 12), ("a/more", "ext4", DISK)];
    let written = share(Some(0), &["host-bind:/mnt=@"], files);
    assert!(written.spans);
    assert_eq!((inside(&written), gaps(&written)), (vec![], vec![]));
    let kernel: Mounted<'_> = &[("a/data", "xfs", 12), ("proc", "proc", 13)];
    let written = share(Some(0), &["host-bind:/mnt=@"], kernel);
    assert!(!written.spans);
    assert_eq!(inside(&written), ["a/data"]);
    let same: Mounted<'_> = &[("a/more", "ext4", DISK)];
    assert!(!share(Some(0), &["host-bind:/mnt=@"], same).spans);
}

#[test]
fn what_another_mount_hides_is_not_given() {
    let root = share(None, &["ram:/home=1M", "guest-bind:/tmp=/srv"], HOST);
    assert_eq!(inside(&root), ["tmp"]);
}

#[test]
fn what_qemu_can_not_read_is_not_given() {
    let room = tempfile::tempdir().unwrap();
    let place = room.path().join("closed/place");
    fs::create_dir_all(&place).unwrap();
    let about = fs::metadata(&place).unwrap();
    let close = |mode: u32| {
        use std::os::unix::fs::PermissionsExt;
        let closed = room.path().join("closed");
        fs::set_permissions(closed, fs::Permissions::from_mode(mode)).unwrap();
    };
    fs::set_permissions(room.path(), fs::metadata("/").unwrap().permissions()).unwrap();
    let may = |ids: (u32, u32)| can_read(&place, Some(Emulator::with_ids(ids)));
    let (owner, group) = ((about.uid(), u32::MAX), (u32::MAX, about.gid()));
    close(0o710);
    assert!(may(owner) && may(group) && !may((u32::MAX, u32::MAX)));
    close(0o701);
    assert!(!may(group) && may((u32::MAX, u32::MAX)));
}

#[test]
fn the_longest_paths_are_left_out_where_there_are_too_many() {
    let mut shares = Shares(vec![share(None, &[], HOST)]);
    let left_out = shares.keep(2);
    assert!(
        left_out.len() == 1 && left_out[0].ends_with("home/alice/data"),
        "{left_out:?}"
    );
    shares.number();
    let root = shares.root().unwrap();
    let tags: Vec<&str> = root.below.iter().map(|below| below.tag.as_str()).collect();
    assert_eq!(
        (inside(root), tags),
        (
            vec!["home", "tmp"],
            vec!["sandbox:below0", "sandbox:below1"]
        )
    );
}

#[test]
fn the_host_s_kernel_is_refused_by_name() {
    let storage = storage(Path::new("/"), &["host-bind:/mnt=/proc/self"]);
    let message = Shares::look_up(&storage, None).unwrap_err().to_string();
    assert!(
        message.contains("'/mnt'") && message.contains("(file system proc)"),
        "{message}"
    );
}

#[test]
fn only_directories_of_the_host_are_among_them() {
    let mut storage = storage(Path::new("/"), &["host-bind:/a=/etc/passwd", "ram:/c=1M"]);
    if let Content::Host(found) = &mut storage.mounts[0].content {
        found.kind = Kind::File;
    }
    let shares = Shares::look_up(&storage, None).unwrap();
    assert_eq!([0, 1].map(|index| shares.of_mount(index)), [None; 2]);
    assert_eq!(shares.root().map(|root| root.index), Some(None));
}
