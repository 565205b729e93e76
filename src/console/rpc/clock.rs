//! Ends a program that takes longer than it may, and its sandbox with it.

use std::time::Instant;

use glib::MainContext;
use glib::subclass::prelude::*;
use nix::sys::signal::Signal;

use super::{ConsoleRpc, Link};
use crate::console::ConsolePropertiesExt;
use crate::console::relay_error::RelayError;
use crate::console::time_limit::Due;
use crate::event::{EventSource, locked};

impl ConsoleRpc {
    /// Whether the time that the program may take was over before it ended.
    pub fn has_timed_out(&self) -> bool {
        let limit = *locked(&self.imp().time_limit);
        limit.is_some_and(|limit| limit.has_expired())
    }

    /// Looks how much time there is left, in whatever context the console was attached last.
    pub(super) fn clock_ticked(&self) {
        let imp = self.imp();
        let source = glib::main_current_source();
        let context = source.and_then(|source| source.context());
        let context = context.unwrap_or_else(MainContext::ref_thread_default);
        // Who uses the console elsewhere has set a clock of their own there.
        let _ = imp.home.start(context, (), |context| {
            self.keep_time(context);
            Ok(())
        });
        if imp.attachment.borrow().is_none() {
            let _ = imp.home.end((), || ());
        }
    }

    fn keep_time(&self, context: &MainContext) {
        let imp = self.imp();
        if matches!(&*imp.link.borrow(), Link::None | Link::Over) {
            imp.clock.take();
            return;
        }
        let Some(mut limit) = *locked(&imp.time_limit) else {
            return;
        };
        let mut due = limit.advance(Instant::now());
        *locked(&imp.time_limit) = Some(limit);
        if due == Due::Tell {
            let told = self.is_running() && self.send_signal(Signal::SIGTERM).is_ok();
            due = if told {
                limit.advance(Instant::now())
            } else {
                Due::End
            };
        }
        match due {
            Due::Wait(left) => {
                let clock = EventSource::after(context, self, left, Self::clock_ticked);
                imp.clock.replace(Some(clock));
            }
            Due::Tell | Due::End => self.end_sandbox(&RelayError::TimeLimit(limit.limit())),
        }
    }

    /// Ends the sandbox, whatever it does. Who listens is told first: libvirt may never answer.
    fn end_sandbox(&self, reason: &RelayError) {
        let domain = self.domain();
        self.fail(reason);
        if let Some(domain) = domain
            && let Err(error) = domain.stop()
        {
            glib::g_debug!(crate::log::LOG_DOMAIN, "the sandbox ended first: {error}");
        }
    }
}
