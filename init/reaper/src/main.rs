//! Cleans up after a client that was killed: waits for the end of its process, or of its standard input, which only the client holds.

mod arguments;
mod client;
mod control_groups;
mod guest_log;
mod machines;
mod process;
mod system;
mod terminal;

use std::fs::OpenOptions;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;
use std::process::ExitCode;

use nix::errno::Errno;
use nix::sys::signal::Signal;
use nix::unistd::{Pid, chdir, dup2_stderr, dup2_stdout, setsid};
use sandbox_state::NameLock;

use arguments::Arguments;
use client::Estate;
use process::{Parent, start_of};
use terminal::Terminal;

/// How long a process may take that ends with the client by itself, in milliseconds.
const TIMEOUT: u16 = 5_000;

fn main() -> ExitCode {
    let arguments = match Arguments::parse(std::env::args_os().skip(1)) {
        Ok(arguments) => arguments,
        Err(message) => {
            eprintln!("libvirt-sandbox-reaper: {message}");
            return ExitCode::from(2);
        }
    };
    // What the client left open by mistake.
    system::close_others();
    let terminal = arguments
        .terminal
        .then(|| Terminal::of(io::stderr()))
        .flatten();
    let client = arguments.client.map_or(Parent::Hidden, Parent::of);
    if let Err(error) = detach() {
        eprintln!("libvirt-sandbox-reaper: can't leave the client's session: {error}");
        return ExitCode::FAILURE;
    }
    if let Some(estate) = client::wait(&arguments, &client) {
        if let Some(terminal) = terminal {
            terminal.restore();
        }
        clean_up(&arguments, estate);
    }
    ExitCode::SUCCESS
}

/// Leaves everything that is the client's: its session, signals, directory and streams.
fn detach() -> io::Result<()> {
    for ignored in [Signal::SIGHUP, Signal::SIGINT, Signal::SIGTERM] {
        system::ignore(ignored)?;
    }
    match setsid() {
        // It has a process group of its own already.
        Ok(_) | Err(Errno::EPERM) => {}
        Err(errno) => return Err(errno.into()),
    }
    chdir("/")?;
    let null = OpenOptions::new().write(true).open("/dev/null")?;
    dup2_stdout(null.as_fd())?;
    drop(null);
    dup2_stderr(io::stdout())?;
    Ok(())
}

/// Kills and removes what the client had.
fn clean_up(arguments: &Arguments, estate: Estate) {
    let Estate {
        mut lock,
        processes,
    } = estate;
    if let Some(root) = &arguments.embedded_root {
        if arguments.remove_root {
            let lock = lock.take_if(|_| arguments.state_dir.is_none());
            end_driver(root, lock);
        } else if let Some(name) = arguments.state_dir.as_deref().and_then(Path::file_name) {
            // It has watched for longer than the machine has run.
            let since = start_of(Pid::this()).unwrap_or(u64::MAX);
            machines::end_of_client(root, &name.to_string_lossy(), since);
        }
    }
    if let Some(state_dir) = &arguments.state_dir
        && let Some(lock) = take_over(state_dir, lock)
    {
        // There is nobody to tell.
        let _ = lock.remove();
    }
    for process in processes {
        // libvirt and the guest see the client's end, too, unless it has left copies of itself.
        if !process.wait_for_end(TIMEOUT.into()) {
            process.kill();
        }
    }
}

/// Kills what a driver of the client's own has started, and removes its directory.
fn end_driver(root: &Path, lock: Option<OwnedFd>) {
    let Some(mut lock) = take_over(root, lock) else {
        return;
    };
    // Where it can't be moved, nothing can be removed either.
    let _ = lock.move_away();
    machines::end_all(lock.path());
    // There is nobody to tell.
    let _ = lock.remove();
}

/// Holds the name of a directory as its client had, unless another client has taken it since. Where there is no lock there may be
/// a directory that the client has only begun to make.
fn take_over(path: &Path, lock: Option<OwnedFd>) -> Option<NameLock> {
    let inherited = lock.and_then(|lock| NameLock::inherit(path, lock).ok().flatten());
    let lock = inherited.or_else(|| NameLock::try_take_over(path).ok().flatten());
    if lock.is_none() {
        sandbox_state::discard(path);
    }
    lock
}
