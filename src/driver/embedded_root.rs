//! The root directory of an embedded driver, as QEMU needs it.

use std::io;
use std::path::Path;

use nix::unistd::geteuid;

/// Through which directories, below the root directory of a driver, QEMU passes to its own.
pub(crate) const WAY: [&str; 2] = ["lib", "lib/qemu"];

/// Anybody passes through such a directory, and only its owner looks around.
pub(crate) const OPEN: u32 = 0o711;

/// Lets QEMU, which for root is another user, pass through to its own files: libvirt makes the directories on the way with
/// the umask of this process.
pub(crate) fn let_emulator_through(root: &Path) -> io::Result<()> {
    if geteuid().is_root() {
        sandbox_state::allow(root, OPEN)?;
        for name in WAY {
            sandbox_state::allow(&root.join(name), OPEN)?;
        }
    }
    Ok(())
}
