//! Sees to it that this process can open as many files as it needs.

use std::fs::File;
use std::io;

use thiserror::Error;

/// How many descriptors a client has open at a time besides the standard streams, and some to spare.
const NEEDED: usize = 64;

/// There are too few.
#[derive(Debug, Error)]
#[error(
    "{}",
    tr!(
        "this process can't open {needed} more files: raise the limit, `ulimit -n` ({reason})",
        needed = NEEDED,
        reason = .0,
    )
)]
pub struct TooFewDescriptors(io::Error);

/// Fails where the limit is too near. GLib, which needs some for its main loop, would end the process without them.
pub fn check() -> Result<(), TooFewDescriptors> {
    let open = || -> io::Result<Vec<File>> {
        let file = File::open("/dev/null")?;
        (1..NEEDED).map(|_| file.try_clone()).collect()
    };
    open().map(drop).map_err(TooFewDescriptors)
}
