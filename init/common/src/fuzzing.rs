//! Readers of what somebody else wrote, for the fuzz targets alone: they are no part of the crate's interface.

use std::io::{self, Read};
use std::path::Path;

pub use crate::dhcp::Lease;
pub use crate::dhcp::fuzzing::obtain;

/// Unpacks an archive into the directory `target`.
pub fn unpack(archive: impl Read, target: &Path) -> io::Result<()> {
    crate::archive::unpack_from(archive, target)
}
