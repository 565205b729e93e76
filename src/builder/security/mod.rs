//! How a sandbox is confined, and whom it runs as on the host.

mod acl;
pub(crate) mod apparmor;
pub(crate) mod emulator;
pub(crate) mod labels;
pub(crate) mod userns;
