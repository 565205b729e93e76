//! The terminal of a client that can't restore it any more.

use std::os::fd::{AsFd, OwnedFd};

use nix::sys::termios::{SetArg, Termios, tcgetattr, tcsetattr};

/// A terminal and the settings that it has to get back.
pub struct Terminal {
    fd: OwnedFd,
    settings: Termios,
}

impl Terminal {
    /// The terminal behind `stream`, if it is one.
    pub fn of(stream: impl AsFd) -> Option<Self> {
        let settings = tcgetattr(stream.as_fd()).ok()?;
        let fd = stream.as_fd().try_clone_to_owned().ok()?;
        Some(Self { fd, settings })
    }

    /// Gives the settings back. This process is in a session of its own: no job control stops it.
    pub fn restore(self) {
        // A terminal that is gone needs none.
        let _ = tcsetattr(&self.fd, SetArg::TCSANOW, &self.settings);
    }
}
