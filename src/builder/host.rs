//! What a connection tells of the host that a sandbox is built for.

use libvirt_glib::gconfig::Capabilities;

use super::BuilderError;
use crate::driver::Driver;

/// The host behind a connection.
pub(crate) struct Host<'a> {
    /// The driver, and where it is.
    pub driver: &'a Driver,
    /// Whether asking for the capabilities costs nothing.
    pub knows_capabilities: bool,
    /// Asks libvirt for them.
    pub ask: &'a dyn Fn() -> Result<Capabilities, BuilderError>,
}

/// What kind of sandbox a driver runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Container,
    Machine,
}

impl Host<'_> {
    /// The kind of its sandboxes.
    pub(crate) fn kind(&self) -> Kind {
        match self.driver {
            Driver::Container => Kind::Container,
            Driver::Machine(_) => Kind::Machine,
        }
    }

    /// What libvirt says that it can do.
    pub(crate) fn capabilities(&self) -> Result<Capabilities, BuilderError> {
        (self.ask)()
    }
}
