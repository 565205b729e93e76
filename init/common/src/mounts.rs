//! The mounts of the plan.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use nix::errno::Errno;
use nix::mount::{MsFlags, mount as mount_raw};
use sandbox_plan::Mount;

use crate::error::{Error, OrError};

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

/// Mounts one entry of the plan, and makes its mount point where it is missing and can be made.
///
/// # Errors
/// When the mount point is missing or the kernel refuses.
pub fn mount(mount: &Mount) -> Result<(), Error> {
    let source = Path::new(&mount.source);
    let target = Path::new(&mount.target);
    let mut options = Options::parse(&mount.options);
    if mount.read_only {
        options.flags |= MsFlags::MS_RDONLY;
    }
    let bind = mount.fstype == "bind";
    make_mount_point(bind.then_some(source), target)?;
    if bind {
        return bind_mount(source, target, options.flags);
    }
    mount_raw(
        Some(source),
        target,
        Some(mount.fstype.as_str()),
        options.flags,
        Some(options.data.as_str()).filter(|data| !data.is_empty()),
    )
    .or_error(|| {
        format!(
            "mount {} of type {} on {}",
            source.display(),
            mount.fstype,
            target.display()
        )
    })
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
    mount_raw(Some(source), target, none, MsFlags::MS_BIND, none).or_error(action)?;
    if flags.is_empty() {
        return Ok(());
    }
    // A bind mount ignores flags until it is remounted.
    let flags = flags | MsFlags::MS_REMOUNT | MsFlags::MS_BIND;
    mount_raw(none, target, none, flags, none).or_error(action)
}

fn make_mount_point(source: Option<&Path>, target: &Path) -> Result<(), Error> {
    if target.symlink_metadata().is_ok() {
        return Ok(());
    }
    let is_file = source.is_some_and(|source| source.metadata().is_ok_and(|data| !data.is_dir()));
    let made = if is_file {
        target
            .parent()
            .map_or(Ok(()), fs::create_dir_all)
            .and_then(|()| fs::File::create_new(target).map(drop))
    } else {
        fs::create_dir_all(target)
    };
    match made {
        Err(error) if error.raw_os_error() == Some(Errno::EROFS as i32) => Err(Errno::ENOENT)
            .or_error(|| format!("mount on {}, create it on the host first", target.display())),
        other => other.or_error(|| format!("create the mount point {}", target.display())),
    }
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
        };
        let text = mount(&entry).unwrap_err().to_string();
        let expected = "can't mount none of type nosuchfs on /proc: ";
        assert!(text.starts_with(expected), "{text}");
    }
}
