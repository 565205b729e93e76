//! Where a sandbox runs when nobody said it.

use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use nix::unistd::geteuid;

use super::kvm;
use super::settings::setting;

/// A default, in the order in which they are considered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DefaultUri {
    /// What the environment or libvirt's client configuration names.
    Configured(String),
    /// The libvirt daemon that answers, unless it needs a minute for each machine.
    Daemon(&'static str),
    /// Nothing is configured, and there is no such daemon: the embedded driver.
    Embedded,
}

impl DefaultUri {
    /// Finds out.
    pub fn find() -> Self {
        let variable = std::env::var("LIBVIRT_DEFAULT_URI")
            .ok()
            .filter(|uri| !uri.is_empty());
        if let Some(uri) = variable.or_else(|| configured(&client_configuration())) {
            return Self::Configured(uri);
        }
        let (directory, uri) = if geteuid().is_root() {
            (PathBuf::from("/run/libvirt"), "qemu:///system")
        } else {
            (glib::user_runtime_dir().join("libvirt"), "qemu:///session")
        };
        // A start there would take a minute.
        let is_slow = || geteuid().is_root() && kvm::excluded().is_some();
        if answers(&directory) && !is_slow() {
            Self::Daemon(uri)
        } else {
            Self::Embedded
        }
    }
}

fn client_configuration() -> PathBuf {
    if geteuid().is_root() {
        return PathBuf::from("/etc/libvirt/libvirt.conf");
    }
    glib::user_config_dir().join("libvirt/libvirt.conf")
}

/// The value of `uri_default`.
pub(crate) fn configured(file: &Path) -> Option<String> {
    setting(file, "uri_default")
}

fn answers(directory: &Path) -> bool {
    ["virtqemud-sock", "libvirt-sock"]
        .iter()
        .any(|name| UnixStream::connect(directory.join(name)).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::net::UnixListener;

    #[test]
    fn reads_the_client_configuration() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("libvirt.conf");
        assert_eq!(configured(&file), None);
        fs::write(&file, "# uri_default = \"xen:///\"\nuri_aliases = [ ]\n").unwrap();
        assert_eq!(configured(&file), None);
        fs::write(&file, "uri_default = \"lxc:///\" # comment\n").unwrap();
        assert_eq!(configured(&file).as_deref(), Some("lxc:///"));
        fs::write(
            &file,
            "uri_default = 'lxc:///'\nuri_default=\"qemu:///session\"\n",
        )
        .unwrap();
        assert_eq!(configured(&file).as_deref(), Some("qemu:///session"));
    }

    #[test]
    fn a_socket_that_nobody_listens_on_is_no_daemon() {
        let dir = tempfile::tempdir().unwrap();
        let socket = dir.path().join("libvirt-sock");
        let listener = UnixListener::bind(&socket).unwrap();
        assert!(answers(dir.path()));
        drop(listener);
        assert!(socket.exists());
        assert!(!answers(dir.path()));
    }
}
