//! Writes the manual page and the shell completions of virt-sandbox into the directory that is named.

#[path = "../../src/args.rs"]
#[allow(
    dead_code,
    reason = "only the definition is used, never a parsed value"
)]
mod args;
#[path = "../../src/duration.rs"]
mod duration;
mod mdoc;
#[path = "../../src/size.rs"]
mod size;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{fs, io};

use clap::CommandFactory;
use clap_complete::Shell;

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
            eprintln!("can't make {directory}/virt-sandbox.1 of {template}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn write(template: &Path, directory: &Path) -> io::Result<()> {
    let mut command = args::Args::command();
    for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
        clap_complete::generate_to(shell, &mut command, "virt-sandbox", directory)?;
    }
    command.build();
    let page = fs::read_to_string(template)?
        .replace("@version@", env!("CARGO_PKG_VERSION"))
        .replace("@options@\n", &mdoc::options(&command));
    fs::write(directory.join("virt-sandbox.1"), page)
}
