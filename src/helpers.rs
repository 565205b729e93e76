//! Where the static helper programs are.

use std::path::PathBuf;

/// A helper program that comes with the library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Helper {
    /// First process of a container.
    InitLxc,
    /// First process of a virtual machine.
    InitQemu,
    /// Cleans up on the host after a client that died.
    Reaper,
}

const DIRECTORY_VARIABLE: &str = "LIBVIRT_SANDBOX_LIBEXECDIR";
const INSTALLED_DIRECTORY: &str = match option_env!("LIBVIRT_SANDBOX_LIBEXECDIR") {
    Some(dir) => dir,
    None => "/usr/libexec",
};

impl Helper {
    /// Where the program is: in the directory that the environment names, else where it was installed.
    pub fn path(self) -> PathBuf {
        let directory = std::env::var_os(DIRECTORY_VARIABLE)
            .map_or_else(|| PathBuf::from(INSTALLED_DIRECTORY), PathBuf::from);
        directory.join(match self {
            Self::InitLxc => "libvirt-sandbox-init-lxc",
            Self::InitQemu => "libvirt-sandbox-init-qemu",
            Self::Reaper => "libvirt-sandbox-reaper",
        })
    }
}
