//! Waits for a guest, until it is there or can't come any more.

use std::fs;

use glib::MainContext;
use glib::subclass::prelude::*;

use super::{ConsoleRpc, Link};
use crate::console::relay::Relay;
use crate::console::relay_error::RelayError;
use crate::event::EventSource;

impl ConsoleRpc {
    /// Watches the process of a container whose guest is yet to connect: libvirt may miss its end.
    pub(super) fn watch_controller(
        &self,
        context: &MainContext,
        link: &Link,
    ) -> Option<EventSource> {
        let Link::Waiting(_, Some(controller)) = link else {
            return None;
        };
        let process = controller.as_fd();
        Some(EventSource::readable(
            context,
            self,
            process,
            Self::domain_stopped,
        ))
    }

    /// Removes what the guest has booted from.
    pub(super) fn remove_boot_file(&self) {
        if let Some(path) = self.imp().boot_file.take()
            && let Err(error) = fs::remove_file(&path)
        {
            glib::g_info!(
                crate::log::LOG_DOMAIN,
                "{}",
                tr!(
                    "cannot remove {path}: {error}",
                    path = path.display(),
                    error
                )
            );
        }
    }

    /// The guest connects: from now on it is talked with.
    pub(super) fn welcome(&self) {
        let imp = self.imp();
        let accepted = match &*imp.link.borrow() {
            Link::Waiting(channel, _) => channel
                .accept()
                .and_then(|guest| guest.map(Relay::new).transpose()),
            _ => return,
        };
        match accepted {
            Ok(None) => (),
            Ok(Some(mut relay)) => {
                if let Some(attachment) = &mut *imp.attachment.borrow_mut() {
                    let context = &attachment.context;
                    attachment._traffic =
                        EventSource::readable(context, self, relay.as_fd(), Self::advance);
                    attachment.controller = None;
                    relay.attach(attachment.streams.take().unwrap_or_default());
                }
                imp.link.replace(Link::Talking(Box::new(relay)));
                self.follow_size();
                self.advance();
            }
            Err(source) => self.fail(&RelayError::Io {
                failure: msgid!("cannot accept the guest's connection: {source}"),
                source,
            }),
        }
    }
}
