//! The terminal of the program: a pseudo-terminal of the sandbox's own devpts.

use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::fs::fchown;

use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::libc;
use nix::sys::stat::{Mode, fchmod};
use sandbox_plan::{Identity, WindowSize};

use crate::error::{Error, OrError};

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

/// Sets the size of a terminal, which signals the processes on it.
pub fn resize(master: &OwnedFd, size: WindowSize) -> nix::Result<()> {
    let size = libc::winsize {
        ws_row: size.rows,
        ws_col: size.columns,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    // SAFETY: TIOCSWINSZ reads one winsize, which outlives the call.
    Errno::result(unsafe { libc::ioctl(master.as_raw_fd(), libc::TIOCSWINSZ, &size) }).map(drop)
}

/// Makes a terminal the controlling one of the calling session leader.
pub fn control(terminal: &OwnedFd) -> nix::Result<()> {
    // SAFETY: TIOCSCTTY takes an int by value.
    Errno::result(unsafe { libc::ioctl(terminal.as_raw_fd(), libc::TIOCSCTTY, 0) }).map(drop)
}

/// Opens the program's side of the terminal `master`.
pub fn open_slave(master: &OwnedFd, flags: OFlag) -> nix::Result<OwnedFd> {
    let unlocked: libc::c_int = 0;
    // SAFETY: TIOCSPTLCK reads one int, which outlives the call.
    Errno::result(unsafe { libc::ioctl(master.as_raw_fd(), libc::TIOCSPTLCK, &unlocked) })?;
    // SAFETY: TIOCGPTPEER takes open flags by value and returns a new descriptor.
    let fd = unsafe { libc::ioctl(master.as_raw_fd(), libc::TIOCGPTPEER, flags.bits()) };
    let fd = Errno::result(fd)?;
    // SAFETY: the call above returned this descriptor and nothing else owns it.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}
