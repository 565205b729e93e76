//! Runs any program of the host inside a virtual machine or a container, through libvirt.

pub mod builder;
pub mod capi;
pub mod config;
pub mod console;
pub mod context;
mod cstring_cell;
mod event;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
pub mod helpers;
mod phases;
mod selinux;

#[macro_use]
extern crate sandbox_gettext;

pub use cstring_cell::CStringCell;

use std::io::{self, Write};
use std::sync::Once;

use glib::LogLevels;

/// Prepares the libraries below this one, and translated messages. libvirt then writes no log to standard error, unless the
/// environment asks for one. A connection to `qemu:///embed` then gets a private directory,
/// and SIGCHLD its default action if it is ignored: libvirt waits for the processes that it starts.
///
/// Call it before the first connection is opened; calling it again does no harm.
pub fn init() -> Result<(), glib::Error> {
    prepare();
    libvirt_glib::init()?;
    libvirt_glib::gobject::replace_embedded_uri(context::embedded::private_uri);
    Ok(())
}

/// Prepares the libraries below this one, and translated messages, for a process that needs no events of libvirt: its
/// connection is [`Connection::open_without_events`](libvirt_glib::gobject::Connection::open_without_events), and it uses neither
/// the embedded driver nor consoles by libvirt's streams. [`init`] can be called later.
pub fn init_without_events() -> Result<(), glib::Error> {
    prepare();
    libvirt_glib::init_without_events()
}

fn prepare() {
    sandbox_gettext::bind();
    if std::env::var_os("LIBVIRT_SANDBOX_DEBUG").is_some() {
        show_debug_messages();
    }
}

/// The log domain of every message of the library.
pub const LOG_DOMAIN: &str = "LibvirtSandbox";

/// Shows on standard error what the library does.
fn show_debug_messages() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let levels = LogLevels::LEVEL_DEBUG | LogLevels::LEVEL_INFO;
        glib::log_set_handler(Some(LOG_DOMAIN), levels, false, false, |_, _, message| {
            // Where nobody can read it, that is no reason to end.
            let message = sandbox_plan::visible(message);
            let _ = writeln!(io::stderr(), "libvirt-sandbox: {message}");
        });
    });
}
