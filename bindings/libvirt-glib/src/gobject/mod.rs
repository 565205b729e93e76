//! libvirt's running objects (libvirt-gobject).

mod connection;
mod domain;
mod signal;
mod stream;

pub use connection::Connection;
pub use domain::{
    ConsoleFlags, Domain, DomainDeleteFlags, DomainInfo, DomainShutdownFlags, DomainStartFlags,
    DomainState, DomainXmlFlags,
};
pub use stream::{Stream, StreamFlags, StreamIoCondition};
