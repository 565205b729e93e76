//! The payload of a frame on its way from the program's pipe to the host, whose pages change hands instead of being copied.

use std::os::fd::{AsFd, OwnedFd};

use nix::errno::Errno;
use nix::fcntl::{OFlag, SpliceFFlags, splice};
use nix::unistd::pipe2;

/// What was promised to the host and is not yet sent: a pipe that nobody else can take anything from.
pub struct Payload {
    reader: OwnedFd,
    writer: OwnedFd,
    length: usize,
}

impl Payload {
    /// An empty one.
    pub fn new() -> nix::Result<Self> {
        let (reader, writer) = pipe2(OFlag::O_CLOEXEC | OFlag::O_NONBLOCK)?;
        Ok(Self {
            reader,
            writer,
            length: 0,
        })
    }

    /// How many bytes it has.
    pub fn len(&self) -> usize {
        self.length
    }

    /// Takes what `source`, a pipe, has right now, at most `limit` bytes and at most one pipe full; says how many.
    pub fn take(&mut self, source: impl AsFd, limit: usize) -> nix::Result<usize> {
        let taken = move_pages(source, &self.writer, limit)?;
        self.length += taken;
        Ok(taken)
    }

    /// Gives what `sink` takes right now; says how many bytes.
    pub fn give(&mut self, sink: impl AsFd) -> nix::Result<usize> {
        let given = move_pages(&self.reader, sink, self.length)?;
        self.length -= given;
        Ok(given)
    }
}

fn move_pages(from: impl AsFd, to: impl AsFd, limit: usize) -> nix::Result<usize> {
    let flags = SpliceFFlags::SPLICE_F_MOVE | SpliceFFlags::SPLICE_F_NONBLOCK;
    loop {
        match splice(&from, None, &to, None, limit, flags) {
            Err(Errno::EINTR) => {}
            result => return result,
        }
    }
}
