//! Which builder fits a connection.

use glib::prelude::*;
use libvirt_glib::gobject::Connection;

use super::{Builder, BuilderContainer, BuilderError, BuilderMachine};
use crate::driver::Driver;

impl Builder {
    /// The builder that fits the hypervisor of `connection`.
    pub fn for_connection(connection: &Connection) -> Result<Self, BuilderError> {
        let uri = connection.uri().unwrap_or_default();
        Ok(match Driver::from_uri(&uri)? {
            Driver::Container => BuilderContainer::new(connection).upcast(),
            Driver::Machine(_) => BuilderMachine::new(connection).upcast(),
        })
    }
}
