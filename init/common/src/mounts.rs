//! The mounts of the plan.

use std::ffi::OsStr;
use std::path::Path;
use std::{fs, io};

use nix::errno::Errno;
use nix::mount::{MntFlags, MsFlags, mount as mount_raw, umount2};
use sandbox_plan::{Mount, ONLY_FILE};

use crate::archive;
use crate::error::{Error, OrError};
use crate::log::Log;
use crate::mount_point::{Kind, MountPoints};
use crate::read_only;

/// Where a file system is mounted of which only one file is shown; `/run` is the sandbox's own.
const FILE_STAGING: &str = "/run/libvirt-sandbox-file";

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

/// Mounts what the plan says, in its order, and makes the mount points that are missing.
///
/// # Errors
/// When a mount point can't be made or the kernel refuses.
pub fn mount_all(mounts: &[Mount], log: Log) -> Result<(), Error> {
    let mut points = MountPoints::default();
    for entry in mounts {
        log.step(format_args!(
            "mount {} on {}",
            entry.source.to_string_lossy(),
            entry.target.to_string_lossy()
        ));
        mount(entry, &mut points)?;
        if let Some(content) = &entry.content {
            log.step(format_args!("fill {}", entry.target.to_string_lossy()));
            archive::unpack(Path::new(content), Path::new(&entry.target))?;
        }
    }
    points.seal()?;
    let archive = mounts.iter().find_map(|entry| entry.content.as_ref());
    match archive.and_then(|archive| Path::new(archive).parent()) {
        Some(archives) => detach(archives).or_error(|| format!("unmount {}", archives.display())),
        None => Ok(()),
    }
}

/// Takes what is mounted on `path` out of the sandbox's sight, and the mount point with it.
///
/// # Errors
/// When the kernel refuses, but not where nothing is mounted.
pub fn detach(path: &Path) -> nix::Result<()> {
    match umount2(path, MntFlags::MNT_DETACH) {
        // Not a mount point, or not there at all.
        Err(Errno::EINVAL | Errno::ENOENT) => return Ok(()),
        other => other?,
    }
    // The mount point is the host's own directory where /dev is not private, and stays then.
    let _ = fs::remove_dir(path).or_else(|_| fs::remove_file(path));
    Ok(())
}

fn mount(mount: &Mount, points: &mut MountPoints) -> Result<(), Error> {
    let source = Path::new(&mount.source);
    let target = Path::new(&mount.target);
    let mut options = Options::parse(&mount.options);
    if mount.read_only {
        options.flags |= MsFlags::MS_RDONLY;
    }
    let action = || {
        format!(
            "mount {} of type {} on {}",
            source.display(),
            mount.fstype,
            target.display()
        )
    };
    match mount.fstype.as_str() {
        "bind" => {
            points.make(target, kind_of(source).or_error(action)?)?;
            bind_mount(source, target, options.flags | MsFlags::MS_REC)
        }
        "move" => {
            points.make(target, kind_of(source).or_error(action)?)?;
            move_mount(source, target).or_error(action)
        }
        "9p-file" => {
            points.make(target, Kind::File)?;
            mount_file(source, target, &options).or_error(action)
        }
        fstype => {
            points.make(target, Kind::Directory)?;
            let data = Some(options.data.as_str()).filter(|data| !data.is_empty());
            mount_raw(Some(source), target, Some(fstype), options.flags, data).or_error(action)
        }
    }
}

/// Mounts the file on the 9p file system `source`, which stays out of sight itself.
fn mount_file(source: &Path, target: &Path, options: &Options) -> nix::Result<()> {
    let staging = Path::new(FILE_STAGING);
    fs::create_dir(staging).map_err(errno)?;
    let (none, data) = (None::<&OsStr>, options.data.as_str());
    mount_raw(Some(source), staging, Some("9p"), options.flags, Some(data))?;
    let file = staging.join(ONLY_FILE);
    mount_raw(Some(&file), target, none, MsFlags::MS_BIND, none)?;
    detach(staging)
}

fn errno(error: io::Error) -> Errno {
    error.raw_os_error().map_or(Errno::EIO, Errno::from_raw)
}

fn kind_of(source: &Path) -> io::Result<Kind> {
    Ok(if source.metadata()?.is_dir() {
        Kind::Directory
    } else {
        Kind::File
    })
}

/// Moves the mount at `source`, and removes the mount point that it leaves.
fn move_mount(source: &Path, target: &Path) -> nix::Result<()> {
    let none = None::<&OsStr>;
    mount_raw(Some(source), target, none, MsFlags::MS_MOVE, none)?;
    // An empty directory or file that stays hurts nobody.
    let _ = fs::remove_dir(source).or_else(|_| fs::remove_file(source));
    let _ = source.parent().map(fs::remove_dir);
    Ok(())
}

/// Makes the parts of /proc read-only through which a program without capabilities, but with user ID 0, could rule the
/// kernel it runs on.
///
/// # Errors
/// When the kernel refuses.
pub fn protect_proc() -> Result<(), Error> {
    // The flags that /proc has usually; where they are locked they can't be taken away.
    let flags = MsFlags::MS_RDONLY | MsFlags::MS_NOSUID | MsFlags::MS_NODEV | MsFlags::MS_NOEXEC;
    for name in ["sys", "sysrq-trigger", "irq", "bus", "fs"] {
        let path = Path::new("/proc").join(name);
        if path.exists() {
            bind_mount(&path, &path, flags)?;
        }
    }
    Ok(())
}

fn bind_mount(source: &Path, target: &Path, flags: MsFlags) -> Result<(), Error> {
    let none = None::<&OsStr>;
    let action = || format!("mount {} on {}", source.display(), target.display());
    let bind = MsFlags::MS_BIND | flags & MsFlags::MS_REC;
    mount_raw(Some(source), target, none, bind, none).or_error(action)?;
    let flags = flags - MsFlags::MS_REC;
    if flags.is_empty() {
        return Ok(());
    }
    if bind.contains(MsFlags::MS_REC) && flags == MsFlags::MS_RDONLY {
        return read_only::below(target).or_error(action);
    }
    // A bind mount ignores flags until it is remounted.
    let flags = flags | MsFlags::MS_REMOUNT | MsFlags::MS_BIND;
    mount_raw(none, target, none, flags, none).or_error(action)
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

    #[test]
    fn names_the_mount_that_failed() {
        let entry = Mount {
            fstype: "nosuchfs".into(),
            source: "none".into(),
            target: "/proc".into(),
            options: String::new(),
            read_only: true,
            content: None,
        };
        let text = mount_all(&[entry], Log::new(false))
            .unwrap_err()
            .to_string();
        let expected = "can't mount none of type nosuchfs on /proc: ";
        assert!(text.starts_with(expected), "{text}");
    }
}
