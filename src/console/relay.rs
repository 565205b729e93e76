//! Carries a program's input, output and end between the guest's channel and the caller's streams, without ever blocking.
//!
//! All descriptors are in one epoll set, so that a main loop has a single descriptor to watch. A regular file can't be in
//! it; it is always ready and served whenever anything else moved.

use std::io::{self, Read};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::os::unix::net::UnixStream;

use nix::sys::epoll::EpollFlags;
use nix::sys::socket::{MsgFlags, sendmsg};
use sandbox_plan::{
    Decoder, GuestMessage, HostMessage, MAX_PAYLOAD, Outbox, SEEKABLE_LIMIT, SetupTimes, Stream,
    VERSION, Window, WindowSize,
};

use super::attach::{LocalStreams, before_escape};
use super::guest_log::printable;
use super::guest_reason;
use super::local::LocalInput;
use super::relay_error::{RelayError, failed};
use super::sink::Sink;
use super::watch::WatchSet;

/// How much may wait to be sent to the guest before no more input is read.
const OUTGOING_LIMIT: usize = MAX_PAYLOAD;

/// How much may wait in all: beyond that a guest takes nothing of what it is sent, however little that is.
const OUTGOING_CAP: usize = 2 * OUTGOING_LIMIT;

/// How much is received before the main loop gets its turn.
const TURN: usize = 4 * MAX_PAYLOAD;

const SOCKET: usize = 0;
const STDIN: usize = 1;
const STDOUT: usize = 2;
const STDERR: usize = 3;

/// What the relay came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// It goes on.
    Running,
    /// The program ended with this raw status of wait(2); its output may still be on the way to the caller.
    Exited(i32),
    /// Everything was delivered after the end of the program.
    Finished,
    /// The caller typed the escape character.
    Escaped,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Booting,
    Running,
    Draining,
    Finished,
}

/// The host's side of the conversation with a guest.
#[derive(Debug)]
pub struct Relay {
    watches: WatchSet<4>,
    socket: UnixStream,
    decoder: Decoder,
    outgoing: Outbox,
    stdin: Option<LocalInput>,
    /// Where standard input is read into.
    input: Box<[u8]>,
    stdin_window: Window,
    seekable: bool,
    /// What is still to be sent of the input whose length was announced.
    announced: Option<u32>,
    escape: Option<u8>,
    stdout: Sink,
    stderr: Sink,
    size: Option<WindowSize>,
    phase: Phase,
    setup_times: Option<SetupTimes>,
}

impl Relay {
    /// Takes over the channel to a guest.
    pub fn new(socket: UnixStream) -> io::Result<Self> {
        socket.set_nonblocking(true)?;
        Ok(Self {
            watches: WatchSet::new()?,
            socket,
            decoder: Decoder::new(),
            outgoing: Outbox::new(OUTGOING_CAP),
            stdin: None,
            input: vec![0; MAX_PAYLOAD].into_boxed_slice(),
            stdin_window: Window::new(),
            seekable: false,
            announced: None,
            escape: None,
            stdout: Sink::new(Stream::Stdout),
            stderr: Sink::new(Stream::Stderr),
            size: None,
            phase: Phase::Booting,
            setup_times: None,
        })
    }

    /// Connects the caller's streams; [`Self::dispatch`] then moves what is there.
    pub fn attach(&mut self, streams: LocalStreams) {
        self.stdin = streams.stdin;
        self.seekable = streams.seekable;
        self.escape = streams.escape;
        self.stdout.connect(streams.stdout);
        self.stderr.connect(streams.stderr);
    }

    /// Disconnects the caller's streams; the guest is left waiting. The error is nothing that can be helped: it is to be told
    /// where a listener may use the console.
    pub fn detach(&mut self) -> io::Result<()> {
        self.stdin = None;
        self.stdout.connect(None);
        self.stderr.connect(None);
        self.watches.clear()
    }

    /// The descriptor that is readable when [`Self::dispatch`] has something to do.
    pub fn as_fd(&self) -> BorrowedFd<'_> {
        self.watches.as_fd()
    }

    /// Whether the guest has not yet said that it is set up.
    pub fn is_booting(&self) -> bool {
        self.phase == Phase::Booting
    }

    /// How long the guest says that it took to set up, once it has told.
    pub fn setup_times(&self) -> Option<SetupTimes> {
        self.setup_times
    }

    /// Tells the size of the caller's terminal, now or again.
    pub fn resize(&mut self, size: WindowSize) -> Result<(), RelayError> {
        self.size = Some(size);
        if self.phase == Phase::Running {
            HostMessage::Resize(size).encode(&mut self.outgoing.room()?);
            self.flush()?;
            self.update_interest()?;
        }
        Ok(())
    }

    /// Sends a signal to the program; one that runs no longer gets none.
    pub fn signal(&mut self, number: u8) -> Result<(), RelayError> {
        if matches!(self.phase, Phase::Booting | Phase::Running) {
            HostMessage::Signal(number).encode(&mut self.outgoing.room()?);
            self.flush()?;
            self.update_interest()?;
        }
        Ok(())
    }

    /// Kills the program, and reads no more input for it.
    pub fn kill(&mut self) -> Result<(), RelayError> {
        self.stdin = None;
        self.signal(libc::SIGKILL as u8)
    }

    /// Moves what can be moved now.
    pub fn dispatch(&mut self) -> Result<Progress, RelayError> {
        self.stdout.flush()?;
        self.stderr.flush()?;
        let mut progress = match self.receive()? {
            Some(status) => Progress::Exited(status),
            None => Progress::Running,
        };
        if self.phase == Phase::Running && self.pump_stdin()? {
            progress = Progress::Escaped;
        }
        for sink in [&mut self.stdout, &mut self.stderr] {
            sink.settle(&mut self.outgoing)?;
        }
        self.flush()?;
        if self.phase == Phase::Draining
            && progress == Progress::Running
            && self.stdout.is_empty()
            && self.stderr.is_empty()
        {
            self.phase = Phase::Finished;
            progress = Progress::Finished;
        }
        self.update_interest()?;
        Ok(progress)
    }

    /// Receives messages; returns the program's status when it came.
    fn receive(&mut self) -> Result<Option<i32>, RelayError> {
        let mut received = 0;
        while matches!(self.phase, Phase::Booting | Phase::Running) && received < TURN {
            match self.socket.read(self.decoder.space()) {
                Ok(0) => return Err(self.hang_up()),
                Ok(n) => {
                    self.decoder.filled(n);
                    received += n;
                }
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => break,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                Err(e) if e.kind() == io::ErrorKind::ConnectionReset => return Err(self.hang_up()),
                Err(e) => return Err(failed(msgid!("cannot read from the guest: {source}"))(e)),
            }
            if let Some(status) = self.take_messages()? {
                return Ok(Some(status));
            }
        }
        Ok(None)
    }

    fn take_messages(&mut self) -> Result<Option<i32>, RelayError> {
        while let Some(message) = self.decoder.next::<GuestMessage>()? {
            match (self.phase, message) {
                (_, GuestMessage::Failed(reason)) if reason.trim().is_empty() => {
                    return Err(self.hang_up());
                }
                (_, GuestMessage::Failed(reason)) => {
                    return Err(RelayError::Failed(guest_reason::translated(&printable(
                        reason,
                    ))));
                }
                (Phase::Booting, GuestMessage::Ready { version: VERSION }) => {
                    self.phase = Phase::Running;
                    self.start()?;
                }
                (Phase::Booting, GuestMessage::Ready { version }) => {
                    return Err(RelayError::Version(version));
                }
                (_, GuestMessage::Times(times)) if self.setup_times.is_none() => {
                    self.setup_times = Some(times);
                }
                (Phase::Running, GuestMessage::Stdout(data)) => self.stdout.take(data)?,
                (Phase::Running, GuestMessage::Stderr(data)) => self.stderr.take(data)?,
                (Phase::Running, GuestMessage::Eof(Stream::Stdout)) => self.stdout.end()?,
                (Phase::Running, GuestMessage::Eof(Stream::Stderr)) => self.stderr.end()?,
                (Phase::Running, GuestMessage::Credit(bytes)) => self.stdin_window.grant(bytes)?,
                (Phase::Running, GuestMessage::Exit(status)) => {
                    self.phase = Phase::Draining;
                    self.stdin = None;
                    HostMessage::Bye.encode(&mut self.outgoing.room()?);
                    return Ok(Some(status));
                }
                _ => return Err(RelayError::OutOfTurn),
            }
        }
        Ok(None)
    }

    /// Lets the program run. What reads from a file that is not too long gets one that it can seek in, too.
    fn start(&mut self) -> Result<(), RelayError> {
        let stdin = self.stdin.as_ref().filter(|_| self.seekable);
        let remaining = stdin
            .map(LocalInput::remaining)
            .transpose()
            .map_err(failed(msgid!(
                "cannot find the length of standard input: {source}"
            )))?;
        self.announced = remaining
            .flatten()
            .and_then(|bytes| u32::try_from(bytes).ok())
            .filter(|bytes| *bytes <= SEEKABLE_LIMIT);
        HostMessage::Start {
            size: self.size,
            input: self.announced,
        }
        .encode(&mut self.outgoing.room()?);
        Ok(())
    }

    fn hang_up(&self) -> RelayError {
        match self.phase {
            Phase::Booting => RelayError::EndedEarly,
            _ => RelayError::Ended,
        }
    }

    /// Passes input on; returns whether the escape character was in it.
    fn pump_stdin(&mut self) -> Result<bool, RelayError> {
        for _ in 0..TURN / MAX_PAYLOAD {
            let Some(stdin) = &self.stdin else { break };
            let room = self.stdin_window.available().min(MAX_PAYLOAD);
            if room == 0 || self.outgoing.len() >= OUTGOING_LIMIT {
                break;
            }
            // A file that grew is cut, and one at its announced end gives 0 bytes.
            let room = self.announced.map_or(room, |left| room.min(left as usize));
            let n = match stdin.read(&mut self.input[..room]) {
                Ok(n) => n,
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => break,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                Err(e) => return Err(failed(msgid!("cannot read standard input: {source}"))(e)),
            };
            let (data, escaped) = before_escape(&self.input[..n], self.escape);
            if !data.is_empty() {
                self.stdin_window.consume(data.len())?;
                if let Some(left) = &mut self.announced {
                    *left -= data.len() as u32;
                }
                HostMessage::Stdin(data).encode(&mut self.outgoing.room()?);
            }
            if escaped {
                return Ok(true);
            }
            if n == 0 {
                HostMessage::StdinEof.encode(&mut self.outgoing.room()?);
                self.watches
                    .set(STDIN, None)
                    .map_err(failed(msgid!("cannot watch standard input: {source}")))?;
                self.stdin = None;
            }
            self.flush()?;
        }
        Ok(false)
    }

    /// Sends what waits to be sent.
    fn flush(&mut self) -> Result<(), RelayError> {
        let socket = self.socket.as_raw_fd();
        let flags = MsgFlags::MSG_NOSIGNAL;
        let sent = self
            .outgoing
            .write_with(|parts| Ok(sendmsg::<()>(socket, parts, &[], flags, None)?));
        match sent {
            // What the guest said last is still to be read, and reading tells its end.
            Err(e)
                if matches!(
                    e.kind(),
                    io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset
                ) =>
            {
                self.outgoing.clear();
                Ok(())
            }
            sent => sent.map_err(failed(msgid!("cannot write to the guest: {source}"))),
        }
    }

    /// Waits for just what can move something.
    fn update_interest(&mut self) -> Result<(), RelayError> {
        let hungry = self.phase == Phase::Running
            && self.stdin_window.available() > 0
            && self.outgoing.len() < OUTGOING_LIMIT;
        let stdin = self.stdin.as_ref().filter(|_| hungry);
        self.watches
            .set(
                STDIN,
                stdin.map(|stdin| (stdin.as_fd(), EpollFlags::EPOLLIN)),
            )
            .map_err(failed(msgid!("cannot watch standard input: {source}")))?;
        let mut socket = EpollFlags::empty();
        socket.set(
            EpollFlags::EPOLLIN,
            matches!(self.phase, Phase::Booting | Phase::Running),
        );
        socket.set(
            EpollFlags::EPOLLOUT,
            !self.outgoing.is_empty() || self.watches.is_always_ready(STDIN),
        );
        let wanted = [
            (
                SOCKET,
                (!socket.is_empty()).then(|| (self.socket.as_fd(), socket)),
            ),
            (
                STDOUT,
                self.stdout
                    .waiting_for()
                    .map(|fd| (fd, EpollFlags::EPOLLOUT)),
            ),
            (
                STDERR,
                self.stderr
                    .waiting_for()
                    .map(|fd| (fd, EpollFlags::EPOLLOUT)),
            ),
        ];
        for (slot, watch) in wanted {
            self.watches
                .set(slot, watch)
                .map_err(failed(msgid!("cannot watch a stream: {source}")))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
