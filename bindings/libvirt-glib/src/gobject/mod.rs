//! libvirt's running objects (libvirt-gobject).

mod connection;
mod domain;
mod embedded_uri;
mod handle;
mod keeper;
mod signal;
mod stream;

pub use connection::Connection;
pub use domain::{
    ConsoleFlags, Domain, DomainDeleteFlags, DomainInfo, DomainShutdownFlags, DomainStartFlags,
    DomainState, DomainXmlFlags,
};
pub use embedded_uri::replace_embedded_uri;
pub(crate) use keeper::keep_connections;
pub use stream::{Stream, StreamFlags, StreamIoCondition};
