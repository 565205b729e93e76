//! The command line.

use std::ffi::{OsStr, OsString};
use std::path::{Component, Path, PathBuf};

use nix::unistd::Pid;

/// What to clean up.
#[derive(Debug, Default, PartialEq)]
pub struct Arguments {
    /// The process to outlive; the parent, unless that is gone already.
    pub client: Option<Pid>,
    /// Directory of the sandbox.
    pub state_dir: Option<PathBuf>,
    /// Directory of the embedded driver, whose virtual machines end with the client.
    pub embedded_root: Option<PathBuf>,
    /// Whether that directory goes, too.
    pub remove_root: bool,
    /// Whether standard error is the client's terminal, which gets back the settings that it has now.
    pub terminal: bool,
}

impl Arguments {
    /// Reads the command line without the program's name.
    pub fn parse(mut arguments: impl Iterator<Item = OsString>) -> Result<Self, String> {
        let mut all = Self::default();
        while let Some(option) = arguments.next() {
            let mut value = || {
                let value = arguments
                    .next()
                    .ok_or_else(|| format!("no value for {}", option.to_string_lossy()))?;
                directory(&value).map(Some)
            };
            match option.to_str() {
                Some("--client") => all.client = Some(process(arguments.next())?),
                Some("--state-dir") => all.state_dir = value()?,
                Some("--embedded-root") => all.embedded_root = value()?,
                Some("--remove-root") => all.remove_root = true,
                Some("--terminal") => all.terminal = true,
                _ => return Err(format!("unknown option {}", option.to_string_lossy())),
            }
        }
        if all.state_dir.is_none() && all.embedded_root.is_none() {
            return Err("neither --state-dir nor --embedded-root given".to_owned());
        }
        Ok(all)
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

fn process(value: Option<OsString>) -> Result<Pid, String> {
    let value = value.unwrap_or_default();
    let number = value
        .to_str()
        .and_then(|text| text.parse().ok())
        .filter(|number| *number > 0);
    number
        .map(Pid::from_raw)
        .ok_or_else(|| format!("not a process: {}", value.to_string_lossy()))
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
            "--remove-root",
            "--terminal",
            "--client",
            "77",
        ]);
        assert_eq!(
            arguments,
            Ok(Arguments {
                state_dir: Some("/run/a/b".into()),
                embedded_root: Some("/run/c".into()),
                remove_root: true,
                terminal: true,
                client: Some(Pid::from_raw(77)),
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
        assert!(parse(&["--remove-root"]).is_err());
        assert!(parse(&["--state-dir", "/run/a", "--client", "-1"]).is_err());
        assert!(parse(&["--state-dir", "/run/a", "--client"]).is_err());
        assert!(parse(&["--state-dir", "/run/a", "--other", "1"]).is_err());
    }
}
