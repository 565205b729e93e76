//! Why a conversation with a guest came to an end before its program did.

use std::io;
use std::time::Duration;

use sandbox_plan::VERSION;
use thiserror::Error;

/// Why the relay came to an end before the program did.
#[derive(Debug, Error)]
pub enum RelayError {
    /// The guest reported that it can't go on.
    #[error("{0}")]
    Failed(String),
    /// The guest hung up before it was set up.
    #[error("the sandbox ended before it could start the program")]
    EndedEarly,
    /// The guest hung up while the program ran.
    #[error("the sandbox ended before the program did")]
    Ended,
    /// The guest broke the protocol.
    #[error("the guest sent a broken message: {0}")]
    Wire(#[from] sandbox_plan::WireError),
    /// The guest speaks another protocol.
    #[error(
        "the guest speaks version {0} of the protocol, not {VERSION}: host and guest parts of different versions"
    )]
    Version(u16),
    /// The guest sent something at a time when it must not.
    #[error("the guest sent a message out of turn")]
    OutOfTurn,
    /// The guest was not ready in time.
    #[error("the sandbox was not ready after {0} seconds")]
    BootLimit(u64),
    /// The program took longer than it may.
    #[error("the program did not end within {} seconds", .0.as_secs_f64())]
    TimeLimit(Duration),
    /// A local stream or the channel failed.
    #[error("cannot {action}: {source}")]
    Io {
        /// What was tried, an infinitive.
        action: &'static str,
        /// What went wrong.
        source: io::Error,
    },
}

/// Says that `action` failed.
pub(super) fn failed<E: Into<io::Error>>(action: &'static str) -> impl FnOnce(E) -> RelayError {
    move |source| RelayError::Io {
        action,
        source: source.into(),
    }
}

impl RelayError {
    /// Whether what the guest's kernel and init wrote may tell more.
    pub fn is_about_the_guest(&self) -> bool {
        matches!(self, Self::EndedEarly | Self::Ended | Self::BootLimit(_))
    }
}
