//! Tells why a console closes, when it was not the program's end.

use glib::subclass::prelude::*;

use super::{BOOT_LIMIT, ConsoleRpc, Link};
use crate::console::ConsoleExt;
use crate::console::guest_log;
use crate::console::relay_error::RelayError;
use crate::event::locked;
use crate::phases::Phases;

impl ConsoleRpc {
    /// A guest that never connected tells its end only by this.
    pub(super) fn domain_stopped(&self) {
        if self.imp().attachment.borrow().is_none() {
            return;
        }
        self.welcome();
        let waiting = matches!(&*self.imp().link.borrow(), Link::Waiting(..));
        if waiting {
            self.fail(&RelayError::EndedEarly);
        }
    }

    pub(super) fn boot_took_too_long(&self) {
        self.fail(&RelayError::BootLimit(BOOT_LIMIT.as_secs()));
    }

    pub(super) fn fail(&self, error: &RelayError) {
        let mut reason = error.to_string();
        let log = self.imp().log.borrow().clone();
        if error.is_about_the_guest()
            && let Some(end) = log.as_deref().and_then(guest_log::end)
        {
            reason = tr!("{reason}; its log ends with:\n{end}", reason, end);
        }
        *locked(&self.imp().failure) = Some(reason.clone());
        self.hang_up();
        self.with_phases(Phases::end);
        if matches!(error, RelayError::TimeLimit(_)) {
            glib::g_info!(crate::log::LOG_DOMAIN, "{reason}");
        } else {
            glib::g_warning!(crate::log::LOG_DOMAIN, "{reason}");
        }
        // Who listens to the log may have detached the console.
        if self.imp().attachment.borrow().is_some() {
            self.close(true);
        }
    }

    pub(super) fn close(&self, error: bool) {
        if let Err(error) = self.detach_streams() {
            glib::g_warning!(crate::log::LOG_DOMAIN, "{error}");
        }
        self.emit_closed(error);
    }
}
