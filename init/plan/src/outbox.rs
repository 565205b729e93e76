//! What waits to be written to somebody who takes it at a pace of his own, in memory that has a bound and is given back.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, IoSlice};
use std::os::fd::AsFd;

use nix::sys::uio::writev;

use thiserror::Error;

use crate::put::Put;
use crate::wire::{HEADER_SIZE, MAX_PAYLOAD};

/// What an empty queue keeps for the next time.
const KEPT: usize = 64 * 1024;

/// So much waits already that nothing more is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("nothing of what is sent is taken")]
pub struct Full;

/// A queue of bytes with a limit.
///
/// What was written is gone at once, however much is left, so its memory depends on what waits and never on what has passed:
/// it is at most the limit and one frame.
#[derive(Debug)]
pub struct Outbox {
    queue: VecDeque<u8>,
    limit: usize,
}

impl Outbox {
    /// An empty queue, which takes more as long as less than `limit` bytes wait.
    pub const fn new(limit: usize) -> Self {
        Self {
            queue: VecDeque::new(),
            limit,
        }
    }

    /// How many bytes wait.
    pub fn len(&self) -> usize {
        self.queue.len()
    }

    /// Whether everything was written.
    pub fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// How many bytes of memory it has.
    pub fn capacity(&self) -> usize {
        self.queue.capacity()
    }

    /// Room for one message.
    ///
    /// # Errors
    /// When the limit is reached.
    pub fn room(&mut self) -> Result<Room<'_>, Full> {
        if self.len() < self.limit {
            Ok(Room(self))
        } else {
            Err(Full)
        }
    }

    /// Appends `data`.
    ///
    /// # Errors
    /// When there would be more than the limit.
    pub fn push(&mut self, data: &[u8]) -> Result<(), Full> {
        if data.len() > self.limit - self.len().min(self.limit) {
            return Err(Full);
        }
        self.append(data);
        Ok(())
    }

    /// Forgets what waits.
    pub fn clear(&mut self) {
        self.queue = VecDeque::new();
    }

    /// Writes what `fd` takes right now.
    ///
    /// # Errors
    /// When writing fails; having no room, and being interrupted, are no failures.
    pub fn write_to(&mut self, fd: impl AsFd) -> io::Result<()> {
        self.write_with(|parts| Ok(writev(&fd, parts)?))
    }

    /// Writes what `write` takes right now, which gets what waits in one part or two and says how many bytes it took.
    ///
    /// # Errors
    /// When `write` fails; having no room, and being interrupted, are no failures.
    pub fn write_with(
        &mut self,
        mut write: impl FnMut(&[IoSlice<'_>]) -> io::Result<usize>,
    ) -> io::Result<()> {
        while !self.is_empty() {
            let (first, second) = self.queue.as_slices();
            let parts = [IoSlice::new(first), IoSlice::new(second)];
            let parts = &parts[..if second.is_empty() { 1 } else { 2 }];
            match write(parts) {
                Ok(0) => break,
                Ok(n) => drop(self.queue.drain(..n)),
                Err(e) if e.kind() == ErrorKind::WouldBlock => break,
                Err(e) if e.kind() == ErrorKind::Interrupted => (),
                Err(e) => return Err(e),
            }
        }
        if self.is_empty() && self.capacity() > KEPT {
            self.clear();
        }
        Ok(())
    }

    /// Makes room: twice as much as there was, but not beyond what may ever be needed.
    fn grow(&mut self, bytes: usize) {
        let needed = self.len() + bytes;
        if needed > self.capacity() {
            let most = self.limit + HEADER_SIZE + MAX_PAYLOAD;
            let wanted = needed.max(most.min(2 * self.capacity()));
            self.queue.reserve_exact(wanted - self.len());
        }
    }

    fn append(&mut self, bytes: &[u8]) {
        self.grow(bytes.len());
        self.queue.extend(bytes);
    }
}

/// Where one message is encoded to.
#[derive(Debug)]
pub struct Room<'a>(&'a mut Outbox);

impl Put for Room<'_> {
    fn reserve(&mut self, bytes: usize) {
        self.0.grow(bytes);
    }

    fn put(&mut self, bytes: &[u8]) {
        self.0.append(bytes);
    }
}

#[cfg(test)]
mod tests;
