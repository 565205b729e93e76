//! The drivers of libvirt: which one a connection leads to, told from its URI, and where they have their files.

pub(crate) mod embedded_root;

use std::path::PathBuf;

use glib::UriFlags;
use nix::unistd::geteuid;
use thiserror::Error;

use sandbox_gettext::translate;

/// Where the controllers that libvirt runs containers in have their sockets.
pub(crate) const CONTROLLER_SOCKETS: &str = "/run/libvirt/lxc";

/// A hypervisor driver of libvirt that sandboxes can run on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Driver {
    /// LXC containers of the system's libvirt.
    Container,
    /// QEMU or KVM virtual machines.
    Machine(Placement),
}

/// Where the QEMU driver runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Placement {
    /// In the system's libvirt daemon: QEMU runs as a user of its own.
    System,
    /// In the calling user's libvirt daemon: QEMU runs as that user. Root's is that of the system.
    Session,
    /// In this very process, with its files below `root`.
    Embedded {
        /// The directory that libvirt keeps its files in.
        root: PathBuf,
    },
}

impl Placement {
    /// Whether libvirt can keep what a machine writes on its serial port: the embedded driver needs a log daemon for that,
    /// which may not run, unless its configuration says that it writes files itself.
    pub(crate) fn keeps_logs(&self) -> bool {
        let Self::Embedded { root } = self else {
            return true;
        };
        let settings = std::fs::read_to_string(root.join("etc/qemu.conf")).unwrap_or_default();
        settings
            .lines()
            .any(|line| line.replace(' ', "") == "stdio_handler=\"file\"")
    }
}

/// Why a connection can't carry sandboxes.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum UriError {
    /// The text is no URI.
    #[error("{}", tr!("'{uri}' is not a valid connection URI", uri = .0))]
    Invalid(String),
    /// The driver, or the daemon of that driver, is none that sandboxes run on.
    #[error(
        "{}",
        tr!(
            "connection '{uri}' is not supported, use one of {supported}",
            uri = .0,
            supported = translate(SUPPORTED),
        )
    )]
    Unsupported(String),
    /// The connection leads to another host.
    #[error(
        "{}",
        tr!(
            "connection '{uri}' leads to another host, but a sandbox runs the files of this one: use one of {supported}",
            uri = .0,
            supported = translate(SUPPORTED),
        )
    )]
    Remote(String),
    /// An embedded driver without a place for its files.
    #[error(
        "{}",
        tr!(
            "connection '{uri}' names no directory, use qemu:///embed?root=DIR with an absolute DIR",
            uri = .0,
        )
    )]
    NoRoot(String),
}

const SUPPORTED: &str = msgid!(
    "lxc:///system, qemu:///system, qemu:///session, qemu:///embed?root=DIR (also through +unix)"
);

impl Driver {
    /// Whether a machine may run as another user than the caller, who then has to let that one in to its files.
    pub(crate) fn has_other_user(&self) -> bool {
        matches!(self, Self::Machine(_)) && geteuid().is_root()
    }

    /// Tells the driver of the connection `uri`.
    pub fn from_uri(uri: &str) -> Result<Self, UriError> {
        let parsed = glib::Uri::parse(uri, UriFlags::ENCODED_QUERY)
            .map_err(|_| UriError::Invalid(uri.to_owned()))?;
        let scheme = parsed.scheme().to_ascii_lowercase();
        let (hypervisor, transport) = match scheme.split_once('+') {
            Some((hypervisor, transport)) => (hypervisor, Some(transport)),
            None => (scheme.as_str(), None),
        };
        let path = parsed.path();
        let driver = match (hypervisor, path.as_str()) {
            ("lxc", "" | "/" | "/system") => Self::Container,
            ("qemu", "/system") => Self::Machine(Placement::System),
            ("qemu", "/session") => Self::Machine(Placement::Session),
            ("qemu", "/embed") if transport.is_none() => {
                let root = embedded_root(&parsed, uri)?;
                Self::Machine(Placement::Embedded { root })
            }
            _ => return Err(UriError::Unsupported(uri.to_owned())),
        };
        let here = matches!(parsed.host().as_deref(), None | Some("" | "localhost"));
        if !here || !matches!(transport, None | Some("unix")) {
            return Err(UriError::Remote(uri.to_owned()));
        }
        Ok(driver)
    }
}

fn embedded_root(parsed: &glib::Uri, uri: &str) -> Result<PathBuf, UriError> {
    let query = parsed.query().unwrap_or_default();
    let root = query
        .split('&')
        .filter_map(|item| item.split_once('='))
        .find_map(|(key, root)| (key == "root").then_some(root))
        .unwrap_or_default();
    // Bytes, since GLib's strings are assumed to be UTF-8, which escaped ones need not be.
    let root = glib::Uri::unescape_bytes(root, None)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes.to_vec()).ok())
        .filter(|root| !root.contains('\0'))
        .ok_or_else(|| UriError::Invalid(uri.to_owned()))?;
    let root = PathBuf::from(root);
    if root.is_absolute() {
        Ok(root)
    } else {
        Err(UriError::NoRoot(uri.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_driver_by_its_kind() {
        for uri in [
            "lxc:///",
            "lxc:///system",
            "LXC:///",
            "lxc+unix:///system?socket=/run/x/sock",
        ] {
            assert_eq!(Driver::from_uri(uri), Ok(Driver::Container), "{uri}");
        }
        let system = Driver::Machine(Placement::System);
        for uri in [
            "qemu:///system",
            "qemu+unix:///system?socket=/run/x",
            "qemu://localhost/system",
        ] {
            assert_eq!(Driver::from_uri(uri), Ok(system.clone()), "{uri}");
        }
        assert_eq!(
            Driver::from_uri("qemu:///session"),
            Ok(Driver::Machine(Placement::Session))
        );
        for (uri, root) in [
            ("qemu:///embed?root=/run/a%20b", "/run/a b"),
            ("qemu:///embed?x=y&root=/run/a%26b%3Dc", "/run/a&b=c"),
        ] {
            let root = root.into();
            let embedded = Driver::Machine(Placement::Embedded { root });
            assert_eq!(Driver::from_uri(uri), Ok(embedded), "{uri}");
        }
    }

    #[test]
    fn an_embedded_driver_keeps_logs_when_it_is_told_to() {
        let root = tempfile::tempdir().unwrap();
        let placement = Placement::Embedded {
            root: root.path().to_owned(),
        };
        assert!(!placement.keeps_logs());
        std::fs::create_dir(root.path().join("etc")).unwrap();
        std::fs::write(
            root.path().join("etc/qemu.conf"),
            "stdio_handler = \"file\"\n",
        )
        .unwrap();
        assert!(placement.keeps_logs());
        assert!(Placement::Session.keeps_logs());
    }

    #[test]
    fn refuses_what_it_cannot_run_on() {
        for uri in [
            "test:///default",
            "xen:///system",
            "qemu:///",
            "lxc:///other",
            "qemu+unix:///embed?root=/x",
        ] {
            assert_eq!(
                Driver::from_uri(uri),
                Err(UriError::Unsupported(uri.into())),
                "{uri}"
            );
        }
        for uri in [
            "qemu+ssh://host/system",
            "qemu://host/system",
            "lxc+tcp://localhost/system",
        ] {
            assert_eq!(
                Driver::from_uri(uri),
                Err(UriError::Remote(uri.into())),
                "{uri}"
            );
        }
        for uri in [
            "qemu:///embed",
            "qemu:///embed?root=rel",
            "qemu:///embed?x=/y",
        ] {
            assert_eq!(
                Driver::from_uri(uri),
                Err(UriError::NoRoot(uri.into())),
                "{uri}"
            );
        }
        for uri in [
            "no uri",
            "qemu:///embed?root=/run/%90b",
            "qemu:///embed?root=/run/%00b",
            "qemu:///embed?root=/run/%zz",
        ] {
            assert_eq!(
                Driver::from_uri(uri),
                Err(UriError::Invalid(uri.into())),
                "{uri}"
            );
        }
    }
}
