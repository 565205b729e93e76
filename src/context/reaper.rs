//! The process that outlives a killed client and removes what it left.

use std::io::{self, IoSlice, IsTerminal};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use nix::errno::Errno;
use nix::sys::socket::{ControlMessage, MsgFlags, send, sendmsg};

use crate::helpers::Helper;

/// A watching reaper. It acts when this process dies without having dropped this, or when it is to be kept.
#[derive(Debug)]
pub struct Reaper {
    child: Child,
    /// Its standard input. Unlike a pipe it can be written to without a signal when nobody is at the other end.
    line: UnixStream,
    is_needed: bool,
}

/// What a reaper does.
#[derive(Clone, Copy, Debug, Default)]
pub struct Duty<'a> {
    /// Removes this state directory, unless somebody else has taken it over.
    pub state_dir: Option<&'a Path>,
    /// Kills the virtual machine of the embedded driver in this directory that the state directory is for, or all of them if
    /// the directory goes, too.
    pub embedded_root: Option<&'a Path>,
    /// Removes that directory, too.
    pub remove_root: bool,
    /// Gives the terminal on standard input, if there is one, its present settings back.
    pub terminal: bool,
}

impl Reaper {
    /// Has `duty` done when this process dies.
    pub fn watch(duty: Duty<'_>) -> io::Result<Self> {
        let program = Helper::Reaper.path();
        let mut command = command(&program, duty);
        command.arg("--client").arg(std::process::id().to_string());
        let stdin = io::stdin();
        if duty.terminal && stdin.is_terminal() {
            command
                .arg("--terminal")
                .stderr(stdin.as_fd().try_clone_to_owned()?);
        } else {
            command.stderr(Stdio::null());
        }
        let (line, stdin) = UnixStream::pair()?;
        let child = command
            .stdin(OwnedFd::from(stdin))
            .stdout(Stdio::null())
            .spawn()
            .map_err(|error| {
                io::Error::new(error.kind(), format!("{}: {error}", program.display()))
            })?;
        Ok(Self {
            child,
            line,
            is_needed: false,
        })
    }

    /// Has it keep the log of a machine short, which is there from now on.
    pub fn watch_log(&self) {
        // One that is gone watches nothing, which is told when it is dismissed.
        let _ = self.say(b"l");
    }

    /// Has it hold the lock of the directory that it is to remove: so nobody can take that in between, and no copy of this process
    /// keeps it.
    pub fn share_lock(&self, lock: BorrowedFd<'_>) {
        // One that is gone takes over nothing.
        let _ = self.pass(b"k", lock);
    }

    /// Has it end the process `process`, if that does not end by itself.
    pub fn share_process(&self, process: BorrowedFd<'_>) {
        let _ = self.pass(b"p", process);
    }

    fn pass(&self, message: &[u8], descriptor: BorrowedFd<'_>) -> io::Result<()> {
        let descriptors = [descriptor.as_raw_fd()];
        let control = [ControlMessage::ScmRights(&descriptors)];
        let message = [IoSlice::new(message)];
        let flags = MsgFlags::MSG_NOSIGNAL;
        sendmsg::<()>(self.line.as_raw_fd(), &message, &control, flags, None)?;
        Ok(())
    }

    fn say(&self, message: &[u8]) -> io::Result<()> {
        send(self.line.as_raw_fd(), message, MsgFlags::MSG_NOSIGNAL)?;
        Ok(())
    }

    /// Leaves to it what this process could not do itself: it acts when this process dies, whatever becomes of this.
    pub fn keep(&mut self) {
        self.is_needed = true;
    }
}

/// Has `duty` done now, for a process that died before, and waits for the end of that.
pub(super) fn clean_up_now(duty: Duty<'_>) -> io::Result<()> {
    command(&Helper::Reaper.path(), duty)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .map(drop)
}

fn command(program: &Path, duty: Duty<'_>) -> Command {
    let mut command = Command::new(program);
    if let Some(directory) = duty.state_dir {
        command.arg("--state-dir").arg(directory);
    }
    if let Some(root) = duty.embedded_root {
        command.arg("--embedded-root").arg(root);
    }
    if duty.remove_root {
        command.arg("--remove-root");
    }
    command
}

impl Drop for Reaper {
    fn drop(&mut self) {
        if self.is_needed {
            return;
        }
        let dismissed = self.say(b".").and_then(|()| match self.child.wait() {
            // The program waits for all its children, or for none.
            Err(error) if error.raw_os_error() == Some(Errno::ECHILD as i32) => Ok(()),
            ended => ended.map(drop),
        });
        if let Err(error) = dismissed {
            glib::g_warning!(
                crate::log::LOG_DOMAIN,
                "{}",
                tr!("cannot dismiss the reaper: {error}", error)
            );
        }
    }
}
