//! The caller's terminal: raw while a console is attached, and as it was after, whatever happens.

use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};

use nix::sys::termios::{SetArg, Termios, cfmakeraw, tcgetattr, tcsetattr};
use nix::unistd::isatty;
use sandbox_plan::WindowSize;
use terminal_size::{Height, Width, terminal_size_of};

/// A terminal in raw mode. It gets its former settings back when this is dropped.
#[derive(Debug)]
pub struct RawTerminal {
    fd: OwnedFd,
    former: Termios,
}

impl RawTerminal {
    /// The terminal's present size, if it knows one.
    pub fn size(&self) -> Option<WindowSize> {
        let (Width(columns), Height(rows)) = terminal_size_of(&self.fd)?;
        Some(WindowSize { rows, columns })
    }

    /// Puts the terminal behind `fd` in raw mode; `None` when there is no terminal.
    pub fn enter(fd: BorrowedFd<'_>) -> io::Result<Option<Self>> {
        if !isatty(fd).unwrap_or(false) {
            return Ok(None);
        }
        let former = tcgetattr(fd)?;
        let fd = fd.try_clone_to_owned()?;
        let mut raw = former.clone();
        cfmakeraw(&mut raw);
        tcsetattr(&fd, SetArg::TCSADRAIN, &raw)?;
        Ok(Some(Self { fd, former }))
    }
}

impl Drop for RawTerminal {
    fn drop(&mut self) {
        // A terminal that is gone needs no settings.
        let _ = tcsetattr(&self.fd, SetArg::TCSADRAIN, &self.former);
    }
}
