//! The command line.

use std::ffi::{OsStr, OsString};
use std::os::fd::RawFd;
use std::path::{Component, Path, PathBuf};

/// What to clean up.
#[derive(Debug, PartialEq)]
pub struct Arguments {
    /// Directory of the sandbox.
    pub state_dir: PathBuf,
    /// Directory of the embedded driver, whose processes end with the client.
    pub embedded_root: Option<PathBuf>,
    /// Descriptor of a lock that is held until everything is removed.
    pub lock_fd: Option<RawFd>,
}

impl Arguments {
    /// Reads the command line without the program's name.
    pub fn parse(mut arguments: impl Iterator<Item = OsString>) -> Result<Self, String> {
        let (mut state_dir, mut embedded_root, mut lock_fd) = (None, None, None);
        while let Some(option) = arguments.next() {
            let Some(value) = arguments.next() else {
                return Err(format!("no value for {}", option.to_string_lossy()));
            };
            match option.to_str() {
                Some("--state-dir") => state_dir = Some(directory(&value)?),
                Some("--embedded-root") => embedded_root = Some(directory(&value)?),
                Some("--lock-fd") => lock_fd = Some(descriptor(&value)?),
                _ => return Err(format!("unknown option {}", option.to_string_lossy())),
            }
        }
        Ok(Self {
            state_dir: state_dir.ok_or("no --state-dir given")?,
            embedded_root,
            lock_fd,
        })
    }
}

/// A directory to remove: never one that others could have a share in, such as `/` or `/run`.
fn directory(value: &OsStr) -> Result<PathBuf, String> {
    let path: PathBuf = Path::new(value).components().collect();
    let names = path
        .components()
        .filter(|part| matches!(part, Component::Normal(_)))
        .count();
    let plain = !path.components().any(|part| part == Component::ParentDir);
    if path.is_absolute() && plain && names >= 2 {
        Ok(path)
    } else {
        Err(format!(
            "not the absolute path of a private directory: {}",
            path.display()
        ))
    }
}

fn descriptor(value: &OsStr) -> Result<RawFd, String> {
    value
        .to_str()
        .and_then(|text| text.parse().ok())
        .filter(|fd| (3..RawFd::MAX).contains(fd))
        .ok_or_else(|| format!("not a lock's file descriptor: {}", value.to_string_lossy()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Arguments, String> {
        Arguments::parse(arguments.iter().map(OsString::from))
    }

    #[test]
    fn reads_every_option() {
        let arguments = parse(&[
            "--state-dir",
            "/run/a//b/",
            "--embedded-root",
            "/run/c",
            "--lock-fd",
            "7",
        ]);
        assert_eq!(
            arguments,
            Ok(Arguments {
                state_dir: "/run/a/b".into(),
                embedded_root: Some("/run/c".into()),
                lock_fd: Some(7),
            })
        );
    }

    #[test]
    fn refuses_what_is_not_a_private_directory() {
        for path in ["/", "/run", "relative/path", "", "/run/../home", "//"] {
            assert!(parse(&["--state-dir", path]).is_err(), "{path}");
        }
    }

    #[test]
    fn refuses_half_a_command_line() {
        assert!(parse(&[]).is_err());
        assert!(parse(&["--state-dir"]).is_err());
        assert!(parse(&["--state-dir", "/run/a", "--lock-fd", "1"]).is_err());
        assert!(parse(&["--state-dir", "/run/a", "--other", "1"]).is_err());
    }
}
