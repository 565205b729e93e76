//! Ends a program that still runs, and delivers what it had written.

use std::time::{Duration, Instant};

use glib::prelude::*;
use glib::subclass::prelude::*;
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::{ConsoleRpc, Link};
use crate::console::Console;
use crate::console::attach::AttachError;
use crate::console::relay::{Progress, Relay};

/// How long it may take in all.
const LIMIT: Duration = Duration::from_secs(10);

/// How long nothing may move: whoever reads may be the caller itself.
const SILENCE: Duration = Duration::from_secs(2);

impl ConsoleRpc {
    /// Kills the program, if it runs and the console is attached, and delivers what it had written until then, in a bounded
    /// time. Nothing is told of it.
    ///
    /// The guest sends what is in the program's pipes before it tells of its end.
    pub(crate) fn drain(&self) {
        let elsewhere = AttachError::Elsewhere(self.upcast_ref::<Console>().label());
        let drained = self.imp().home.enter(elsewhere, || {
            if self.imp().attachment.borrow().is_some()
                && let Link::Talking(relay) = &mut *self.imp().link.borrow_mut()
                && !relay.is_booting()
            {
                deliver(relay);
            }
            Ok(())
        });
        if let Err(error) = drained {
            glib::g_debug!(crate::log::LOG_DOMAIN, "{error}");
        }
    }
}

fn deliver(relay: &mut Relay) {
    let deadline = Instant::now() + LIMIT;
    // Whatever fails, the sandbox is ended next.
    let mut progress = relay.kill().and_then(|()| relay.dispatch());
    while matches!(progress, Ok(Progress::Running | Progress::Exited(_))) {
        // The end of the program is no news that others would follow.
        if !matches!(progress, Ok(Progress::Exited(_))) {
            let left = deadline
                .saturating_duration_since(Instant::now())
                .min(SILENCE);
            let timeout = PollTimeout::try_from(left).unwrap_or(PollTimeout::ZERO);
            let mut fds = [PollFd::new(relay.as_fd(), PollFlags::POLLIN)];
            match poll(&mut fds, timeout) {
                Err(Errno::EINTR) => {}
                Ok(1) => {}
                _ => return,
            }
        }
        progress = relay.dispatch();
    }
}
