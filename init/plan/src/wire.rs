//! The messages that host and guest exchange while the sandbox runs, and their encoding.
//!
//! A frame is the kind (1 byte), the length of the payload (4 bytes, little endian) and the payload. Each direction has its
//! own kinds. The guest says `Ready` and `Times`, the host `Start`; then data, at least a byte in each frame, flows within the
//! credit of each stream; the guest ends with `Exit` or `Failed`, which the host answers with `Bye`. `Times` may also come
//! before `Failed`.

use thiserror::Error;

use crate::put::Put;

/// Version of the protocol, told by the guest in [`GuestMessage::Ready`].
pub const VERSION: u16 = 5;

/// The most bytes that a frame carries.
pub const MAX_PAYLOAD: usize = 256 * 1024;

/// Initial credit of each of standard input, output and error, in bytes.
pub const WINDOW: usize = 1024 * 1024;

/// The most bytes of standard input that the program gets as a file; what is longer is a stream.
pub const SEEKABLE_LIMIT: u32 = 16 * 1024 * 1024;

/// Size of what precedes the payload, in bytes.
pub const HEADER_SIZE: usize = 5;

const READY: u8 = 0x01;
const STDOUT: u8 = 0x02;
const STDERR: u8 = 0x03;
const STDIN_CREDIT: u8 = 0x04;
const EXIT: u8 = 0x05;
const FAILED: u8 = 0x06;
const STDOUT_EOF: u8 = 0x07;
const STDERR_EOF: u8 = 0x08;
const TIMES: u8 = 0x09;

const START: u8 = 0x81;
const STDIN: u8 = 0x82;
const STDIN_EOF: u8 = 0x83;
const STDOUT_CREDIT: u8 = 0x84;
const STDERR_CREDIT: u8 = 0x85;
const RESIZE: u8 = 0x86;
const SIGNAL: u8 = 0x87;
const BYE: u8 = 0x88;
const CLOSE_STDOUT: u8 = 0x89;
const CLOSE_STDERR: u8 = 0x8a;

const START_HAS_SIZE: u8 = 1;
const START_HAS_INPUT: u8 = 2;

/// A message from the guest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GuestMessage<'a> {
    /// The sandbox is set up and waits for [`HostMessage::Start`].
    Ready {
        /// The protocol the guest speaks, [`VERSION`].
        version: u16,
    },
    /// How long the sandbox took to set up, as far as it came. At most once.
    Times(SetupTimes),
    /// What the program wrote to standard output, or to its terminal.
    Stdout(&'a [u8]),
    /// What the program wrote to standard error.
    Stderr(&'a [u8]),
    /// Nobody in the sandbox can write to the stream any more, while the program goes on.
    Eof(Stream),
    /// So many more bytes of standard input may be sent.
    Credit(u32),
    /// The program ended, with this raw status of wait(2).
    Exit(i32),
    /// The sandbox itself failed, for this reason.
    Failed(&'a str),
}

/// A message from the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostMessage<'a> {
    /// Run the program.
    ///
    /// The payload is a byte of flags, 1 for the size and 2 for the input; rows and columns; the length of the input. A field
    /// without its flag is zero.
    Start {
        /// Size of its terminal, where it has one.
        size: Option<WindowSize>,
        /// Its standard input is a file of at most so many bytes, at its start. They follow as [`Stdin`](Self::Stdin), and
        /// the program runs after [`StdinEof`](Self::StdinEof). Never together with a terminal.
        input: Option<u32>,
    },
    /// Data for standard input.
    Stdin(&'a [u8]),
    /// Standard input ends.
    StdinEof,
    /// So many more bytes of an output stream may be sent.
    Credit {
        /// The stream.
        stream: Stream,
        /// How many bytes.
        bytes: u32,
    },
    /// The terminal has a new size.
    Resize(WindowSize),
    /// Send this signal to the program.
    Signal(u8),
    /// Nobody reads the stream any more: the guest closes its end, so that the program gets SIGPIPE or EPIPE. A terminal
    /// hangs up.
    Close(Stream),
    /// Everything was received: the guest may end.
    Bye,
}

/// An output stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Standard output, or the terminal.
    Stdout,
    /// Standard error.
    Stderr,
}

/// How long the parts of setting a sandbox up took by the guest's clock, in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SetupTimes {
    /// What belongs to none of the others.
    pub init: u32,
    /// Loading kernel modules.
    pub modules: u32,
    /// Mounting the root and everything else.
    pub mounts: u32,
    /// Setting network interfaces up.
    pub network: u32,
}

/// Size of a terminal, in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WindowSize {
    /// Height.
    pub rows: u16,
    /// Width.
    pub columns: u16,
}

/// How the other side broke the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum WireError {
    /// A kind that this direction doesn't have.
    #[error("unknown message kind {0:#04x}")]
    UnknownKind(u8),
    /// A payload that doesn't fit the kind.
    #[error("message of kind {kind:#04x} with a malformed payload of {length} bytes")]
    Malformed {
        /// The kind.
        kind: u8,
        /// Length of the payload.
        length: usize,
    },
    /// A payload above [`MAX_PAYLOAD`].
    #[error("message of {0} bytes, more than the {MAX_PAYLOAD} allowed")]
    Oversize(usize),
    /// More data than was granted.
    #[error("more data than credit was granted for")]
    CreditExceeded,
    /// More credit than data was sent.
    #[error("more credit granted than data was sent")]
    CreditOverflow,
}

/// A message that one side accepts.
pub trait Message<'a>: Sized {
    /// Decodes the payload of a frame.
    ///
    /// # Errors
    /// When the kind is not one of this direction or the payload doesn't fit it.
    fn decode(kind: u8, payload: &'a [u8]) -> Result<Self, WireError>;
}

impl GuestMessage<'_> {
    /// Appends the message to `out`. Data above [`MAX_PAYLOAD`] becomes several frames, a longer reason is cut.
    pub fn encode(&self, out: &mut impl Put) {
        match *self {
            Self::Ready { version } => frame(out, READY, &version.to_le_bytes()),
            Self::Times(times) => frame(out, TIMES, &times.to_bytes()),
            Self::Stdout(data) => frames(out, STDOUT, data),
            Self::Stderr(data) => frames(out, STDERR, data),
            Self::Eof(Stream::Stdout) => frame(out, STDOUT_EOF, &[]),
            Self::Eof(Stream::Stderr) => frame(out, STDERR_EOF, &[]),
            Self::Credit(bytes) => frame(out, STDIN_CREDIT, &bytes.to_le_bytes()),
            Self::Exit(status) => frame(out, EXIT, &status.to_le_bytes()),
            Self::Failed(reason) => {
                let mut end = reason.len().min(MAX_PAYLOAD);
                while !reason.is_char_boundary(end) {
                    end -= 1;
                }
                frame(out, FAILED, &reason.as_bytes()[..end]);
            }
        }
    }
}

impl<'a> Message<'a> for GuestMessage<'a> {
    fn decode(kind: u8, payload: &'a [u8]) -> Result<Self, WireError> {
        let malformed = malformed(kind, payload);
        Ok(match kind {
            READY => Self::Ready {
                version: u16::from_le_bytes(payload.try_into().map_err(|_| malformed)?),
            },
            TIMES => Self::Times(SetupTimes::from_bytes(payload).ok_or(malformed)?),
            // Data of no bytes and credit for none would come without end and for nothing.
            STDOUT if !payload.is_empty() => Self::Stdout(payload),
            STDERR if !payload.is_empty() => Self::Stderr(payload),
            STDIN_CREDIT => Self::Credit(credit(payload).ok_or(malformed)?),
            EXIT => Self::Exit(i32::from_le_bytes(
                payload.try_into().map_err(|_| malformed)?,
            )),
            FAILED => Self::Failed(std::str::from_utf8(payload).map_err(|_| malformed)?),
            STDOUT_EOF if payload.is_empty() => Self::Eof(Stream::Stdout),
            STDERR_EOF if payload.is_empty() => Self::Eof(Stream::Stderr),
            STDOUT | STDERR | STDOUT_EOF | STDERR_EOF => return Err(malformed),
            _ => return Err(WireError::UnknownKind(kind)),
        })
    }
}

impl HostMessage<'_> {
    /// Appends the message to `out`. Data above [`MAX_PAYLOAD`] becomes several frames.
    pub fn encode(&self, out: &mut impl Put) {
        match *self {
            Self::Start { size, input } => frame(out, START, &start_to_bytes(size, input)),
            Self::Stdin(data) => frames(out, STDIN, data),
            Self::StdinEof => frame(out, STDIN_EOF, &[]),
            Self::Credit { stream, bytes } => {
                let kind = match stream {
                    Stream::Stdout => STDOUT_CREDIT,
                    Stream::Stderr => STDERR_CREDIT,
                };
                frame(out, kind, &bytes.to_le_bytes());
            }
            Self::Resize(size) => frame(out, RESIZE, &size.to_bytes()),
            Self::Signal(number) => frame(out, SIGNAL, &[number]),
            Self::Close(Stream::Stdout) => frame(out, CLOSE_STDOUT, &[]),
            Self::Close(Stream::Stderr) => frame(out, CLOSE_STDERR, &[]),
            Self::Bye => frame(out, BYE, &[]),
        }
    }
}

impl<'a> Message<'a> for HostMessage<'a> {
    fn decode(kind: u8, payload: &'a [u8]) -> Result<Self, WireError> {
        let malformed = malformed(kind, payload);
        let credit = |stream| {
            let bytes = credit(payload).ok_or(malformed)?;
            Ok(Self::Credit { stream, bytes })
        };
        match (kind, payload) {
            (START, _) => start_from_bytes(payload).ok_or(malformed),
            (STDIN, [_, ..]) => Ok(Self::Stdin(payload)),
            (STDIN_EOF, []) => Ok(Self::StdinEof),
            (STDOUT_CREDIT, _) => credit(Stream::Stdout),
            (STDERR_CREDIT, _) => credit(Stream::Stderr),
            (RESIZE, _) => WindowSize::from_bytes(payload)
                .map(Self::Resize)
                .ok_or(malformed),
            (SIGNAL, [number]) => Ok(Self::Signal(*number)),
            (CLOSE_STDOUT, []) => Ok(Self::Close(Stream::Stdout)),
            (CLOSE_STDERR, []) => Ok(Self::Close(Stream::Stderr)),
            (BYE, []) => Ok(Self::Bye),
            (STDIN | STDIN_EOF | SIGNAL | CLOSE_STDOUT | CLOSE_STDERR | BYE, _) => Err(malformed),
            _ => Err(WireError::UnknownKind(kind)),
        }
    }
}

impl SetupTimes {
    fn to_bytes(self) -> [u8; 16] {
        let numbers = [self.init, self.modules, self.mounts, self.network];
        let mut bytes = [0; 16];
        for (place, number) in bytes.chunks_exact_mut(4).zip(numbers) {
            place.copy_from_slice(&number.to_le_bytes());
        }
        bytes
    }

    fn from_bytes(payload: &[u8]) -> Option<Self> {
        let payload: [u8; 16] = payload.try_into().ok()?;
        let number = |at| {
            let bytes = payload[at..].first_chunk();
            bytes.copied().map(u32::from_le_bytes)
        };
        Some(Self {
            init: number(0)?,
            modules: number(4)?,
            mounts: number(8)?,
            network: number(12)?,
        })
    }
}

impl WindowSize {
    fn to_bytes(self) -> [u8; 4] {
        let ([a, b], [c, d]) = (self.rows.to_le_bytes(), self.columns.to_le_bytes());
        [a, b, c, d]
    }

    fn from_bytes(payload: &[u8]) -> Option<Self> {
        let [a, b, c, d] = payload.try_into().ok()?;
        Some(Self {
            rows: u16::from_le_bytes([a, b]),
            columns: u16::from_le_bytes([c, d]),
        })
    }
}

fn start_to_bytes(size: Option<WindowSize>, input: Option<u32>) -> [u8; 9] {
    let mut flags = 0;
    if size.is_some() {
        flags |= START_HAS_SIZE;
    }
    if input.is_some() {
        flags |= START_HAS_INPUT;
    }
    let [a, b, c, d] = size.map_or([0; 4], WindowSize::to_bytes);
    let [e, f, g, h] = input.unwrap_or(0).to_le_bytes();
    [flags, a, b, c, d, e, f, g, h]
}

fn start_from_bytes(payload: &[u8]) -> Option<HostMessage<'static>> {
    let [flags, a, b, c, d, e, f, g, h] = *payload else {
        return None;
    };
    let size = (flags & START_HAS_SIZE != 0)
        .then(|| WindowSize::from_bytes(&[a, b, c, d]))
        .flatten();
    let input = (flags & START_HAS_INPUT != 0).then(|| u32::from_le_bytes([e, f, g, h]));
    // One message has one encoding: no other flags, and nothing in absent fields.
    (start_to_bytes(size, input) == payload).then_some(HostMessage::Start { size, input })
}

/// A number of bytes, not none.
fn credit(payload: &[u8]) -> Option<u32> {
    let bytes = u32::from_le_bytes(payload.try_into().ok()?);
    (bytes > 0).then_some(bytes)
}

fn malformed(kind: u8, payload: &[u8]) -> WireError {
    WireError::Malformed {
        kind,
        length: payload.len(),
    }
}

fn frames(out: &mut impl Put, kind: u8, data: &[u8]) {
    for chunk in data.chunks(MAX_PAYLOAD) {
        frame(out, kind, chunk);
    }
}

fn frame(out: &mut impl Put, kind: u8, payload: &[u8]) {
    out.reserve(HEADER_SIZE + payload.len());
    header(out, kind, payload.len());
    out.put(payload);
}

fn header(out: &mut impl Put, kind: u8, length: usize) {
    let [a, b, c, d] = (length as u32).to_le_bytes();
    out.put(&[kind, a, b, c, d]);
}

/// Appends the header of a frame with data of `stream`, whose `length` bytes, at most [`MAX_PAYLOAD`], follow on another way.
pub fn announce(stream: Stream, length: usize, out: &mut impl Put) {
    let kind = match stream {
        Stream::Stdout => STDOUT,
        Stream::Stderr => STDERR,
    };
    header(out, kind, length);
}

#[cfg(test)]
mod tests;
