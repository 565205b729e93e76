//! The log of the library: its domain, and how debug messages are shown.

use std::io::{self, Write};
use std::sync::Once;

use glib::LogLevels;

/// The log domain of every message of the library.
pub const LOG_DOMAIN: &str = "LibvirtSandbox";

/// Shows on standard error what the library does.
pub(crate) fn show_debug_messages() {
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
