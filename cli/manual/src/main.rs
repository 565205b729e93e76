//! Writes the manual page and the shell completions of virt-sandbox into the directory that is named.

#[path = "../../src/args.rs"]
#[allow(
    dead_code,
    reason = "only the definition is used, never a parsed value"
)]
mod args;
#[path = "../../src/duration.rs"]
mod duration;
#[path = "../../src/size.rs"]
mod size;

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::CommandFactory;
use clap_complete::Shell;

fn main() -> ExitCode {
    let Some(directory) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("usage: virt-sandbox-manual DIRECTORY");
        return ExitCode::FAILURE;
    };
    match write(&directory) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("can't write to {}: {error}", directory.display());
            ExitCode::FAILURE
        }
    }
}

fn write(directory: &Path) -> io::Result<()> {
    let mut command = args::Args::command();
    for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
        clap_complete::generate_to(shell, &mut command, "virt-sandbox", directory)?;
    }
    clap_mangen::Man::new(command).generate_to(directory)?;
    Ok(())
}
