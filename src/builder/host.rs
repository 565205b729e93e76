//! What a connection tells of the host that a sandbox is built for.

use libvirt_glib::gconfig::Capabilities;

use super::BuilderError;
use crate::context::uri::Driver;

/// The host behind a connection.
pub(crate) struct Host<'a> {
    /// The driver, and where it is.
    pub driver: &'a Driver,
    /// Whether asking for the capabilities costs nothing.
    pub knows_capabilities: bool,
    /// Asks libvirt for them.
    pub ask: &'a dyn Fn() -> Result<Capabilities, BuilderError>,
}

impl Host<'_> {
    /// What libvirt says that it can do.
    pub(crate) fn capabilities(&self) -> Result<Capabilities, BuilderError> {
        (self.ask)()
    }
}
