//! The channel to the host: connecting, and frames in both directions without blocking.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::UnixStream;
use std::path::Path;

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::poll::PollFlags;
use nix::unistd::read;
use sandbox_plan::{
    Decoder, Full, GuestMessage, HostMessage, MAX_PAYLOAD, Outbox, Stream, announce,
};

use crate::error::{Error, OrError, Stop};
use crate::payload::Payload;

/// What a virtio-serial port gives in one read, however much it holds.
const PORT_BUFFER: usize = 4096;

/// Connects to the host's Unix socket at `path`.
///
/// # Errors
/// When nobody listens there.
pub fn connect(path: &Path) -> Result<OwnedFd, Error> {
    UnixStream::connect(Path::new(path.as_os_str()))
        .map(OwnedFd::from)
        .or_error(|| {
            let path = String::from_utf8_lossy(path.as_os_str().as_bytes());
            format!("connect to the host at {path}")
        })
}

/// Makes reads and writes of `fd` return instead of waiting.
pub fn set_nonblocking(fd: impl AsFd) -> nix::Result<()> {
    let flags = OFlag::from_bits_retain(fcntl(&fd, FcntlArg::F_GETFL)?);
    fcntl(&fd, FcntlArg::F_SETFL(flags | OFlag::O_NONBLOCK)).map(drop)
}

/// How much may wait to be sent: what was read below the limit for reading, of each stream, and what comes besides.
const LIMIT: usize = 4 * MAX_PAYLOAD;

/// The channel with what is received and not yet handled, and what is said and not yet sent.
pub struct Channel {
    fd: OwnedFd,
    decoder: Decoder,
    outbox: Outbox,
    payload: Payload,
    /// What comes behind the payload, as long as there is one.
    behind: Outbox,
}

impl Channel {
    /// A channel over a connected file descriptor.
    pub fn new(fd: OwnedFd) -> Result<Self, Error> {
        set_nonblocking(&fd).or_error(|| "use the channel to the host".into())?;
        Ok(Self {
            fd,
            decoder: Decoder::new(),
            outbox: Outbox::new(LIMIT),
            payload: Payload::new().or_error(|| "make a pipe".into())?,
            behind: Outbox::new(LIMIT),
        })
    }

    /// Puts a message behind those that wait to be sent.
    ///
    /// # Errors
    /// When the host takes nothing, and yet more is to be said.
    pub fn send(&mut self, message: &GuestMessage) -> Result<(), Full> {
        let outbox = if self.takes_payload() {
            &mut self.outbox
        } else {
            &mut self.behind
        };
        message.encode(&mut outbox.room()?);
        Ok(())
    }

    /// Whether [`Self::send_from`] may be called: one payload at a time.
    pub fn takes_payload(&self) -> bool {
        self.payload.len() == 0
    }

    /// Sends at most `limit` bytes of `pipe` as data of `stream`, without a copy, behind what waits to be sent; says how many.
    /// None are the end of the pipe.
    pub fn send_from(
        &mut self,
        stream: Stream,
        pipe: impl AsFd,
        limit: usize,
    ) -> nix::Result<usize> {
        let mut room = self.outbox.room().map_err(|_| Errno::EAGAIN)?;
        let length = self.payload.take(pipe, limit)?;
        if length > 0 {
            announce(stream, length, &mut room);
        }
        Ok(length)
    }

    /// How many bytes wait to be sent.
    pub fn backlog(&self) -> usize {
        self.outbox.len() + self.payload.len() + self.behind.len()
    }

    /// What to wait for.
    pub fn interest(&self) -> PollFlags {
        if self.backlog() == 0 {
            PollFlags::POLLIN
        } else {
            PollFlags::POLLIN | PollFlags::POLLOUT
        }
    }

    /// Sends and receives what is possible right now.
    pub fn exchange(&mut self, ready: PollFlags) -> Result<(), Stop> {
        if ready.intersects(PollFlags::POLLHUP | PollFlags::POLLERR | PollFlags::POLLNVAL) {
            return Err(Stop::Gone);
        }
        if ready.contains(PollFlags::POLLIN) {
            self.receive()?;
        }
        self.flush()
    }

    /// Sends what the channel takes right now.
    pub fn flush(&mut self) -> Result<(), Stop> {
        loop {
            self.outbox.write_to(&self.fd).map_err(|_| Stop::Gone)?;
            if !self.outbox.is_empty() {
                return Ok(());
            }
            while self.payload.len() > 0 {
                match self.payload.give(&self.fd) {
                    Ok(1..) | Err(Errno::EINTR) => {}
                    Err(Errno::EAGAIN) => return Ok(()),
                    Ok(0) | Err(_) => return Err(Stop::Gone),
                }
            }
            if self.behind.is_empty() {
                return Ok(());
            }
            std::mem::swap(&mut self.outbox, &mut self.behind);
        }
    }

    /// The next message that is already here.
    pub fn next(&mut self) -> Result<Option<HostMessage<'_>>, Stop> {
        Ok(self.decoder.next()?)
    }

    fn receive(&mut self) -> Result<(), Stop> {
        let mut received = 0;
        let space = self.decoder.space();
        while received < space.len() {
            match read(&self.fd, &mut space[received..]) {
                Ok(0) => return Err(Stop::Gone),
                Ok(length) => {
                    received += length;
                    if length != PORT_BUFFER {
                        break;
                    }
                }
                Err(Errno::EAGAIN | Errno::EINTR) => break,
                Err(_) => return Err(Stop::Gone),
            }
        }
        self.decoder.filled(received);
        Ok(())
    }
}

impl AsFd for Channel {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use super::*;

    fn pair() -> (UnixStream, Channel) {
        let (host, guest) = UnixStream::pair().unwrap();
        (host, Channel::new(guest.into()).unwrap())
    }

    #[test]
    fn keeps_what_the_host_does_not_take_yet() {
        let (mut host, mut channel) = pair();
        let data = vec![7; 3 << 20];
        let mut expected = Vec::new();
        GuestMessage::Stdout(&data).encode(&mut expected);
        channel.send(&GuestMessage::Stdout(&data)).unwrap();
        channel.flush().unwrap();
        assert!(channel.backlog() > 0);

        let mut seen = vec![0; expected.len()];
        let mut length = 0;
        while length < seen.len() {
            length += host.read(&mut seen[length..]).unwrap();
            channel.flush().unwrap();
        }
        assert_eq!(seen, expected);
        assert_eq!(channel.backlog(), 0);
        assert_eq!(channel.interest(), PollFlags::POLLIN);
    }

    #[test]
    fn sends_a_payload_in_its_place_as_the_host_takes_it() {
        let (mut host, mut channel) = pair();
        let data: Vec<u8> = (0..40_000_u32).map(|index| index as u8).collect();
        let (reader, mut writer) = std::io::pipe().unwrap();
        writer.write_all(&data).unwrap();
        let mut expected = Vec::new();
        // More than the socket holds, so that the payload has to wait.
        for message in [
            GuestMessage::Stderr(&vec![7; 1 << 20]),
            GuestMessage::Stdout(&data),
            GuestMessage::Exit(0),
        ] {
            message.encode(&mut expected);
        }
        channel
            .send(&GuestMessage::Stderr(&vec![7; 1 << 20]))
            .unwrap();
        channel.flush().unwrap();
        assert!(channel.takes_payload());
        let moved = channel.send_from(Stream::Stdout, &reader, 64 * 1024);
        assert_eq!(moved, Ok(data.len()));
        assert!(!channel.takes_payload());
        channel.send(&GuestMessage::Exit(0)).unwrap();

        let mut seen = vec![0; expected.len()];
        let mut length = 0;
        while length < seen.len() {
            channel.flush().unwrap();
            let end = seen.len().min(length + 10_000);
            length += host.read(&mut seen[length..end]).unwrap();
        }
        assert!(seen == expected);
        assert!(channel.takes_payload());
        drop(writer);
        let moved = channel.send_from(Stream::Stdout, &reader, 64 * 1024);
        assert_eq!((moved, channel.backlog()), (Ok(0), 0));
    }

    #[test]
    fn notices_the_hang_up() {
        let (mut host, mut channel) = pair();
        let mut bytes = Vec::new();
        HostMessage::StdinEof.encode(&mut bytes);
        host.write_all(&bytes).unwrap();
        channel.exchange(PollFlags::POLLIN).unwrap();
        assert_eq!(channel.next().unwrap(), Some(HostMessage::StdinEof));
        drop(host);
        assert!(matches!(
            channel.exchange(PollFlags::POLLIN),
            Err(Stop::Gone)
        ));
    }

    #[test]
    fn names_the_socket_nobody_listens_on() {
        let error = connect(Path::new("/nonexistent/app.sock")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "can't connect to the host at /nonexistent/app.sock: No such file or directory"
        );
    }
}
