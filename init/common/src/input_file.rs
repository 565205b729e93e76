//! Standard input of the program as a file in memory: one that it can seek in.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::fs::fchown;

use nix::sys::memfd::{MFdFlags, memfd_create};
use nix::sys::stat::{Mode, fchmod};
use sandbox_plan::{Identity, Window};

use crate::error::{Error, OrError};

/// The writing side of the file.
pub struct InputFile {
    file: File,
    /// How many bytes it may still get.
    room: usize,
    window: Window,
    consumed: u32,
}

impl InputFile {
    /// Makes an empty file for at most `length` bytes. The second result is the program's side of it: at its start, and
    /// read-only.
    pub fn new(length: u32, identity: &Identity) -> Result<(Self, OwnedFd), Error> {
        let action = || "make a file for standard input".to_owned();
        let fd = memfd_create(c"stdin", MFdFlags::MFD_CLOEXEC).or_error(action)?;
        let path = format!("/proc/self/fd/{}", fd.as_raw_fd());
        let reader = OpenOptions::new().read(true).open(path).or_error(action)?;
        // The user may also open it as /dev/stdin, but not for writing.
        fchmod(&fd, Mode::S_IRUSR).or_error(action)?;
        fchown(&fd, Some(identity.uid), Some(identity.gid)).or_error(action)?;
        let file = Self {
            file: fd.into(),
            room: usize::try_from(length).unwrap_or(usize::MAX),
            window: Window::new(),
            consumed: 0,
        };
        Ok((file, reader.into()))
    }

    /// Takes data from the host.
    pub fn receive(&mut self, data: &[u8]) -> Result<(), Error> {
        self.window.consume(data.len())?;
        self.room = self
            .room
            .checked_sub(data.len())
            .ok_or_else(|| Error::Unexpected("input beyond its announced length".into()))?;
        self.file
            .write_all(data)
            .or_error(|| "keep standard input in memory".into())?;
        self.consumed += data.len() as u32;
        Ok(())
    }

    /// Credit to give back to the host.
    pub fn credit(&mut self) -> Option<u32> {
        let bytes = std::mem::take(&mut self.consumed);
        // What was taken from the window can be given back to it.
        self.window.grant(bytes).ok()?;
        Some(bytes).filter(|bytes| *bytes > 0)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use nix::unistd::{getgid, getuid};
    use sandbox_plan::WINDOW;

    use super::*;

    fn file(length: usize) -> (InputFile, File) {
        let identity = Identity {
            uid: getuid().as_raw(),
            gid: getgid().as_raw(),
            groups: Vec::new(),
            capabilities: 0,
        };
        let (input, reader) = InputFile::new(length as u32, &identity).unwrap();
        (input, reader.into())
    }

    #[test]
    fn the_reader_starts_at_the_start_and_cannot_write() {
        let (mut input, mut reader) = file(5);
        input.receive(b"ab").unwrap();
        input.receive(b"cde").unwrap();
        let mut seen = String::new();
        reader.read_to_string(&mut seen).unwrap();
        assert_eq!(seen, "abcde");
        assert!(reader.write(b"x").is_err());
        let metadata = reader.metadata().unwrap();
        assert!(metadata.is_file() && metadata.len() == 5);
    }

    #[test]
    fn takes_no_more_than_was_announced() {
        let (mut input, reader) = file(2);
        input.receive(b"a").unwrap();
        let error = input.receive(b"bc").unwrap_err().to_string();
        assert!(error.ends_with("input beyond its announced length"));
        assert_eq!(reader.metadata().unwrap().len(), 1);
    }

    #[test]
    fn gives_back_the_credit_for_what_it_took() {
        let (mut input, _reader) = file(3 * WINDOW);
        assert_eq!(input.credit(), None);
        input.receive(&vec![0; WINDOW]).unwrap();
        assert!(input.receive(b"x").is_err(), "no credit was given yet");
        assert_eq!(input.credit(), Some(WINDOW as u32));
        assert_eq!(input.credit(), None);
        input.receive(&vec![0; WINDOW]).unwrap();
    }
}
