//! An output stream of the program, read within the credit of the host.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use nix::errno::Errno;
use nix::unistd::read;
use sandbox_plan::{GuestMessage, MAX_PAYLOAD, Stream, Window, WireError};

use crate::channel::Channel;
use crate::error::Error;
use crate::system::unread;

/// Beyond this backlog nothing more is read: the program waits for the host, not the memory.
const BACKLOG: usize = MAX_PAYLOAD;

/// Less than this is copied: it goes to the host in one piece with its header.
const WORTH_MOVING: usize = 16 * 1024;

/// More than the kernel ever holds for a reader of a terminal.
const TERMINAL_BUFFER: usize = 64 * 1024;

/// The reading side of an output stream.
pub struct Output {
    fd: Option<OwnedFd>,
    stream: Stream,
    tty: bool,
    window: Window,
    /// After the program's end: how much of what it left is still to be read.
    left: Option<usize>,
}

impl Output {
    /// Reads from `fd`, which is non-blocking; none is a stream that never has data.
    pub fn new(fd: Option<OwnedFd>, stream: Stream, tty: bool) -> Self {
        Self {
            fd,
            stream,
            tty,
            window: Window::new(),
            left: None,
        }
    }

    /// Its pipe, if it is one.
    pub fn pipe(&self) -> Option<BorrowedFd<'_>> {
        self.fd.as_ref().filter(|_| !self.tty).map(AsFd::as_fd)
    }

    /// The host takes more.
    pub fn grant(&mut self, bytes: u32) -> Result<(), WireError> {
        self.window.grant(bytes)
    }

    /// Nobody wants more.
    pub fn close(&mut self) {
        self.fd = None;
    }

    /// Whether everything that the program wrote was read.
    pub fn drained(&self) -> bool {
        self.fd.is_none()
    }

    /// Limits the stream to what it holds at the program's end, since children may hold it and write for ever.
    pub fn finish(&mut self) {
        if let Some(fd) = &self.fd {
            self.left = Some(if self.tty {
                TERMINAL_BUFFER
            } else {
                unread(fd).unwrap_or(0)
            });
            self.close_when_done();
        }
    }

    /// What to wait on for data, if more may be sent.
    pub fn readable(&self, channel: &Channel) -> Option<BorrowedFd<'_>> {
        self.fd
            .as_ref()
            .filter(|_| self.window.available() > 0 && channel.backlog() < BACKLOG)
            .map(AsFd::as_fd)
    }

    /// Reads once and sends it.
    pub fn pump(
        &mut self,
        channel: &mut Channel,
        buffer: &mut [u8; MAX_PAYLOAD],
    ) -> Result<(), Error> {
        let Some(fd) = &self.fd else { return Ok(()) };
        let length = self
            .window
            .available()
            .min(self.left.unwrap_or(MAX_PAYLOAD))
            .min(MAX_PAYLOAD);
        let moved = !self.tty && channel.takes_payload() && unread(fd).unwrap_or(0) >= WORTH_MOVING;
        let sent = if moved {
            channel.send_from(self.stream, fd, length)
        } else {
            read(fd, &mut buffer[..length])
        };
        if let (false, Ok(length @ 1..)) = (moved, sent) {
            let data = &buffer[..length];
            channel.send(&match self.stream {
                Stream::Stdout => GuestMessage::Stdout(data),
                Stream::Stderr => GuestMessage::Stderr(data),
            })?;
        }
        match sent {
            Ok(length) if length > 0 => {
                self.window.consume(length)?;
                self.left = self.left.map(|left| left.saturating_sub(length));
                self.close_when_done();
            }
            Err(Errno::EINTR) => {}
            Err(Errno::EAGAIN) if self.left.is_none() => {}
            _ => {
                self.fd = None;
                // Of a program that has ended that goes without saying.
                if self.left.is_none() && !self.tty {
                    channel.send(&GuestMessage::Eof(self.stream))?;
                }
            }
        }
        Ok(())
    }

    fn close_when_done(&mut self) {
        if self.left == Some(0) {
            self.fd = None;
        }
    }
}
