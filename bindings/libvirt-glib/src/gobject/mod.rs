//! libvirt's running objects (libvirt-gobject).

mod connection;
mod domain;
mod keeper;
mod signal;
mod stream;

pub use connection::Connection;
pub use domain::{
    ConsoleFlags, Domain, DomainDeleteFlags, DomainInfo, DomainShutdownFlags, DomainStartFlags,
    DomainState, DomainXmlFlags,
};
pub(crate) use keeper::keep_connections;
pub use stream::{Stream, StreamFlags, StreamIoCondition};
