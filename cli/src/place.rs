//! Where the sandbox runs: the connection to libvirt.

use std::time::Duration;

use libvirt_glib::gobject::Connection;
use libvirt_sandbox::context::default_uri::DefaultUri;
use libvirt_sandbox::context::embedded::{EmbeddedError, EmbeddedRoot};
use libvirt_sandbox::driver::{Driver, Placement, UriError};
use thiserror::Error;

/// How long a daemon may take to let us in.
const OPEN_LIMIT: Duration = Duration::from_secs(30);

/// Why there is no connection.
#[derive(Debug, Error)]
pub enum PlaceError {
    /// libvirt does not open it.
    #[error("{}", tr!("cannot connect to {uri}: {reason}", uri, reason))]
    Open { uri: String, reason: glib::Error },
    /// libvirt can't be used at all.
    #[error("{}", tr!("cannot initialize libvirt: {reason}", reason = .0))]
    Libvirt(glib::Error),
    /// Sandboxes don't run there.
    #[error(transparent)]
    Uri(#[from] UriError),
    /// The embedded driver has no directory.
    #[error(transparent)]
    Embedded(#[from] EmbeddedError),
}

/// Whether libvirt is to tell what happens, in the default main context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Events {
    /// A daemon then hangs up on a process that is stopped for half a minute.
    Wanted,
    Unwanted,
}

/// An open connection, and the directory of the embedded driver where it is that one.
pub struct Place {
    pub connection: Connection,
    root: Option<EmbeddedRoot>,
}

impl Place {
    /// Connects to `uri`, or to the default.
    pub fn open(uri: Option<&str>, events: Events) -> Result<Self, PlaceError> {
        let uri = match uri {
            Some("qemu:///embed") => None,
            Some(uri) => Some(uri.to_owned()),
            None => match DefaultUri::find() {
                DefaultUri::Configured(uri) if uri != "qemu:///embed" => Some(uri),
                DefaultUri::Daemon(uri) => Some(uri.to_owned()),
                _ => None,
            },
        };
        let (uri, root) = match uri {
            Some(uri) => (uri, None),
            None => {
                let root = EmbeddedRoot::create()?;
                (root.uri(), Some(root))
            }
        };
        // libvirt would try to connect first, and tell only that it can't.
        let driver = Driver::from_uri(&uri)?;
        // A driver in this process can't do without.
        let is_embedded = matches!(driver, Driver::Machine(Placement::Embedded { .. }));
        let opened = if !is_embedded && events == Events::Unwanted {
            libvirt_sandbox::init_without_events().map_err(PlaceError::Libvirt)?;
            Connection::open_without_events(&uri, OPEN_LIMIT)
        } else {
            libvirt_sandbox::init().map_err(PlaceError::Libvirt)?;
            let connection = Connection::new(Some(&uri));
            let opened = match &root {
                Some(_) => connection.open(),
                None => connection.open_within(OPEN_LIMIT),
            };
            opened.map(|()| connection)
        };
        let connection = opened.map_err(|reason| PlaceError::Open { uri, reason })?;
        Ok(Self { connection, root })
    }

    /// Leaves the connection open until this process ends: closing it would wait for libvirt.
    pub fn leave(self) {
        std::mem::forget(self);
    }

    /// The URI of the daemon that the sandbox runs on, unless libvirt is in this process.
    pub fn daemon(&self) -> Option<String> {
        let uri = self.connection.uri().filter(|_| self.root.is_none());
        uri.map(Into::into)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.connection.close();
        drop(self.root.take());
    }
}
