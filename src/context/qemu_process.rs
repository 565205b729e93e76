//! Finds the QEMU of a machine among the processes of the host.

use std::fs;
use std::path::{Path, PathBuf};

/// The process IDs, with their directories in `/proc`, of those that have `path` in their command line. Where the host hides
/// processes from their neighbours nothing is found.
pub(super) fn told(path: &Path) -> impl Iterator<Item = (u32, PathBuf)> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path())))
        .filter(move |(_, process)| is_told(process, path))
}

fn is_told(process: &Path, path: &Path) -> bool {
    let command = fs::read(process.join("cmdline")).unwrap_or_default();
    memchr::memmem::find(&command, path.as_os_str().as_encoded_bytes()).is_some()
}
