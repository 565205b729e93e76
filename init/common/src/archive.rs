//! Unpacks the files that the host has for a file system in memory.

use std::ffi::OsStr;
use std::fs::{self, File, Permissions};
use std::io::{self, BufReader, Read};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Component, Path, PathBuf};

use nix::errno::Errno;
use nix::fcntl::AT_FDCWD;
use nix::sys::stat::{UtimensatFlags, utimensat};
use nix::sys::time::TimeSpec;
use sandbox_plan::{ATTRIBUTE, decode_attribute};
use tar::{Archive, Entry, EntryType};

use crate::error::Error;

/// Unpacks the archive into `directory`, which the user knows as `name`.
pub fn unpack(archive: &Path, directory: &Path, name: &Path) -> Result<(), Error> {
    let archive = File::open(archive);
    let unpacked = archive.and_then(|file| unpack_from(BufReader::new(file), directory));
    unpacked.map_err(|error| Error::Copy {
        target: name.to_owned(),
        reason: reason(&error),
    })
}

/// What is behind the words of the unpacker, which name the files.
fn reason(error: &io::Error) -> String {
    let mut reason: &(dyn std::error::Error + 'static) = error;
    while let Some(source) = reason.source() {
        reason = source;
    }
    let system = reason.downcast_ref::<io::Error>();
    match system.and_then(io::Error::raw_os_error) {
        Some(number) => Errno::from_raw(number).desc().to_owned(),
        None => reason.to_string(),
    }
}

pub(crate) fn unpack_from(file: impl Read, target: &Path) -> io::Result<()> {
    let mut archive = Archive::new(file);
    archive.set_preserve_permissions(true);
    archive.set_preserve_ownerships(true);
    archive.set_overwrite(true);
    let mut directories = Vec::new();
    for entry in archive.entries()? {
        let mut entry = entry?;
        let kind = entry.header().entry_type();
        let path = place(&entry.path()?, kind)
            .map(|path| target.join(path))
            .ok_or_else(|| io::Error::other("the archive is none that the host makes"))?;
        let (time, attributes) = extensions(&mut entry)?;
        entry.unpack_in(target)?;
        if kind.is_dir() && entry.path()? == Path::new(".") {
            let header = entry.header();
            chown(
                target,
                Some(header.uid()? as u32),
                Some(header.gid()? as u32),
            )?;
            fs::set_permissions(target, Permissions::from_mode(header.mode()?))?;
        }
        for (name, value) in attributes {
            // The file system may have no such attributes.
            let _ = xattr::set(&path, OsStr::from_bytes(&name), &value);
        }
        match time {
            // What comes into a directory changes its time.
            Some(time) if kind.is_dir() => directories.push((path, time)),
            Some(time) => set_time(&path, time)?,
            None => {}
        }
    }
    directories
        .into_iter()
        .try_for_each(|(path, time)| set_time(&path, time))
}

/// Where an entry belongs that is a file, a directory or a link, and inside.
fn place(path: &Path, kind: EntryType) -> Option<&Path> {
    let is_inside = |part| matches!(part, Component::Normal(_) | Component::CurDir);
    let is_file = kind.is_file() || kind.is_gnu_sparse();
    let known = is_file || kind.is_dir() || kind.is_symlink() || kind.is_hard_link();
    (known && path.components().all(is_inside)).then_some(path)
}

fn set_time(path: &PathBuf, time: TimeSpec) -> io::Result<()> {
    utimensat(
        AT_FDCWD,
        path,
        &time,
        &time,
        UtimensatFlags::NoFollowSymlink,
    )?;
    Ok(())
}

type Extensions = (Option<TimeSpec>, Vec<(Vec<u8>, Vec<u8>)>);

/// The time of a file to the nanosecond, and its extended attributes.
fn extensions(entry: &mut Entry<'_, impl Read>) -> io::Result<Extensions> {
    let (mut time, mut attributes) = (None, Vec::new());
    for extension in entry.pax_extensions()?.into_iter().flatten() {
        let extension = extension?;
        match (extension.key(), extension.value()) {
            (Ok("mtime"), Ok(value)) => time = parse_time(value),
            (Ok(ATTRIBUTE), Ok(value)) => attributes.extend(decode_attribute(value)),
            _ => {}
        }
    }
    Ok((time, attributes))
}

fn parse_time(text: &str) -> Option<TimeSpec> {
    let (seconds, nanoseconds) = text.split_once('.')?;
    Some(TimeSpec::new(
        seconds.parse().ok()?,
        nanoseconds.parse().ok()?,
    ))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use tar::{Builder, Header};

    use super::*;

    #[test]
    fn nothing_is_unpacked_outside() {
        let room = std::env::temp_dir().join(format!("archive-test-{}", std::process::id()));
        let target = room.join("target");
        fs::create_dir_all(&target).unwrap();
        let mut archive = Builder::new(Vec::new());
        let mut header = Header::new_gnu();
        header.set_entry_type(EntryType::Symlink);
        header.set_size(0);
        header.set_uid(nix::unistd::geteuid().as_raw().into());
        header.set_gid(nix::unistd::getegid().as_raw().into());
        archive.append_link(&mut header, "link", &room).unwrap();
        header.set_entry_type(EntryType::Regular);
        archive
            .append_data(&mut header, "link/file", io::empty())
            .unwrap();
        let archive = archive.into_inner().unwrap();
        unpack_from(archive.as_slice(), &target).unwrap_err();
        assert!(!room.join("file").exists());

        // Nor is anything changed there: the unpacker passes over such a path.
        let mut archive = Builder::new(Vec::new());
        fs::write(room.join("outside"), "").unwrap();
        let time = [("mtime", &b"1000000000.0"[..])];
        archive.append_pax_extensions(time).unwrap();
        header.as_mut_bytes()[..10].copy_from_slice(b"../outside");
        header.set_cksum();
        archive.append(&header, io::empty()).unwrap();
        let archive = archive.into_inner().unwrap();
        unpack_from(archive.as_slice(), &target).unwrap_err();
        let about = fs::metadata(room.join("outside")).unwrap();
        assert!(about.mtime() > 1_000_000_000);
        fs::remove_dir_all(&room).unwrap();
    }

    #[test]
    fn times_are_exact_also_those_of_directories() {
        let target = std::env::temp_dir().join(format!("archive-time-{}", std::process::id()));
        fs::create_dir_all(&target).unwrap();
        let mut archive = Builder::new(Vec::new());
        let mut header = Header::new_gnu();
        header.set_size(0);
        header.set_mode(0o750);
        header.set_uid(nix::unistd::geteuid().as_raw().into());
        header.set_gid(nix::unistd::getegid().as_raw().into());
        for (path, kind) in [("d", EntryType::Directory), ("d/f", EntryType::Regular)] {
            header.set_entry_type(kind);
            let time = [("mtime", &b"1000000000.123456789"[..])];
            archive.append_pax_extensions(time).unwrap();
            archive.append_data(&mut header, path, io::empty()).unwrap();
        }
        let archive = archive.into_inner().unwrap();
        unpack_from(archive.as_slice(), &target).unwrap();
        for path in ["d", "d/f"] {
            let about = fs::metadata(target.join(path)).unwrap();
            let time = (about.mtime(), about.mtime_nsec());
            assert_eq!(time, (1_000_000_000, 123_456_789));
            assert_eq!(about.mode() & 0o7777, 0o750);
        }
        fs::remove_dir_all(&target).unwrap();
    }
}
