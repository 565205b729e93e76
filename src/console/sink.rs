//! One output stream of the program on its way to the caller.

use std::io;
use std::os::fd::BorrowedFd;

use sandbox_plan::{HostMessage, Stream, WINDOW, Window, WireError};

use super::local::LocalOutput;
use super::relay_error::RelayError;

/// Credit is given back in portions of this size.
const CREDIT_UNIT: usize = WINDOW / 4;

/// Takes what the guest sends on a stream and writes it as the caller takes it.
#[derive(Debug)]
pub struct Sink {
    stream: Stream,
    output: Option<LocalOutput>,
    queue: Vec<u8>,
    written: usize,
    window: Window,
    owed: usize,
    reader: Reader,
    ended: bool,
}

/// Whether somebody reads the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reader {
    There,
    Gone,
    /// The guest knows, too.
    KnownGone,
}

impl Sink {
    /// A sink that writes nowhere yet.
    pub fn new(stream: Stream) -> Self {
        Self {
            stream,
            output: None,
            queue: Vec::new(),
            written: 0,
            window: Window::new(),
            owed: 0,
            reader: Reader::There,
            ended: false,
        }
    }

    /// Writes to `output` from now on; to nowhere with `None`.
    pub fn connect(&mut self, output: Option<LocalOutput>) {
        self.output = output;
        self.let_go();
    }

    /// The program writes no more: its reader is to see the end once everything was written.
    pub fn end(&mut self) {
        self.ended = true;
        self.let_go();
    }

    fn let_go(&mut self) {
        if self.ended && self.is_empty() {
            self.output = None;
        }
    }

    /// Whether everything was written.
    pub fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// The descriptor that has to become writable before anything moves.
    pub fn waiting_for(&self) -> Option<BorrowedFd<'_>> {
        self.output
            .as_ref()
            .filter(|_| !self.is_empty())
            .map(LocalOutput::as_fd)
    }

    /// Takes what the guest sent.
    pub fn take(&mut self, data: &[u8]) -> Result<(), RelayError> {
        self.window
            .consume(data.len())
            .map_err(|_| WireError::CreditExceeded)?;
        let mut rest = data;
        if self.is_empty() {
            while !rest.is_empty() {
                match self.write(rest)? {
                    Some(n) => rest = &rest[n..],
                    None => break,
                }
            }
        }
        self.queue.extend_from_slice(rest);
        Ok(())
    }

    /// Writes what waits to be written.
    pub fn flush(&mut self) -> Result<(), RelayError> {
        let queue = std::mem::take(&mut self.queue);
        let mut written = self.written;
        while written < queue.len() {
            match self.write(&queue[written..])? {
                Some(n) => written += n,
                None => break,
            }
        }
        let done = written == queue.len();
        self.queue = queue;
        self.written = written;
        if done {
            self.queue.clear();
            self.written = 0;
            self.let_go();
        }
        Ok(())
    }

    /// Writes to the output; `None` when it takes nothing now.
    fn write(&mut self, data: &[u8]) -> Result<Option<usize>, RelayError> {
        let written = match &self.output {
            Some(output) if self.reader == Reader::There => match output.write(data) {
                Ok(n) => n,
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => return Ok(None),
                Err(e) if e.kind() == io::ErrorKind::Interrupted => 0,
                Err(e) if e.kind() == io::ErrorKind::BrokenPipe => {
                    self.reader = Reader::Gone;
                    data.len()
                }
                Err(source) => {
                    return Err(RelayError::Io {
                        failure: msgid!("cannot write the program's output: {source}"),
                        source,
                    });
                }
            },
            _ => data.len(),
        };
        self.owed += written;
        Ok(Some(written))
    }

    /// Appends to `outgoing` what the guest has to know: how much more it may send, or that nobody reads on.
    pub fn settle(&mut self, outgoing: &mut Vec<u8>) -> Result<(), WireError> {
        if self.owed >= CREDIT_UNIT {
            let bytes = self.owed as u32;
            self.window.grant(bytes)?;
            HostMessage::Credit {
                stream: self.stream,
                bytes,
            }
            .encode(outgoing);
            self.owed = 0;
        }
        if self.reader == Reader::Gone {
            HostMessage::Close(self.stream).encode(outgoing);
            self.reader = Reader::KnownGone;
        }
        Ok(())
    }
}
