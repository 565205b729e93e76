//! What the host has mounted below a directory, and whether it holds files or shows the kernel.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};
use std::{fs, io};

use rustix::fs::{AtFlags, CWD, FileType, Statx, StatxFlags, makedev, statx};
use rustix::io::Errno;
use sandbox_plan::is_kernel_file_system;

use crate::builder::BuilderError;

const TABLE: &str = "/proc/self/mountinfo";

/// The types of file systems that hold files. What is none of them shows the kernel, devices or processes, is another
/// program's invention, or is not known yet.
const FILE_SYSTEMS: [&str; 43] = [
    "9p", "afs", "aufs", "bcachefs", "btrfs", "ceph", "cifs", "ecryptfs", "erofs", "exfat", "ext2",
    "ext3", "ext4", "f2fs", "fuseblk", "gfs2", "hfs", "hfsplus", "iso9660", "jffs2", "jfs",
    "minix", "msdos", "nfs", "nfs4", "nilfs2", "ntfs", "ntfs3", "ocfs2", "overlay", "ramfs",
    "reiserfs", "rootfs", "smb3", "squashfs", "tmpfs", "ubifs", "udf", "ufs", "vfat", "virtiofs",
    "xfs", "zfs",
];

/// A mount of the host, as this process sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HostMount {
    /// Where it is, without symbolic links.
    pub path: PathBuf,
    /// The type of its file system.
    pub fstype: String,
    /// The number of the device that its files are on; 0 where that can't be told.
    pub device: u64,
    /// Whether a directory is mounted there, and not a single file.
    pub is_directory: bool,
    /// Whether it holds files, and shows nothing of the kernel.
    pub holds_files: bool,
}

impl HostMount {
    /// Whether it is known to show the host's kernel.
    pub(crate) fn shows_kernel(&self) -> bool {
        is_kernel_file_system(&self.fstype)
    }
}

/// The mounts that are seen strictly below `directory`, a path without symbolic links, in the order of paths. What another
/// mount hides is not among them; what can't be looked at is, and holds nothing.
pub(crate) fn below(directory: &Path) -> Result<Vec<HostMount>, BuilderError> {
    let table = fs::read(TABLE).map_err(BuilderError::HostMounts)?;
    seen_below(&table, directory, look_at).map_err(BuilderError::HostMounts)
}

/// The mount that `path` is in; its path is `path`.
pub(crate) fn holding(path: &Path) -> Result<HostMount, BuilderError> {
    let find = || {
        let table = fs::read(TABLE)?;
        let about = look_at(path)?;
        let line = lines(&table).find(|line| line.id == about.mount);
        let unknown = || io::Error::from(io::ErrorKind::NotFound);
        Ok(host_mount(
            path.to_owned(),
            line.ok_or_else(unknown)?.fstype,
            about,
        ))
    };
    find().map_err(BuilderError::HostMounts)
}

/// What the kernel says of a path.
#[derive(Clone, Copy, Debug)]
struct About {
    mount: u64,
    device: u64,
    is_directory: bool,
}

/// A line of the table of mounts.
#[derive(Debug, PartialEq, Eq)]
struct Line {
    id: u64,
    path: PathBuf,
    fstype: String,
}

fn seen_below(
    table: &[u8],
    directory: &Path,
    look_at: impl Fn(&Path) -> io::Result<About>,
) -> io::Result<Vec<HostMount>> {
    let mut found = BTreeMap::new();
    for line in lines(table) {
        if line.path == directory || !line.path.starts_with(directory) {
            continue;
        }
        let about = match look_at(&line.path) {
            Ok(about) if about.mount == line.id => Some(about),
            // Another mount is over it, or over a directory above.
            Ok(_) => continue,
            Err(error) if is_absence(&error) => continue,
            Err(error) if error.kind() == io::ErrorKind::Unsupported => return Err(error),
            Err(_) => None,
        };
        let mount = match about {
            Some(about) => host_mount(line.path, line.fstype, about),
            None => HostMount {
                path: line.path,
                fstype: line.fstype,
                device: 0,
                is_directory: true,
                holds_files: false,
            },
        };
        found.insert(mount.path.clone(), mount);
    }
    Ok(found.into_values().collect())
}

fn host_mount(path: PathBuf, fstype: String, about: About) -> HostMount {
    HostMount {
        path,
        device: about.device,
        is_directory: about.is_directory,
        holds_files: FILE_SYSTEMS.contains(&fstype.as_str()),
        fstype,
    }
}

/// Whether nothing is at a path, or a symbolic link is on the way: the table has none.
fn is_absence(error: &io::Error) -> bool {
    let errno = Errno::from_io_error(error);
    [Errno::NOENT, Errno::NOTDIR, Errno::LOOP]
        .map(Some)
        .contains(&errno)
}

/// Looks at a path without mounting anything there, and without waiting for a server. No property is asked for, so that what
/// a file system tells nobody but its owner is told, too: the numbers of its mount and of its device.
fn look_at(path: &Path) -> io::Result<About> {
    let flags = AtFlags::SYMLINK_NOFOLLOW | AtFlags::NO_AUTOMOUNT | AtFlags::STATX_DONT_SYNC;
    let about: Statx = statx(CWD, path, flags, StatxFlags::empty())?;
    if about.stx_mask & StatxFlags::MNT_ID.bits() == 0 {
        let problem = tr!("the kernel does not tell mounts apart, Linux 5.8 or newer is needed");
        return Err(io::Error::new(io::ErrorKind::Unsupported, problem));
    }
    let kind = FileType::from_raw_mode(about.stx_mode.into());
    Ok(About {
        mount: about.stx_mnt_id,
        device: makedev(about.stx_dev_major, about.stx_dev_minor),
        is_directory: matches!(kind, FileType::Directory | FileType::Unknown),
    })
}

fn lines(table: &[u8]) -> impl Iterator<Item = Line> {
    table.split(|byte| *byte == b'\n').filter_map(|line| {
        let mut words = line.split(|byte| *byte == b' ');
        let id = str::from_utf8(words.next()?).ok()?.parse().ok()?;
        let path = PathBuf::from(OsString::from_vec(unescape(words.nth(3)?)));
        let fstype = words.skip_while(|word| *word != b"-").nth(1)?;
        Some(Line {
            id,
            path,
            fstype: String::from_utf8_lossy(fstype).into_owned(),
        })
    })
}

/// Undoes the kernel's `\040` for a space, and the like.
fn unescape(text: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, tail)) = rest.split_first() {
        let digits = tail.first_chunk::<3>().filter(|_| byte == b'\\');
        let code = digits
            .and_then(|digits| str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 8).ok());
        plain.push(code.unwrap_or(byte));
        rest = if code.is_some() { &tail[3..] } else { tail };
    }
    plain
}

#[cfg(test)]
mod tests;
