//! The mounts of the plan.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::os::fd::OwnedFd;
use std::path::Path;

use nix::errno::Errno;
use nix::mount::{MsFlags, mount as mount_raw};
use rustix::fs::{CWD, FileType, Mode, OFlags, ResolveFlags, openat2};
use sandbox_plan::{Identity, Mount, ONLY_FILE};

use crate::archive;
use crate::as_user::open_as;
use crate::attach::{attach, copy_of, descriptor_path, detach, errno, make_read_only};
use crate::container_root::Room;
use crate::error::{Error, OrError};
use crate::log::Log;
use crate::place::{Kind, Places, kind_of};
use crate::sources::Planted;

/// Where a file system is mounted of which only one file is shown; `/dev` is the sandbox's own.
const FILE_STAGING: &str = "/dev/libvirt-sandbox-file";

/// Mount options, taken apart into what the kernel and what the file system understands.
#[derive(Debug, PartialEq)]
pub struct Options {
    /// Flags of mount(2).
    pub flags: MsFlags,
    /// What is left for the file system.
    pub data: String,
}

impl Options {
    /// Takes a comma-separated list apart.
    pub fn parse(text: &str) -> Self {
        let mut flags = MsFlags::empty();
        let mut data = Vec::new();
        for option in text.split(',').filter(|option| !option.is_empty()) {
            match option {
                "ro" => flags |= MsFlags::MS_RDONLY,
                "nosuid" => flags |= MsFlags::MS_NOSUID,
                "nodev" => flags |= MsFlags::MS_NODEV,
                "noexec" => flags |= MsFlags::MS_NOEXEC,
                "sync" => flags |= MsFlags::MS_SYNCHRONOUS,
                "dirsync" => flags |= MsFlags::MS_DIRSYNC,
                "noatime" => flags |= MsFlags::MS_NOATIME,
                "nodiratime" => flags |= MsFlags::MS_NODIRATIME,
                "relatime" => flags |= MsFlags::MS_RELATIME,
                "strictatime" => flags |= MsFlags::MS_STRICTATIME,
                "defaults" | "rw" | "suid" | "dev" | "exec" | "async" => {}
                other => data.push(other),
            }
        }
        Self {
            flags,
            data: data.join(","),
        }
    }
}

/// Mounts what the plan says, in its order, and makes the mount points that are missing. Gives the mounts of images that
/// have to be whole on the host at the end.
///
/// # Errors
/// When a mount point can't be made or the kernel refuses.
pub fn mount_all(
    mounts: &[Mount],
    room: &mut Room,
    user: &Identity,
    log: Log,
) -> Result<Vec<OwnedFd>, Error> {
    let mut settled = Vec::new();
    let trees = std::mem::take(&mut room.trees).into_iter();
    for (entry, tree) in mounts
        .iter()
        .zip(trees.chain(std::iter::repeat_with(|| None)))
    {
        log.step(format_args!(
            "mount {} on {}",
            entry.source.to_string_lossy(),
            entry.target.to_string_lossy()
        ));
        let top = mount(entry, tree, &mut room.places, user)?;
        if let Some(content) = &entry.content {
            log.step(format_args!("fill {}", entry.target.to_string_lossy()));
            let target = Path::new(&entry.target);
            archive::unpack(Path::new(content), &descriptor_path(&top), target)?;
        }
        if entry.is_settled {
            settled.push(top);
        }
    }
    room.places.seal()?;
    let archive = mounts.iter().find_map(|entry| entry.content.as_ref());
    if let Some(archives) = archive.and_then(|archive| Path::new(archive).parent()) {
        detach(archives).or_error(|| format!("unmount {}", archives.display()))?;
    }
    Ok(settled)
}

/// Mounts one, and gives what is at its place then.
fn mount(
    mount: &Mount,
    tree: Option<Planted>,
    places: &mut Places,
    user: &Identity,
) -> Result<OwnedFd, Error> {
    let source = Path::new(&mount.source);
    let target = Path::new(&mount.target);
    let mut options = Options::parse(&mount.options);
    options.flags.set(
        MsFlags::MS_RDONLY,
        mount.read_only || options.flags.contains(MsFlags::MS_RDONLY),
    );
    let action = || {
        format!(
            "mount {} of type {} on {}",
            source.display(),
            mount.fstype,
            target.display()
        )
    };
    let top = match mount.fstype.as_str() {
        "tree" => {
            let tree = tree.ok_or_else(|| Error::Impossible("a tree without one".into()))?;
            let place = places.make(target, tree.kind().or_error(action)?)?;
            tree.attach(place).or_error(action)?
        }
        // Nothing is mounted: it is only filled.
        "root" => {
            let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
            return openat2(CWD, target, flags, Mode::empty(), ResolveFlags::empty())
                .map_err(errno)
                .or_error(action);
        }
        "bind" => {
            let copy = copy_inside(source, mount.read_only, user).or_error(action)?;
            let place = places.make(target, kind(&copy).or_error(action)?)?;
            attach(&copy, place).or_error(action)?;
            copy
        }
        "9p-file" => {
            let place = places.make(target, Kind::File)?;
            let file = only_file(source, &options).or_error(action)?;
            attach(&file, place).or_error(action)?;
            file
        }
        fstype => {
            let place = places.make(target, Kind::Directory)?;
            let path = descriptor_path(&place);
            let data = Some(options.data.as_str()).filter(|data| !data.is_empty());
            mount_raw(Some(source), &path, Some(fstype), options.flags, data).or_error(action)?;
            places.find(target)?
        }
    };
    if !mount.read_only {
        places.add_foreign(&top).or_error(action)?;
    }
    Ok(top)
}

/// A copy of the mounts at a path of the sandbox, as far as the program's user gets there.
fn copy_inside(source: &Path, read_only: bool, user: &Identity) -> nix::Result<OwnedFd> {
    let flags = OFlags::PATH | OFlags::CLOEXEC;
    let way = ResolveFlags::NO_MAGICLINKS;
    let found = open_as(user, || {
        openat2(CWD, source, flags, Mode::empty(), way).map_err(errno)
    })?;
    let copy = copy_of(found, OsStr::new(""), true)?;
    if read_only {
        make_read_only(&copy, true)?;
    }
    Ok(copy)
}

/// A mount of the file on the 9p file system `source`, which stays out of sight itself.
fn only_file(source: &Path, options: &Options) -> nix::Result<OwnedFd> {
    let staging = Path::new(FILE_STAGING);
    let raw = |error: std::io::Error| error.raw_os_error().map_or(Errno::EIO, Errno::from_raw);
    fs::create_dir(staging).map_err(raw)?;
    let data = Some(options.data.as_str());
    mount_raw(Some(source), staging, Some("9p"), options.flags, data)?;
    let directory = File::open(staging).map_err(raw)?;
    let file = copy_of(directory, OsStr::new(ONLY_FILE), false)?;
    detach(staging)?;
    Ok(file)
}

fn kind(fd: &OwnedFd) -> nix::Result<Kind> {
    Ok(match kind_of(fd)? {
        FileType::Directory => Kind::Directory,
        _ => Kind::File,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_options_apart() {
        let options = Options::parse("ro,nosuid,size=10M,,mode=755,defaults");
        assert_eq!(options.flags, MsFlags::MS_RDONLY | MsFlags::MS_NOSUID);
        assert_eq!(options.data, "size=10M,mode=755");
        assert_eq!(Options::parse("").flags, MsFlags::empty());
    }
}
