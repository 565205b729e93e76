//! virt-sandbox: runs a program of the host in a sandbox.
#![forbid(unsafe_code)]

#[macro_use]
extern crate sandbox_gettext;

mod args;
mod attach;
mod command_line;
mod configure;
mod count;
mod daemon_watch;
mod descriptors;
mod duration;
mod exit_status;
mod help;
mod here;
mod identity;
mod list;
mod place;
mod run;
mod say;
mod signals;
mod size;
mod trace;
mod usage_error;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::error::ErrorKind;

use crate::exit_status::SANDBOX_FAILED;
use crate::trace::Trace;

fn main() -> ExitCode {
    sandbox_gettext::use_language_of_environment();
    signals::unblock();
    let args = match command_line::read(std::env::args_os()) {
        Ok(args) => args,
        Err(error) if error.kind() == ErrorKind::DisplayHelp => return printed(error.print()),
        Err(error) => {
            usage_error::print(&error);
            return ExitCode::from(SANDBOX_FAILED);
        }
    };
    if args.version {
        let version = env!("CARGO_PKG_VERSION");
        let text = tr!("libvirt-sandbox version {version}", version);
        return printed(writeln!(io::stdout(), "{text}"));
    }
    let trace = if args.trace_phases {
        Trace::start()
    } else {
        Trace::default()
    };
    let status = match run::run(&args, &trace) {
        Ok(status) => ExitCode::from(status),
        Err(error) => {
            say::say(&error.to_string());
            ExitCode::from(SANDBOX_FAILED)
        }
    };
    trace.print();
    status
}

/// What becomes of this program when all that was asked for has been written.
fn printed(written: io::Result<()>) -> ExitCode {
    match written {
        // Who reads no further has seen enough.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            say::say(&tr!(
                "cannot write to standard output: {reason}",
                reason = error
            ));
            ExitCode::from(SANDBOX_FAILED)
        }
        _ => ExitCode::SUCCESS,
    }
}
