//! Copies a tree of the host into a directory that is made for one run, and closed to others: modes, owners, links, times and
//! extended attributes, as far as this user may set them.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs::{self, DirBuilder, Metadata, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{
    DirBuilderExt, FileTypeExt, MetadataExt, OpenOptionsExt, PermissionsExt, lchown, symlink,
};
use std::path::{Path, PathBuf};

use nix::unistd::geteuid;
use rustix::fs::{AtFlags, CWD, FileType, Mode, Timespec, Timestamps, mknodat, utimensat};

use super::include::{Include, Progress};
use super::include_tree::{Entry, for_each};

/// The bits of a mode that give the rights of the owner or the group.
const RIGHTS: u32 = 0o6000;

/// What is set when all that is in a directory is there.
struct Finish {
    place: PathBuf,
    about: Metadata,
    attributes: Vec<(OsString, Vec<u8>)>,
}

/// Copies what is included to its place in `directory`, in which there is nothing but what was copied before.
pub(super) fn copy(include: &Include, directory: &Path, progress: &mut Progress) -> io::Result<()> {
    make_parents(directory, &include.target)?;
    // By device and inode number, where the first name of a file is.
    let mut links = HashMap::new();
    let mut directories = Vec::new();
    for_each(include, |entry| {
        let place = match entry.target == Path::new("") {
            true => directory.to_owned(),
            false => directory.join(&entry.target),
        };
        let about = &entry.about;
        let finish = |place| Finish {
            place,
            about: about.clone(),
            attributes: entry.attributes(),
        };
        if about.is_dir() {
            progress.add(0);
            make_directory(&place)?;
            directories.push(finish(place));
            return Ok(());
        }
        remove(&place)?;
        if about.nlink() > 1 {
            let first = links
                .entry((about.dev(), about.ino()))
                .or_insert_with(|| place.clone());
            if *first != place {
                progress.add(0);
                return fs::hard_link(first, &place);
            }
        }
        progress.add(make(entry, &place, directory)?);
        finish(place).set()
    })?;
    directories.iter().rev().try_for_each(Finish::set)
}

/// Makes what is no directory, and gives how many bytes it has.
fn make(entry: &Entry, place: &Path, directory: &Path) -> io::Result<u64> {
    let kind = entry.about.file_type();
    if kind.is_symlink() {
        symlink(entry.link()?, place)?;
    } else if kind.is_file() {
        let content = entry.content(directory)?;
        let stored = content.stored();
        let mut options = OpenOptions::new();
        let options = options.write(true).create_new(true).mode(0o600);
        content.write_to(options.open(place)?)?;
        return Ok(stored);
    } else if kind.is_fifo() || kind.is_socket() || kind.is_block_device() || kind.is_char_device()
    {
        let kind = FileType::from_raw_mode(entry.about.mode());
        let mode = Mode::from_raw_mode(0o600);
        mknodat(CWD, place, kind, mode, entry.about.rdev())?;
    }
    Ok(0)
}

/// Makes the directories above the target, unless they are there; a link to one is none.
fn make_parents(directory: &Path, target: &Path) -> io::Result<()> {
    let mut path = directory.to_owned();
    for name in target.parent().into_iter().flatten() {
        path.push(name);
        match DirBuilder::new().create(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => check_directory(&path)?,
            made => made?,
        }
    }
    Ok(())
}

fn make_directory(path: &Path) -> io::Result<()> {
    match DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => check_directory(path),
        made => made,
    }
}

fn check_directory(path: &Path) -> io::Result<()> {
    match path.symlink_metadata()?.is_dir() {
        true => Ok(()),
        false => Err(io::ErrorKind::NotADirectory.into()),
    }
}

/// Removes what was copied there before.
fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

impl Finish {
    fn set(&self) -> io::Result<()> {
        let (place, about) = (&self.place, &self.about);
        let mut mode = about.mode() & 0o7777;
        match lchown(place, Some(about.uid()), Some(about.gid())) {
            // It stays the user's own, and then nobody gets its rights.
            Err(error)
                if error.kind() == io::ErrorKind::PermissionDenied && !geteuid().is_root() =>
            {
                mode &= !RIGHTS;
            }
            given => given?,
        }
        if !about.is_symlink() {
            // Before the mode, by which the user may not write to it any more.
            for (name, value) in &self.attributes {
                let _ = xattr::set(place, name, value);
            }
            fs::set_permissions(place, Permissions::from_mode(mode))?;
        }
        let time = |seconds, nanoseconds| Timespec {
            tv_sec: seconds,
            tv_nsec: nanoseconds as _,
        };
        let times = Timestamps {
            last_access: time(about.atime(), about.atime_nsec()),
            last_modification: time(about.mtime(), about.mtime_nsec()),
        };
        Ok(utimensat(CWD, place, &times, AtFlags::SYMLINK_NOFOLLOW)?)
    }
}
