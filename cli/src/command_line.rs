//! Takes the command line apart, and refuses what its definition can't refuse.

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{CommandFactory, Error, FromArgMatches};

use crate::args::Args;
use crate::help;

/// What can be given together with --list, and clap's own group.
const WITH_LIST: [&str; 4] = ["list", "json", "verbose", "Args"];

/// Reads the arguments, the first of which is the name of the command.
pub fn read(
    arguments: impl IntoIterator<Item = impl Into<OsString> + Clone>,
) -> Result<Args, Error> {
    let arguments: Vec<OsString> = arguments.into_iter().map(Into::into).collect();
    let mut command = Args::command();
    let matches = command
        .try_get_matches_from_mut(&arguments)
        .map_err(|error| help::translate(error, &arguments))?;
    if matches.get_flag("list") {
        let mut ids = matches.ids().map(clap::Id::as_str);
        let other = ids.find(|id| {
            let is_given = matches.value_source(id) == Some(ValueSource::CommandLine);
            is_given && !WITH_LIST.contains(id)
        });
        if let Some(other) = other {
            let text = tr!(
                "--list lists everything, and can't be used with '{other}'",
                other
            );
            return Err(command.error(ErrorKind::ArgumentConflict, text));
        }
    }
    Args::from_arg_matches(&matches)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_list_is_of_everything() {
        let read =
            |arguments: &[&str]| super::read([&["virt-sandbox", "--list"], arguments].concat());
        assert!(read(&["--json", "--verbose"]).unwrap().json);
        for other in [
            "--connect=lxc:///",
            "ls",
            "--dry-run",
            "--env=A=1",
            "--save=x",
        ] {
            let refused = read(&[other]).unwrap_err().to_string();
            assert!(refused.contains("--list"), "{refused}");
        }
        assert!(super::read(["virt-sandbox", "--json", "ls"]).is_err());
    }
}
