//! Why the application console can't be used.

use thiserror::Error;

use crate::console::attach::AttachError;
use crate::console::relay_error::RelayError;

/// Why the console can't be used.
#[derive(Debug, Error)]
pub enum ConsoleRpcError {
    /// It is attached already, or a stream can't be used.
    #[error(transparent)]
    Attach(#[from] AttachError),
    /// Only the process that started the sandbox holds the channel to it.
    #[error(
        "{}",
        tr!("console '{console}' belongs to the process that started the sandbox", console = .0)
    )]
    NotOurs(String),
    /// Another thread runs the main loop that its callbacks run in.
    #[error(
        "{}",
        tr!("another thread runs the main loop of console '{console}', send signals there", console = .0)
    )]
    Elsewhere(String),
    /// There is nobody to talk to any more.
    #[error("{}", tr!("the sandbox of console '{console}' has ended", console = .0))]
    Over(String),
    /// The program gets signals only while it runs.
    #[error("{}", tr!("cannot send the signal: {reason}", reason = .0))]
    Signal(RelayError),
}

impl From<ConsoleRpcError> for glib::Error {
    fn from(error: ConsoleRpcError) -> Self {
        let domain = glib::Quark::from_str("gvir-sandbox-console-rpc");
        Self::with_domain(domain, 0, &error.to_string())
    }
}
