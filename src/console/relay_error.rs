//! Why a conversation with a guest came to an end before its program did.

use std::io;
use std::time::Duration;

use sandbox_plan::{Full, MAX_PAYLOAD, VERSION, WireError};
use thiserror::Error;

/// Why the relay came to an end before the program did.
#[derive(Debug, Error)]
pub enum RelayError {
    /// The guest reported that it can't go on.
    #[error("{0}")]
    Failed(String),
    /// The guest hung up before it was set up.
    #[error("{}", tr!("the sandbox ended before it could start the program"))]
    EndedEarly,
    /// The guest hung up while the program ran.
    #[error("{}", tr!("the sandbox ended before the program did"))]
    Ended,
    /// The guest broke the protocol.
    #[error("{}", tr!("the guest sent a broken message: {reason}", reason = said(.0)))]
    Wire(#[from] WireError),
    /// The guest reads nothing, and there is more and more to tell it.
    #[error("{}", tr!("the guest takes nothing of what it is sent"))]
    Deaf(#[from] Full),
    /// The guest speaks another protocol.
    #[error(
        "{}",
        tr!(
            "the guest speaks version {version} of the protocol, not {expected}: host and guest parts of different versions",
            version = .0,
            expected = VERSION,
        )
    )]
    Version(u16),
    /// The guest sent something at a time when it must not.
    #[error("{}", tr!("the guest sent a message out of turn"))]
    OutOfTurn,
    /// The guest was not ready in time.
    #[error("{}", tr!("the sandbox was not ready after {seconds} seconds", seconds = .0))]
    BootLimit(u64),
    /// The program took longer than it may.
    #[error(
        "{}",
        tr!("the program did not end within {seconds} seconds", seconds = .0.as_secs_f64())
    )]
    TimeLimit(Duration),
    /// A local stream or the channel failed.
    #[error("{}", tr_marked!(.failure, source = .source))]
    Io {
        /// What can't be done, a message with `{source}`.
        failure: &'static str,
        /// What went wrong.
        source: io::Error,
    },
}

/// Says `failure`, a message with `{source}`.
pub(super) fn failed<E: Into<io::Error>>(failure: &'static str) -> impl FnOnce(E) -> RelayError {
    move |source| RelayError::Io {
        failure,
        source: source.into(),
    }
}

/// What the guest did wrong. Its own part speaks English only.
fn said(error: &WireError) -> String {
    match error {
        WireError::UnknownKind(kind) => {
            let kind = format!("{kind:#04x}");
            tr!("unknown message kind {kind}", kind)
        }
        WireError::Malformed { kind, length } => {
            let kind = format!("{kind:#04x}");
            tr!(
                "message of kind {kind} with a malformed payload of {length} bytes",
                kind,
                length
            )
        }
        WireError::Oversize(length) => tr!(
            "message of {length} bytes, more than the {limit} allowed",
            length,
            limit = MAX_PAYLOAD
        ),
        WireError::CreditExceeded => tr!("more data than credit was granted for"),
        WireError::CreditOverflow => tr!("more credit granted than data was sent"),
    }
}

impl RelayError {
    /// Whether what the guest's kernel and init wrote may tell more.
    pub fn is_about_the_guest(&self) -> bool {
        matches!(self, Self::EndedEarly | Self::Ended | Self::BootLimit(_))
    }
}
