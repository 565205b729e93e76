//! What attaching takes from the caller, whatever the console speaks with the sandbox.

use std::io;
use std::os::fd::AsFd;

use gio_unix::{InputStream, OutputStream};
use thiserror::Error;

use super::local::{LocalInput, LocalOutput};
use super::terminal::RawTerminal;
use super::{Console, ConsolePropertiesExt};

/// Why no console can be attached.
#[derive(Debug, Error)]
pub enum AttachError {
    /// It is attached already.
    #[error("{}", tr!("console '{console}' is already attached", console = .0))]
    Attached(String),
    /// Another thread runs the main loop that its callbacks run in.
    #[error(
        "{}",
        tr!(
            "another thread runs the main loop of console '{console}', attach and detach it there or give this thread a main \
         context of its own",
            console = .0,
        )
    )]
    Elsewhere(String),
    /// A local stream can't be used.
    #[error("{}", tr_marked!(.failure, source = .source))]
    Stream {
        /// What can't be done, a message with `{source}`.
        failure: &'static str,
        /// What went wrong.
        source: io::Error,
    },
}

/// The caller's streams.
#[derive(Debug, Default)]
pub struct LocalStreams {
    /// Where input comes from.
    pub stdin: Option<LocalInput>,
    /// Where output goes to.
    pub stdout: Option<LocalOutput>,
    /// Where error output goes to.
    pub stderr: Option<LocalOutput>,
    /// Whether a program may get a file of its own for a file as `stdin`: one on a terminal may not.
    pub seekable: bool,
    /// A character that ends the relaying when it comes in on `stdin`.
    pub escape: Option<u8>,
}

impl LocalStreams {
    /// Takes the streams for `console`. With `raw`, a terminal that input comes from is in raw mode as long as the second
    /// result exists, and the escape character can be typed on it.
    pub fn open(
        console: &Console,
        stdin: Option<&InputStream>,
        stdout: Option<&OutputStream>,
        stderr: Option<&OutputStream>,
        raw: bool,
    ) -> Result<(Self, Option<RawTerminal>), AttachError> {
        let failed = |failure| move |source| AttachError::Stream { failure, source };
        let output = |stream: Option<&OutputStream>| {
            stream
                .map(|stream| LocalOutput::new(stream.as_fd()))
                .transpose()
        };
        let mut streams = Self {
            stdin: stdin
                .map(|stdin| LocalInput::new(stdin.as_fd()))
                .transpose()
                .map_err(failed(msgid!("cannot use the stream for input: {source}")))?,
            stdout: output(stdout)
                .map_err(failed(msgid!("cannot use the stream for output: {source}")))?,
            stderr: output(stderr).map_err(failed(msgid!(
                "cannot use the stream for error output: {source}"
            )))?,
            seekable: !raw,
            escape: None,
        };
        let terminal = match stdin.filter(|_| raw) {
            Some(stdin) => RawTerminal::enter(stdin.as_fd())
                .map_err(failed(msgid!("cannot use the stream for input: {source}")))?,
            None => None,
        };
        if terminal.is_some() {
            streams.escape = Some(with_control_key(console.escape() as u8));
        }
        Ok((streams, terminal))
    }
}

/// What the terminal sends when `key` is typed together with the control key.
fn with_control_key(key: u8) -> u8 {
    key.to_ascii_uppercase() ^ 0x40
}

/// What comes before the escape character in `typed`, and whether that was typed at all.
pub fn before_escape(typed: &[u8], escape: Option<u8>) -> (&[u8], bool) {
    match escape.and_then(|escape| typed.iter().position(|byte| *byte == escape)) {
        Some(position) => (&typed[..position], true),
        None => (typed, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_and_a_key_make_one_byte() {
        assert_eq!(with_control_key(b']'), 0x1d);
        assert_eq!(with_control_key(b'x'), 0x18);
        assert_eq!(with_control_key(b'X'), 0x18);
    }

    #[test]
    fn the_escape_character_is_found_anywhere() {
        assert_eq!(before_escape(b"ab\x1dc", Some(0x1d)), (&b"ab"[..], true));
        assert_eq!(before_escape(b"\x1d", Some(0x1d)), (&b""[..], true));
        assert_eq!(before_escape(b"ab\x1d", None), (&b"ab\x1d"[..], false));
    }
}
