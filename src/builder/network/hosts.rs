//! The hosts that the root of a sandbox knows.

use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use nix::fcntl::{OFlag, openat};
use nix::libc::{S_IFMT, S_IFREG, S_IROTH, S_IXOTH};
use nix::sys::stat::{Mode, fstat};

use crate::builder::storage::sources::{self, Source};
use crate::builder::storage::{Storage, in_root};
use crate::config::Config;

/// The file, below the root.
const HOSTS: &str = "etc/hosts";

/// How much of it counts: the plan carries it.
const MOST: u64 = 64 << 10;

/// What `/etc/hosts` of the root says, as everybody in the sandbox could read it: a regular file, of which whole lines are
/// taken. None where there is no such file, or where the root is an image.
///
/// The root may be one that a program has written to, and what is read here is shown to every user of the sandbox: so no link
/// leads out of it, and nothing is read that others may not read.
pub(super) fn hosts_of_root(config: &Config, storage: &Storage) -> Option<Vec<u8>> {
    let root = sources::find(config, storage.root_directory()?).ok()?;
    // The host's own may be a mount of the one who set up the host.
    let is_host = root.path == Path::new("/");
    let found = in_root::look(&root.handle, Path::new(HOSTS), !is_host).ok()?;
    is_readable_by_all(&root, &found)?;
    let mut options = OpenOptions::new();
    let flags = OFlag::O_NONBLOCK | OFlag::O_NOCTTY;
    options.read(true).custom_flags(flags.bits());
    let file = options.open(in_proc(&found)).ok()?;
    whole_lines(file).ok()
}

/// Looks whether others may read the file `found` and pass through the directories of the root that it is in.
fn is_readable_by_all(root: &Source, found: &OwnedFd) -> Option<()> {
    let about = fstat(found).ok()?;
    if about.st_mode & S_IFMT != S_IFREG || about.st_mode & S_IROTH == 0 {
        return None;
    }
    if sources::is_of_the_kernel(found, about.st_dev) {
        return None;
    }
    let path = std::fs::read_link(in_proc(found)).ok()?;
    let inside = path.strip_prefix(&root.path).ok()?;
    let look = OFlag::O_PATH | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
    let mut here = root.handle.try_clone().ok()?;
    for name in inside {
        if fstat(&here).ok()?.st_mode & S_IXOTH == 0 {
            return None;
        }
        here = openat(&here, name, look, Mode::empty()).ok()?;
    }
    let again = fstat(&here).ok()?;
    ((again.st_dev, again.st_ino) == (about.st_dev, about.st_ino)).then_some(())
}

fn in_proc(handle: &OwnedFd) -> PathBuf {
    format!("/proc/self/fd/{}", handle.as_raw_fd()).into()
}

fn whole_lines(file: File) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    file.take(MOST + 1).read_to_end(&mut text)?;
    if text.len() as u64 > MOST {
        let end = text.iter().rposition(|byte| *byte == b'\n');
        text.truncate(end.map_or(0, |end| end + 1));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt, symlink};

    use glib::prelude::*;
    use nix::unistd::mkfifo;

    use super::*;
    use crate::builder::storage::recorded;
    use crate::config::ConfigInteractive;

    fn hosts(root: &Path) -> Option<Vec<u8>> {
        let config = ConfigInteractive::new(c"box");
        let storage = Storage {
            root: Some(root.to_owned()),
            ..recorded(&[])
        };
        hosts_of_root(config.upcast_ref(), &storage)
    }

    fn mode(path: &Path, mode: u32) {
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn a_file_of_the_root_is_read_as_everybody_can() {
        let room = tempfile::tempdir().unwrap();
        let room = room.path().canonicalize().unwrap();
        let root = room.join("root");
        let file = root.join("etc/hosts");
        assert_eq!(hosts(&root), None);
        fs::create_dir_all(root.join("etc/deep")).unwrap();
        assert_eq!(hosts(&root), None);
        fs::write(&file, "10.0.0.1 host\n").unwrap();
        mode(&root, 0o755);
        assert_eq!(hosts(&root).unwrap(), b"10.0.0.1 host\n");
        mode(&file, 0o640);
        assert_eq!(hosts(&root), None, "not for everybody");
        mode(&file, 0o644);
        mode(&root.join("etc"), 0o750);
        assert_eq!(hosts(&root), None, "in a closed directory");
        mode(&root.join("etc"), 0o755);

        // A link stays in the root.
        fs::rename(&file, root.join("etc/deep/hosts")).unwrap();
        symlink("/etc/deep/hosts", &file).unwrap();
        assert_eq!(hosts(&root).unwrap(), b"10.0.0.1 host\n");
        mode(&root.join("etc/deep"), 0o711);
        assert!(hosts(&root).is_some());
        mode(&root.join("etc/deep"), 0o700);
        assert_eq!(hosts(&root), None);
        fs::write(room.join("secret"), "secret").unwrap();
        for elsewhere in [&room.join("secret"), Path::new("../../secret")] {
            fs::remove_file(&file).unwrap();
            symlink(elsewhere, &file).unwrap();
            assert_eq!(hosts(&root), None);
        }
    }

    #[test]
    fn what_is_no_file_or_too_long_does_no_harm() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("etc/hosts");
        fs::create_dir(root.path().join("etc")).unwrap();
        mode(root.path(), 0o755);
        mkfifo(&file, Mode::from_bits_truncate(0o644)).unwrap();
        mode(&file, 0o644);
        assert_eq!(hosts(root.path()), None);
        fs::remove_file(&file).unwrap();

        File::create(&file).unwrap().set_len(4 << 30).unwrap();
        assert_eq!(hosts(root.path()).unwrap(), b"");
        let line = [b"x".repeat(99), b"\n".to_vec()].concat();
        fs::write(&file, line.repeat(1000)).unwrap();
        assert_eq!(hosts(root.path()).unwrap(), line.repeat(655));
    }

    #[test]
    fn a_mount_can_be_the_root() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("etc")).unwrap();
        fs::write(root.path().join("etc/hosts"), "x\n").unwrap();
        mode(root.path(), 0o755);
        let hosts = |option: &str| {
            let option = std::ffi::CString::new(option).unwrap();
            let config = ConfigInteractive::new(c"box");
            hosts_of_root(config.upcast_ref(), &recorded(&[&option]))
        };
        let directory = format!("host-bind:/={}", root.path().display());
        assert_eq!(hosts(&directory).unwrap(), b"x\n");
        assert_eq!(hosts("host-image:/=/x.img"), None);
    }
}
