//! The log of a guest in a file of the host: the guest writes as much as it likes, and the file keeps the end of it.

use std::fs::File;
use std::io;

use rustix::fs::{FallocateFlags, fallocate};

/// How much room it may take, in bytes.
pub const LIMIT: u64 = 2 << 20;

/// How much is kept of its end, in bytes, when it takes more.
pub const KEPT: u64 = 1 << 20;

/// Gives back the room of all but the end of `log`. Its length stays: who writes or reads goes on where it was.
///
/// # Errors
/// When the file is not open for writing, or its file system knows no holes.
pub fn shorten(log: &File) -> io::Result<()> {
    let surplus = log.metadata()?.len().saturating_sub(KEPT);
    if surplus == 0 {
        return Ok(());
    }
    let flags = FallocateFlags::PUNCH_HOLE | FallocateFlags::KEEP_SIZE;
    Ok(fallocate(log, flags, 0, surplus)?)
}
