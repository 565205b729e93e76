//! Cleans up after a client, however it ended: waits for the end of its standard input, which only the client holds.

mod arguments;
mod processes;
mod tree;

use std::fs::OpenOptions;
use std::io::{self, Read};
use std::os::fd::{AsFd, RawFd};
use std::process::ExitCode;

use nix::errno::Errno;
use nix::libc;
use nix::sys::signal::{SigHandler, Signal, signal};
use nix::unistd::{chdir, dup2_stderr, dup2_stdout, getppid, setsid};

use arguments::Arguments;

/// How often everything is looked over again while something is found.
const ROUNDS: usize = 100;

fn main() -> ExitCode {
    let arguments = match Arguments::parse(std::env::args_os().skip(1)) {
        Ok(arguments) => arguments,
        Err(message) => {
            eprintln!("libvirt-sandbox-reaper: {message}");
            return ExitCode::from(2);
        }
    };
    let client = getppid();
    if let Err(error) = detach(arguments.lock_fd) {
        eprintln!("libvirt-sandbox-reaper: can't leave the client's session: {error}");
        return ExitCode::FAILURE;
    }
    wait_for_end();
    clean_up(&arguments, client);
    ExitCode::SUCCESS
}

/// Leaves everything that is the client's: its session, signals, directory and files.
fn detach(lock_fd: Option<RawFd>) -> io::Result<()> {
    for ignored in [Signal::SIGHUP, Signal::SIGINT, Signal::SIGTERM] {
        // SAFETY: ignoring a signal installs no handler.
        unsafe { signal(ignored, SigHandler::SigIgn) }?;
    }
    match setsid() {
        // It has a process group of its own already.
        Ok(_) | Err(Errno::EPERM) => {}
        Err(errno) => return Err(errno.into()),
    }
    chdir("/")?;
    match lock_fd {
        Some(fd) => {
            close_range(3, fd - 1)?;
            close_range(fd + 1, RawFd::MAX)?;
        }
        None => close_range(3, RawFd::MAX)?,
    }
    let null = OpenOptions::new().write(true).open("/dev/null")?;
    dup2_stdout(null.as_fd())?;
    drop(null);
    dup2_stderr(io::stdout())?;
    Ok(())
}

fn close_range(first: RawFd, last: RawFd) -> io::Result<()> {
    if first > last {
        return Ok(());
    }
    // SAFETY: no object of this process owns a descriptor above the standard ones.
    Errno::result(unsafe { libc::syscall(libc::SYS_close_range, first, last, 0) })?;
    Ok(())
}

fn wait_for_end() {
    let mut ignored = [0; 64];
    let mut stdin = io::stdin().lock();
    while !matches!(stdin.read(&mut ignored), Ok(0) | Err(_)) {}
}

/// Kills and removes until a look after the removal finds nothing new.
///
/// A child of the client that had not become QEMU yet is not to be recognized. But it can't get far: without its
/// directory QEMU makes neither its pid file nor its monitor socket and ends.
fn clean_up(arguments: &Arguments, client: nix::unistd::Pid) {
    for _ in 0..ROUNDS {
        if let Some(root) = &arguments.embedded_root {
            while processes::kill_using(root, client) {}
            tree::remove(root);
        }
        tree::remove(&arguments.state_dir);
        let late = arguments
            .embedded_root
            .as_ref()
            .is_some_and(|root| processes::kill_using(root, client));
        if !late {
            return;
        }
    }
}
