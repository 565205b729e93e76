//! Cleans up after a client that was killed: waits for the end of its standard input, which only the client holds.

mod arguments;
mod control_groups;
mod guest_log;
mod machines;
mod process;
mod terminal;
mod tree;

use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd, RawFd};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::ExitCode;

use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg, OFlag};
use nix::libc;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{SigHandler, Signal, signal};
use nix::unistd::{chdir, dup2_stderr, dup2_stdout, setsid};

use arguments::Arguments;
use guest_log::GuestLog;
use process::Process;
use terminal::Terminal;

/// How often everything is looked over again while something is found.
const ROUNDS: usize = 100;

/// What the client says when its machine has a log.
const LOG: &[u8; 1] = b"l";

fn main() -> ExitCode {
    let arguments = match Arguments::parse(std::env::args_os().skip(1)) {
        Ok(arguments) => arguments,
        Err(message) => {
            eprintln!("libvirt-sandbox-reaper: {message}");
            return ExitCode::from(2);
        }
    };
    close_others();
    let terminal = arguments
        .terminal
        .then(|| Terminal::of(io::stderr()))
        .flatten();
    let client = arguments.client.and_then(Process::parent);
    if let Err(error) = detach() {
        eprintln!("libvirt-sandbox-reaper: can't leave the client's session: {error}");
        return ExitCode::FAILURE;
    }
    if !dismissed(&arguments) {
        if let Some(client) = client {
            // Its files are closed one after the other: the lock may still be held.
            client.wait_for_end(PollTimeout::NONE);
        }
        if let Some(terminal) = terminal {
            terminal.restore();
        }
        clean_up(&arguments);
    }
    ExitCode::SUCCESS
}

/// Closes what the client left open by mistake.
fn close_others() {
    // SAFETY: no object of this process owns a descriptor above the standard ones yet. Without the call, which older
    // kernels lack, they stay open.
    unsafe { libc::syscall(libc::SYS_close_range, 3, RawFd::MAX, 0) };
}

/// Leaves everything that is the client's: its session, signals, directory and streams.
fn detach() -> io::Result<()> {
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
    let null = OpenOptions::new().write(true).open("/dev/null")?;
    dup2_stdout(null.as_fd())?;
    drop(null);
    dup2_stderr(io::stdout())?;
    Ok(())
}

/// Waits for the client: whether it said that it cleaned up itself, instead of just being gone. Before that it may say that there is
/// a log to look after.
fn dismissed(arguments: &Arguments) -> bool {
    let mut stdin = io::stdin().lock();
    let (mut log, mut said) = (None, [0]);
    loop {
        if let Some(log) = &log {
            wait_and_look(stdin.as_fd(), log);
        }
        match stdin.read(&mut said) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Ok(1) if said == *LOG => {
                // Without a watch the log is as long as it gets.
                log = arguments
                    .state_dir
                    .as_deref()
                    .and_then(|path| GuestLog::of(path).ok());
            }
            result => return matches!(result, Ok(1)),
        }
    }
}

/// Looks after the log of the client's machine until `client` can be read from.
fn wait_and_look(client: BorrowedFd<'_>, log: &GuestLog) {
    let watched = |fd| PollFd::new(fd, PollFlags::POLLIN);
    let mut fds = [watched(client), watched(log.as_fd())];
    loop {
        match poll(&mut fds, PollTimeout::NONE) {
            Err(Errno::EINTR) => continue,
            Ok(_) if fds[0].any() == Some(false) => log.look(),
            _ => return,
        }
    }
}

/// Kills and removes until a look after the removal finds nothing new.
///
/// A child of the client that had not become QEMU yet is not to be recognized. But it can't get far: without its
/// directory QEMU makes neither its pid file nor its monitor socket and ends.
fn clean_up(arguments: &Arguments) {
    let lock = arguments.state_dir.as_deref().map(take_over);
    for _ in 0..ROUNDS {
        if let Some(root) = &arguments.embedded_root {
            while machines::kill_using(root) {}
            if arguments.remove_root {
                tree::remove(root);
            }
        }
        if let (Some(state_dir), Some(Ok(_))) = (&arguments.state_dir, &lock) {
            tree::remove_targets(&state_dir.join("outside"));
            tree::remove_with(state_dir, c"lock");
        }
        if !arguments
            .embedded_root
            .as_deref()
            .is_some_and(machines::kill_using)
        {
            return;
        }
    }
}

/// Locks the state directory as its client had, unless another client has taken it since.
fn take_over(state_dir: &Path) -> Result<Option<Flock<File>>, Errno> {
    let lock = OpenOptions::new()
        .write(true)
        .custom_flags(OFlag::O_NOFOLLOW.bits())
        .open(state_dir.join("lock"));
    match lock {
        Ok(lock) => Flock::lock(lock, FlockArg::LockExclusiveNonblock)
            .map(Some)
            .map_err(|(_, errno)| errno),
        // The client did not get that far.
        Err(_) => Ok(None),
    }
}
