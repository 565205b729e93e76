//! Runs any program of the host inside a virtual machine or a container, through libvirt.

pub mod builder;
pub mod capi;
pub mod config;
pub mod console;
pub mod context;
mod cstring_cell;
mod event;
pub mod helpers;

pub use cstring_cell::CStringCell;

/// Prepares the libraries below this one, and translated messages.
///
/// Call it before the first connection is opened; calling it again does no harm.
pub fn init() -> Result<(), glib::Error> {
    capi::main::bind_text_domain();
    libvirt_glib::init()
}

/// The log domain of every message of the library.
pub const LOG_DOMAIN: &str = "LibvirtSandbox";
