//! Writes the manual page and the shell completions of virt-sandbox into the directory that is named.
#![forbid(unsafe_code)]

#[macro_use]
extern crate sandbox_gettext;

#[path = "../../src/args.rs"]
#[allow(
    dead_code,
    reason = "only the definition is used, never a parsed value"
)]
mod args;
mod completion;
#[path = "../../src/count.rs"]
mod count;
#[path = "../../src/duration.rs"]
mod duration;
mod mdoc;
#[path = "../../src/size.rs"]
mod size;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{fs, io};

use clap::CommandFactory;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [template, directory] = &arguments[..] else {
        eprintln!("usage: virt-sandbox-manual TEMPLATE DIRECTORY");
        return ExitCode::FAILURE;
    };
    match write(template, directory) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let (template, directory) = (template.display(), directory.display());
            eprintln!("can't write to {directory} what {template} is for: {error}");
            ExitCode::FAILURE
        }
    }
}

fn write(template: &Path, directory: &Path) -> io::Result<()> {
    let mut command = args::Args::command();
    command.build();
    let page = fs::read_to_string(template)?
        .replace("@version@", env!("CARGO_PKG_VERSION"))
        .replace("@options@\n", &mdoc::options(&command));
    for (name, content) in [
        ("virt-sandbox.1", page),
        ("virt-sandbox.bash", completion::bash(&command)),
        ("_virt-sandbox", completion::zsh(&mut command)?),
        ("virt-sandbox.fish", completion::fish(&mut command)?),
    ] {
        fs::write(directory.join(name), content)?;
    }
    Ok(())
}
