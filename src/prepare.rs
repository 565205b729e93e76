//! Prepares the libraries below this one.

use crate::context::embedded;
use crate::log::show_debug_messages;

/// Prepares the libraries below this one, and translated messages. libvirt then writes no log to standard error, unless the
/// environment asks for one. A connection to `qemu:///embed` then gets a private directory,
/// and SIGCHLD its default action if it is ignored: libvirt waits for the processes that it starts.
///
/// Call it before the first connection is opened; calling it again does no harm.
pub fn init() -> Result<(), glib::Error> {
    prepare();
    libvirt_glib::init()?;
    libvirt_glib::gobject::replace_embedded_uri(embedded::private_uri);
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
