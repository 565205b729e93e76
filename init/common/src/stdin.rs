//! Standard input of the program: what the host sent and the program has not taken yet.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use nix::errno::Errno;
use nix::sys::termios::{SpecialCharacterIndices, tcgetattr};
use nix::unistd::write;
use sandbox_plan::{Outbox, WINDOW, Window, WireError};

/// Credit is given back in steps of this size, so that small writes don't cost a message each.
const CREDIT_STEP: usize = WINDOW / 8;

/// The characters that end the input on a terminal.
const END: usize = 2;

/// The writing side of the program's standard input.
pub struct Stdin {
    fd: Option<OwnedFd>,
    tty: bool,
    window: Window,
    pending: Outbox,
    /// Bytes from the host that are among the pending ones; the rest is the end-of-file character.
    owed: usize,
    consumed: usize,
    ended: bool,
    at_line_start: bool,
}

impl Stdin {
    /// Writes to `fd`, which is non-blocking; a terminal stays open at the end of the input. Without one nobody reads.
    pub fn new(fd: Option<OwnedFd>, tty: bool) -> Self {
        Self {
            fd,
            tty,
            window: Window::new(),
            pending: Outbox::new(WINDOW + END),
            owed: 0,
            consumed: 0,
            ended: false,
            at_line_start: true,
        }
    }

    /// Its pipe, if it is one.
    pub fn pipe(&self) -> Option<BorrowedFd<'_>> {
        self.fd.as_ref().filter(|_| !self.tty).map(AsFd::as_fd)
    }

    /// Takes data from the host.
    pub fn receive(&mut self, data: &[u8]) -> Result<(), WireError> {
        self.window.consume(data.len())?;
        self.owed += data.len();
        if self.fd.is_none() || self.ended {
            self.consume(data.len());
            return Ok(());
        }
        if let Some(last) = data.last() {
            self.at_line_start = matches!(last, b'\n' | b'\r');
        }
        // The usual case takes no copy: the program has room.
        let taken = if self.pending.is_empty() {
            self.write(data)
        } else {
            0
        };
        if self.fd.is_some() {
            // The window is as large as what may wait.
            let pushed = self.pending.push(&data[taken..]);
            pushed.map_err(|_| WireError::CreditExceeded)?;
        } else {
            self.consume(data.len() - taken);
        }
        Ok(())
    }

    /// The host has no more.
    pub fn end(&mut self) {
        if std::mem::replace(&mut self.ended, true) {
            return;
        }
        if self.tty {
            self.push_end_of_file();
        }
        self.flush();
    }

    /// The program gets no more.
    pub fn close(&mut self) {
        self.fd = None;
        self.forget();
    }

    /// Writes what the program takes right now.
    pub fn flush(&mut self) {
        if let Some(fd) = &self.fd {
            let before = self.pending.len();
            // Nobody reads on.
            let is_over = self.pending.write_to(fd).is_err();
            self.consume(before - self.pending.len());
            if is_over {
                self.close();
            }
        }
        if self.ended && !self.tty && self.pending.is_empty() {
            self.fd = None;
        }
    }

    /// Credit to give back to the host, once it is worth a message.
    pub fn credit(&mut self) -> Option<u32> {
        if self.consumed < CREDIT_STEP {
            return None;
        }
        let bytes = u32::try_from(std::mem::take(&mut self.consumed)).ok()?;
        // What was taken from the window can be given back to it.
        self.window.grant(bytes).ok()?;
        Some(bytes)
    }

    /// What to wait on for room.
    pub fn blocked(&self) -> Option<BorrowedFd<'_>> {
        self.fd
            .as_ref()
            .filter(|_| !self.pending.is_empty())
            .map(AsFd::as_fd)
    }

    fn write(&mut self, data: &[u8]) -> usize {
        let mut taken = 0;
        while let Some(fd) = self.fd.as_ref().filter(|_| taken < data.len()) {
            match write(fd, &data[taken..]) {
                Ok(0) | Err(Errno::EAGAIN) => break,
                Ok(length) => {
                    taken += length;
                    self.consume(length);
                }
                Err(Errno::EINTR) => {}
                Err(_) => self.fd = None,
            }
        }
        taken
    }

    /// Drops what is pending, for credit as if it had been read.
    fn forget(&mut self) {
        self.consume(self.pending.len());
        self.pending.clear();
    }

    fn consume(&mut self, bytes: usize) {
        let bytes = bytes.min(self.owed);
        self.owed -= bytes;
        self.consumed += bytes;
    }

    /// A terminal ends by its end-of-file character: once on an empty line, and once more where the first only hands over
    /// the unfinished line.
    fn push_end_of_file(&mut self) {
        let Some(settings) = self.fd.as_ref().and_then(|fd| tcgetattr(fd).ok()) else {
            return;
        };
        let character = settings.control_chars[SpecialCharacterIndices::VEOF as usize];
        let times = if self.at_line_start { 1 } else { END };
        // There is room for it beyond the window.
        let _ = self.pending.push(&[character; END][..times]);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;
    use crate::channel::set_nonblocking;

    fn pipe() -> (std::io::PipeReader, Stdin) {
        let (reader, writer) = std::io::pipe().unwrap();
        set_nonblocking(&writer).unwrap();
        (reader, Stdin::new(Some(writer.into()), false))
    }

    #[test]
    fn keeps_what_the_program_does_not_take_and_then_ends() {
        let (mut reader, mut stdin) = pipe();
        let data: Vec<u8> = (0..WINDOW).map(|index| index as u8).collect();
        stdin.receive(&data).unwrap();
        stdin.end();
        assert!(stdin.blocked().is_some());
        let mut seen = vec![0; WINDOW];
        let mut length = 0;
        while length < WINDOW {
            length += reader.read(&mut seen[length..]).unwrap();
            stdin.flush();
        }
        assert_eq!(seen, data);
        assert_eq!(reader.read(&mut seen).unwrap(), 0);
    }

    #[test]
    fn refuses_more_than_was_granted() {
        let (_reader, mut stdin) = pipe();
        stdin.receive(&vec![0; WINDOW]).unwrap();
        assert_eq!(stdin.receive(b"x"), Err(WireError::CreditExceeded));
    }

    #[test]
    fn gives_credit_for_what_nobody_reads_any_more() {
        let (reader, mut stdin) = pipe();
        stdin.receive(&vec![0; WINDOW]).unwrap();
        drop(reader);
        stdin.flush();
        assert!(stdin.blocked().is_none());
        assert_eq!(stdin.credit(), Some(WINDOW as u32));
        stdin.receive(&vec![0; WINDOW]).unwrap();
        assert_eq!(stdin.credit(), Some(WINDOW as u32));
    }
}
