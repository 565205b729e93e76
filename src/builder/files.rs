//! The files in the state directory of a sandbox.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::BuilderError;

/// The name of the plan in the guest's directory.
pub(crate) const PLAN: &str = "plan";

/// The name of the socket that the guest connects to, in the guest's directory.
pub(crate) const SOCKET: &str = "app.sock";

/// What the guest, or the emulator, gets to see of the state directory.
pub(crate) fn guest_dir(statedir: &Path) -> PathBuf {
    statedir.join("config")
}

/// The socket that the guest, or the emulator, connects to.
pub(crate) fn socket(statedir: &Path) -> PathBuf {
    guest_dir(statedir).join(SOCKET)
}

/// The saved configuration.
pub(crate) fn configuration(statedir: &Path) -> PathBuf {
    statedir.join("sandbox.cfg")
}

/// The initial RAM disk of a virtual machine.
pub(crate) fn initrd(statedir: &Path) -> PathBuf {
    statedir.join("initrd.img")
}

/// What a virtual machine's kernel and first process write.
pub(crate) fn log(statedir: &Path) -> PathBuf {
    statedir.join("console.log")
}

/// Makes the guest's directory, unless it is there.
pub(crate) fn make_guest_dir(statedir: &Path) -> Result<PathBuf, BuilderError> {
    let directory = guest_dir(statedir);
    match DirBuilder::new().mode(0o711).create(&directory) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => (),
        made => made.map_err(BuilderError::write(&directory))?,
    }
    Ok(directory)
}

/// Writes the plan, which holds the program's environment.
pub(crate) fn write_plan(statedir: &Path, plan: &[u8]) -> Result<(), BuilderError> {
    write_private(&make_guest_dir(statedir)?.join(PLAN), plan)
}

/// Writes what is nobody else's business.
pub(crate) fn write_private(path: &Path, content: &[u8]) -> Result<(), BuilderError> {
    let write = || {
        // A builder may be asked a second time.
        if path.exists() {
            fs::remove_file(path)?;
        }
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)?
            .write_all(content)
    };
    write().map_err(BuilderError::write(path))
}
