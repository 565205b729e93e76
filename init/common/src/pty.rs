//! The terminal of the program: a pseudo-terminal of the sandbox's own devpts.

use std::os::fd::OwnedFd;
use std::os::unix::fs::fchown;

use nix::fcntl::OFlag;
use nix::sys::stat::{Mode, fchmod};
use sandbox_plan::{Identity, WindowSize};

use crate::error::{Error, OrError};
use crate::system::{open_slave, resize};

/// The group that may write to terminals, on every distribution.
const TTY_GROUP: u32 = 5;

/// A pseudo-terminal.
pub struct Pty {
    /// The side of the first process; non-blocking.
    pub master: OwnedFd,
    /// The side of the program. While it is open the master never reports a hang-up, so that output of background
    /// processes that open the terminal later is not lost either.
    pub slave: OwnedFd,
}

/// Makes the pseudo-terminal of `master` one that belongs to the user of `identity`.
pub fn make(master: OwnedFd, identity: &Identity, size: Option<WindowSize>) -> Result<Pty, Error> {
    let flags = OFlag::O_RDWR | OFlag::O_NOCTTY | OFlag::O_CLOEXEC;
    let slave = open_slave(&master, flags).or_error(|| "open a pseudo-terminal".into())?;
    fchown(&slave, Some(identity.uid), Some(TTY_GROUP))
        .or_error(|| format!("give the terminal to user {}", identity.uid))?;
    fchmod(&slave, Mode::from_bits_truncate(0o620))
        .or_error(|| "set the mode of the terminal".into())?;
    if let Some(size) = size {
        resize(&master, size).or_error(|| "set the size of the terminal".into())?;
    }
    Ok(Pty { master, slave })
}
