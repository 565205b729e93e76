//! Moves bytes between a raw console's device and the caller's streams, without ever blocking.

use std::io::{self, ErrorKind};
use std::os::fd::BorrowedFd;

use nix::sys::epoll::EpollFlags;
use sandbox_plan::{Full, Outbox};
use thiserror::Error;

use super::attach::{LocalStreams, before_escape};
use super::device::Device;
use super::local::{LocalInput, LocalOutput};
use super::watch::WatchSet;

/// How much may wait in one direction before nothing more is read for it.
const LIMIT: usize = 64 * 1024;

/// How much is read at once.
const PORTION: usize = 16 * 1024;

/// How much is read from either side before the main loop gets its turn.
const TURN: usize = 256 * 1024;

const DEVICE: usize = 0;
const STDIN: usize = 1;
const OUTPUT: usize = 2;
const LOG: usize = 3;

/// What it came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// It goes on.
    Running,
    /// The caller typed the escape character; what came before it is on the way.
    Leaving,
    /// The caller typed the escape character, and the guest has what came before it.
    Left,
    /// The guest hung up, and the caller has all that it wrote.
    Ended,
}

/// Why bytes can't be moved.
#[derive(Debug, Error)]
pub enum PumpError {
    /// The guest's end failed.
    #[error("{}", tr_marked!(.failure, source = .source))]
    Guest {
        /// What can't be done, a message with `{source}`.
        failure: &'static str,
        /// What went wrong.
        source: io::Error,
    },
    /// More was read than there is room for.
    #[error(transparent)]
    Full(#[from] Full),
    /// The caller's end failed.
    #[error("{}", tr_marked!(.failure, source = .source))]
    Caller {
        /// What can't be done, a message with `{source}`.
        failure: &'static str,
        /// What went wrong.
        source: io::Error,
    },
}

fn guest(failure: &'static str) -> impl FnOnce(io::Error) -> PumpError {
    move |source| PumpError::Guest { failure, source }
}

fn caller(failure: &'static str) -> impl FnOnce(io::Error) -> PumpError {
    move |source| PumpError::Caller { failure, source }
}

/// Both directions of an attached console.
#[derive(Debug)]
pub struct Pump {
    watches: WatchSet<4>,
    device: Device,
    stdin: Option<LocalInput>,
    escape: Option<u8>,
    output: Option<LocalOutput>,
    to_guest: Outbox,
    to_caller: Outbox,
    flow: Flow,
    hung_up: bool,
}

impl Pump {
    /// Connects `device` with the caller's streams; a console has a single output.
    pub fn new(device: Device, streams: LocalStreams) -> io::Result<Self> {
        Ok(Self {
            watches: WatchSet::new()?,
            device,
            stdin: streams.stdin,
            escape: streams.escape,
            output: streams.stdout.or(streams.stderr),
            to_guest: Outbox::new(LIMIT + PORTION),
            to_caller: Outbox::new(LIMIT + PORTION),
            flow: Flow::Running,
            hung_up: false,
        })
    }

    /// The descriptor that is readable when [`Self::dispatch`] has something to do; it knows nothing of a stream.
    pub fn as_fd(&self) -> BorrowedFd<'_> {
        self.watches.as_fd()
    }

    /// The device.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// Whether what the device tells is listened to.
    pub fn wants_to_listen(&self) -> bool {
        match self.device.log() {
            Some(_) => self.device.is_drained(),
            None => self.wants_to_receive(),
        }
    }

    /// Whether bytes of the guest can be taken.
    fn wants_to_receive(&self) -> bool {
        !self.hung_up && self.to_caller.len() < LIMIT
    }

    /// Whether room at the guest lets something move.
    pub fn wants_to_send(&self) -> bool {
        !self.hung_up && (!self.to_guest.is_empty() || self.watches.is_always_ready(STDIN))
    }

    /// Moves what can be moved now.
    pub fn dispatch(&mut self) -> Result<Flow, PumpError> {
        self.receive()?;
        self.read_stdin()?;
        if self.hung_up && self.to_caller.is_empty() {
            self.flow = Flow::Ended;
        } else if self.flow == Flow::Leaving && self.to_guest.is_empty() {
            self.flow = Flow::Left;
        }
        self.update_interest()
            .map_err(caller(msgid!("cannot watch a stream: {source}")))?;
        Ok(self.flow)
    }

    fn receive(&mut self) -> Result<(), PumpError> {
        self.write_output()?;
        self.device.drain();
        let mut buffer = [0; PORTION];
        let mut received = 0;
        while self.wants_to_receive() && received < TURN {
            match self.device.receive(&mut buffer) {
                Ok(0) => self.hung_up = true,
                Ok(n) => {
                    received += n;
                    self.to_caller.push(&buffer[..n])?;
                    self.write_output()?;
                }
                Err(e) if e.kind() == ErrorKind::WouldBlock => break,
                Err(e) if e.kind() == ErrorKind::Interrupted => (),
                Err(e) => return Err(guest(msgid!("cannot receive from the guest: {source}"))(e)),
            }
        }
        Ok(())
    }

    fn write_output(&mut self) -> Result<(), PumpError> {
        let Some(output) = &self.output else {
            self.to_caller.clear();
            return Ok(());
        };
        match self.to_caller.write_with(|parts| output.write(parts)) {
            // Nobody reads on; the guest is not held up by that.
            Err(e) if e.kind() == ErrorKind::BrokenPipe => {
                self.watches
                    .set(OUTPUT, None)
                    .map_err(caller(msgid!("cannot watch the output: {source}")))?;
                self.output = None;
                self.to_caller.clear();
                Ok(())
            }
            result => result.map_err(caller(msgid!("cannot write the output: {source}"))),
        }
    }

    fn read_stdin(&mut self) -> Result<(), PumpError> {
        self.send()?;
        let mut buffer = [0; PORTION];
        let mut taken = 0;
        while let Some(stdin) = self.stdin.as_ref().filter(|_| self.to_guest.len() < LIMIT)
            && taken < TURN
        {
            let n = match stdin.read(&mut buffer) {
                Ok(n) => n,
                Err(e) if e.kind() == ErrorKind::WouldBlock => break,
                Err(e) if e.kind() == ErrorKind::Interrupted => continue,
                Err(e) => return Err(caller(msgid!("cannot read the input: {source}"))(e)),
            };
            let (typed, escaped) = before_escape(&buffer[..n], self.escape);
            taken += n;
            self.to_guest.push(typed)?;
            if escaped {
                self.flow = Flow::Leaving;
            }
            if escaped || n == 0 {
                self.watches
                    .set(STDIN, None)
                    .map_err(caller(msgid!("cannot watch the input: {source}")))?;
                self.stdin = None;
            }
            self.send()?;
        }
        Ok(())
    }

    fn send(&mut self) -> Result<(), PumpError> {
        if self.hung_up {
            self.to_guest.clear();
        }
        let Self {
            to_guest, device, ..
        } = self;
        to_guest
            .write_with(|parts| device.send(&parts[0]))
            .map_err(guest(msgid!("cannot send to the guest: {source}")))
    }

    /// Waits for just what can move something.
    fn update_interest(&mut self) -> io::Result<()> {
        let hungry = !self.hung_up && self.to_guest.len() < LIMIT;
        let stdin = self.stdin.as_ref().filter(|_| hungry);
        self.watches.set(
            STDIN,
            stdin.map(|stdin| (stdin.as_fd(), EpollFlags::EPOLLIN)),
        )?;
        let mut device = EpollFlags::empty();
        device.set(EpollFlags::EPOLLIN, self.wants_to_listen());
        device.set(EpollFlags::EPOLLOUT, self.wants_to_send());
        self.watches.set(
            DEVICE,
            self.device
                .as_fd()
                .filter(|_| !device.is_empty())
                .map(|fd| (fd, device)),
        )?;
        let log = self.device.log().filter(|_| self.wants_to_receive());
        self.watches
            .set(LOG, log.map(|log| (log.as_fd(), EpollFlags::EPOLLIN)))?;
        let output = self.output.as_ref().filter(|_| !self.to_caller.is_empty());
        self.watches.set(
            OUTPUT,
            output.map(|output| (output.as_fd(), EpollFlags::EPOLLOUT)),
        )
    }
}
