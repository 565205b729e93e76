//! The first process's own messages: on its standard error, which is the sandbox's log console.

use std::fmt::Display;
use std::io::{Write, stderr};

use sandbox_plan::visible;

/// Says what the first process does.
#[derive(Clone, Copy, Debug)]
pub struct Log {
    debug: bool,
}

impl Log {
    /// A log that tells each step when `debug` is set, and else only failures.
    pub const fn new(debug: bool) -> Self {
        Self { debug }
    }

    /// Tells a step.
    pub fn step(self, message: impl Display) {
        if self.debug {
            // A log that can't be written must not end the sandbox.
            let _ = writeln!(stderr(), "libvirt-sandbox-init: {}", line(message));
        }
    }

    /// Tells a failure.
    pub fn failure(self, message: impl Display) {
        // There is nobody else to tell.
        let _ = writeln!(stderr(), "{}", Self::text(message));
    }

    /// What is told of a failure.
    pub fn text(message: impl Display) -> String {
        format!("libvirt-sandbox-init: error: {}", line(message))
    }
}

/// One line, whatever names are in the message: the log may be shown on a terminal.
fn line(message: impl Display) -> String {
    visible(&message.to_string())
}
