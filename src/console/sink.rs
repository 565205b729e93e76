//! One output stream of the program on its way to the caller.

use std::io::{self, IoSlice};
use std::os::fd::BorrowedFd;

use sandbox_plan::{HostMessage, Outbox, Stream, WINDOW, Window};

use super::local::LocalOutput;
use super::relay_error::{RelayError, failed};

/// Credit is given back in portions of this size.
const CREDIT_UNIT: usize = WINDOW / 4;

/// Takes what the guest sends on a stream and writes it as the caller takes it.
#[derive(Debug)]
pub struct Sink {
    stream: Stream,
    writer: Writer,
    queue: Outbox,
    window: Window,
    ended: bool,
}

/// The caller's end of the stream.
#[derive(Debug)]
struct Writer {
    output: Option<LocalOutput>,
    reader: Reader,
    /// What was written, and is not yet given back as credit.
    owed: usize,
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
            writer: Writer {
                output: None,
                reader: Reader::There,
                owed: 0,
            },
            queue: Outbox::new(WINDOW),
            window: Window::new(),
            ended: false,
        }
    }

    /// Writes to `output` from now on; to nowhere with `None`.
    pub fn connect(&mut self, output: Option<LocalOutput>) {
        self.writer.output = output;
        self.let_go();
    }

    /// The program writes no more: its reader is to see the end once everything was written.
    pub fn end(&mut self) -> Result<(), RelayError> {
        if std::mem::replace(&mut self.ended, true) {
            return Err(RelayError::OutOfTurn);
        }
        self.let_go();
        Ok(())
    }

    fn let_go(&mut self) {
        if self.ended && self.is_empty() {
            self.writer.output = None;
        }
    }

    /// Whether everything was written.
    pub fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// The descriptor that has to become writable before anything moves.
    pub fn waiting_for(&self) -> Option<BorrowedFd<'_>> {
        self.writer
            .output
            .as_ref()
            .filter(|_| !self.is_empty())
            .map(LocalOutput::as_fd)
    }

    /// Takes what the guest sent.
    pub fn take(&mut self, data: &[u8]) -> Result<(), RelayError> {
        if self.ended {
            return Err(RelayError::OutOfTurn);
        }
        self.window.consume(data.len())?;
        let mut rest = data;
        // The usual case takes no copy: the caller has room.
        while self.queue.is_empty() && !rest.is_empty() {
            match self.writer.write(&[IoSlice::new(rest)]) {
                Ok(n) => rest = &rest[n..],
                Err(e) if e.kind() == io::ErrorKind::Interrupted => (),
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => break,
                Err(e) => return Err(unwritten(e)),
            }
        }
        Ok(self.queue.push(rest)?)
    }

    /// Writes what waits to be written.
    pub fn flush(&mut self) -> Result<(), RelayError> {
        let Self { writer, queue, .. } = self;
        queue
            .write_with(|parts| writer.write(parts))
            .map_err(unwritten)?;
        self.let_go();
        Ok(())
    }

    /// Appends to `outgoing` what the guest has to know: how much more it may send, or that nobody reads on, after which it
    /// has no business to send more.
    pub fn settle(&mut self, outgoing: &mut Outbox) -> Result<(), RelayError> {
        let writer = &mut self.writer;
        match writer.reader {
            Reader::There if writer.owed >= CREDIT_UNIT => {
                let bytes = writer.owed as u32;
                self.window.grant(bytes)?;
                let stream = self.stream;
                HostMessage::Credit { stream, bytes }.encode(&mut outgoing.room()?);
                writer.owed = 0;
            }
            Reader::Gone => {
                HostMessage::Close(self.stream).encode(&mut outgoing.room()?);
                writer.reader = Reader::KnownGone;
            }
            Reader::There | Reader::KnownGone => (),
        }
        Ok(())
    }
}

impl Writer {
    /// Writes to the output. What nobody reads is taken as if it had been written.
    fn write(&mut self, parts: &[IoSlice<'_>]) -> io::Result<usize> {
        let all = parts.iter().map(|part| part.len()).sum();
        let written = match &self.output {
            Some(output) if self.reader == Reader::There => match output.write(parts) {
                Err(e) if e.kind() == io::ErrorKind::BrokenPipe => {
                    self.reader = Reader::Gone;
                    all
                }
                written => written?,
            },
            _ => all,
        };
        self.owed += written;
        Ok(written)
    }
}

fn unwritten(source: io::Error) -> RelayError {
    failed(msgid!("cannot write the program's output: {source}"))(source)
}
