//! Runs a program in a sandbox: its input and output are those of this program, and so is its exit status.
//!
//!     cargo build --quiet --example run
//!     target/debug/examples/run ls -l /
//!
//! The sandbox is a machine of qemu:///session, or of the connection that SANDBOX_URI names.

use std::cell::Cell;
use std::env;
use std::error::Error;
use std::ffi::CString;
use std::io::{IsTerminal, stdin, stdout};
use std::os::unix::ffi::OsStringExt;
use std::os::unix::process::ExitStatusExt;
use std::process::{ExitCode, ExitStatus, id};
use std::rc::Rc;

use glib::MainLoop;
use libvirt_glib::gobject::Connection;
use libvirt_sandbox::config::ConfigInteractive;
use libvirt_sandbox::console::ConsoleExt;
use libvirt_sandbox::context::{ContextExt, ContextInteractive};

fn run(command: Vec<CString>) -> Result<ExitCode, Box<dyn Error>> {
    libvirt_sandbox::init()?;
    let config = ConfigInteractive::new(&CString::new(format!("run-{}", id()))?);
    config.set_command(command);
    config.set_tty(stdin().is_terminal() && stdout().is_terminal());

    let uri = env::var("SANDBOX_URI").unwrap_or("qemu:///session".to_owned());
    let connection = Connection::new(Some(&uri));
    connection.open()?;

    let context = ContextInteractive::new(&connection, &config);
    context.start()?;

    let status = Rc::new(Cell::new(None));
    let main_loop = MainLoop::new(None, false);
    let console = context.app_console()?;
    let seen = status.clone();
    console.connect_exited(move |_, status| seen.set(Some(ExitStatus::from_raw(status))));
    let quit = main_loop.clone();
    console.connect_closed(move |_, _| quit.quit());
    console.attach_stdio()?;
    main_loop.run();

    console.detach()?;
    context.stop()?;
    let status = status
        .get()
        .ok_or("the sandbox ended without an exit status")?;
    let code = status.code().or(status.signal().map(|signal| 128 + signal));
    Ok(ExitCode::from(u8::try_from(code.unwrap_or(1))?))
}

fn main() -> ExitCode {
    let words = env::args_os().skip(1).map(OsStringExt::into_vec);
    let command: Vec<_> = words.map_while(|word| CString::new(word).ok()).collect();
    if command.is_empty() {
        eprintln!("usage: run PROGRAM [ARGUMENT...]");
        return ExitCode::FAILURE;
    }
    run(command).unwrap_or_else(|error| {
        eprintln!("{error}");
        ExitCode::FAILURE
    })
}
