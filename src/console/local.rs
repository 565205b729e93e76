//! The caller's ends of a console: streams that are read and written without ever blocking the main loop.

use std::fs::OpenOptions;
use std::io::{self, IoSlice};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::OpenOptionsExt;

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::socket::{MsgFlags, sendmsg};
use nix::sys::stat::{SFlag, fstat};
use nix::sys::uio::{pread, writev};
use nix::unistd::{Whence, lseek, pipe2, read, write};

/// How many bytes a pipe takes at once without blocking when it is writable.
const PIPE_UNIT: usize = 4096;

/// What the kernel says of something that can't be read by anybody, or not by this process: a directory, a socket that is not
/// connected, a device that is not there. Other errors tell that something was lost.
const UNREADABLE: [Errno; 8] = [
    Errno::EBADF,
    Errno::EISDIR,
    Errno::EINVAL,
    Errno::ENOTCONN,
    Errno::ENXIO,
    Errno::EOPNOTSUPP,
    Errno::EPERM,
    Errno::EACCES,
];

/// A stream that program output goes to.
#[derive(Debug)]
pub struct LocalOutput {
    fd: OwnedFd,
    kind: OutputKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum OutputKind {
    /// Never blocks for long.
    File,
    /// Is told with each write not to block.
    Socket,
    /// Has a description of its own that does not block.
    Reopened,
    /// Shares its description with others: small writes, each after a look whether there is room.
    Shared,
    /// Can't be written to, by whatever is sent there: it is lost.
    Nowhere,
}

impl LocalOutput {
    /// Takes the stream behind `fd`. Its flags, which others may share, stay as they are. What is closed, or not open for
    /// writing, takes everything, and it goes nowhere: it is no matter of a program that writes nothing there.
    pub fn new(fd: BorrowedFd<'_>) -> io::Result<Self> {
        if !is_open_for(fd, OFlag::O_WRONLY) {
            return Ok(Self {
                fd: ended()?,
                kind: OutputKind::Nowhere,
            });
        }
        let format = kind(fd)?;
        if format == SFlag::S_IFSOCK {
            return Ok(Self {
                fd: fd.try_clone_to_owned()?,
                kind: OutputKind::Socket,
            });
        }
        if format == SFlag::S_IFREG || format == SFlag::S_IFBLK {
            return Ok(Self {
                fd: fd.try_clone_to_owned()?,
                kind: OutputKind::File,
            });
        }
        let again = OpenOptions::new()
            .write(true)
            .custom_flags((OFlag::O_NONBLOCK | OFlag::O_NOCTTY).bits())
            .open(format!("/proc/self/fd/{}", fd.as_raw_fd()));
        match again {
            Ok(file) => Ok(Self {
                fd: file.into(),
                kind: OutputKind::Reopened,
            }),
            // Another user's terminal or pipe, as under su.
            Err(_) => Ok(Self {
                fd: fd.try_clone_to_owned()?,
                kind: OutputKind::Shared,
            }),
        }
    }

    /// Writes what it can of `parts`; `WouldBlock` when there is no room.
    pub fn write(&self, parts: &[IoSlice<'_>]) -> io::Result<usize> {
        let written = match self.kind {
            OutputKind::Socket => sendmsg::<()>(
                self.fd.as_raw_fd(),
                parts,
                &[],
                MsgFlags::MSG_DONTWAIT | MsgFlags::MSG_NOSIGNAL,
                None,
            )?,
            OutputKind::File | OutputKind::Reopened => writev(&self.fd, parts)?,
            OutputKind::Shared => {
                if !ready(self.fd.as_fd(), PollFlags::POLLOUT)? {
                    return Err(Errno::EAGAIN.into());
                }
                let first = parts.first().map_or(&[][..], |part| part);
                write(&self.fd, &first[..first.len().min(PIPE_UNIT)])?
            }
            OutputKind::Nowhere => parts.iter().map(|part| part.len()).sum(),
        };
        Ok(written)
    }

    /// The descriptor to wait on.
    pub fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

/// The stream that program input comes from.
#[derive(Debug)]
pub struct LocalInput {
    fd: OwnedFd,
}

impl LocalInput {
    /// Takes the stream behind `fd`. What is closed, or not open for reading, has ended: it is no matter of a program that
    /// reads nothing.
    pub fn new(fd: BorrowedFd<'_>) -> io::Result<Self> {
        let fd = if is_open_for(fd, OFlag::O_RDONLY) {
            fd.try_clone_to_owned()?
        } else {
            ended()?
        };
        Ok(Self { fd })
    }

    /// How many bytes a regular file has from here on; nothing for anything else.
    pub fn remaining(&self) -> io::Result<Option<u64>> {
        if kind(self.fd.as_fd())? != SFlag::S_IFREG {
            return Ok(None);
        }
        let position = lseek(&self.fd, 0, Whence::SeekCur)?;
        let remaining =
            u64::try_from(fstat(&self.fd)?.st_size.saturating_sub(position)).unwrap_or(0);
        // Files of /proc have a length of 0, and yet content.
        if remaining == 0 && pread(&self.fd, &mut [0], position)? > 0 {
            return Ok(None);
        }
        Ok(Some(remaining))
    }

    /// Reads what is there; `WouldBlock` when there is nothing, 0 at the end. What nobody could read ends at once.
    pub fn read(&self, into: &mut [u8]) -> io::Result<usize> {
        // Another process may share the stream and have read it since the main loop found it readable.
        if !ready(self.fd.as_fd(), PollFlags::POLLIN)? {
            return Err(Errno::EAGAIN.into());
        }
        match read(&self.fd, into) {
            // A terminal that hung up. From a disk it tells that something is missing.
            Err(Errno::EIO) if kind(self.fd.as_fd())? == SFlag::S_IFCHR => Ok(0),
            Err(error) if UNREADABLE.contains(&error) => Ok(0),
            result => Ok(result?),
        }
    }

    /// The descriptor to wait on.
    pub fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

fn kind(fd: BorrowedFd<'_>) -> io::Result<SFlag> {
    Ok(SFlag::from_bits_truncate(fstat(fd)?.st_mode) & SFlag::S_IFMT)
}

/// Whether `fd` is open, and for reading or for writing as `wanted` says.
fn is_open_for(fd: BorrowedFd<'_>, wanted: OFlag) -> bool {
    let Ok(flags) = fcntl(fd, FcntlArg::F_GETFL).map(OFlag::from_bits_retain) else {
        return false;
    };
    let access = flags & OFlag::O_ACCMODE;
    !flags.contains(OFlag::O_PATH) && (access == wanted || access == OFlag::O_RDWR)
}

/// A stream at its end.
fn ended() -> io::Result<OwnedFd> {
    let (reader, _) = pipe2(OFlag::O_CLOEXEC)?;
    Ok(reader)
}

fn ready(fd: BorrowedFd<'_>, events: PollFlags) -> io::Result<bool> {
    let mut fds = [PollFd::new(fd, events)];
    Ok(poll(&mut fds, PollTimeout::ZERO)? > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use nix::unistd::pipe;
    use std::os::unix::net::UnixStream;

    #[test]
    fn a_full_pipe_is_reported_and_its_flags_are_left_alone() {
        let (reader, writer) = pipe().unwrap();
        let output = LocalOutput::new(writer.as_fd()).unwrap();
        let mut total = 0;
        let error = loop {
            match output.write(&[IoSlice::new(&[7; 65536])]) {
                Ok(n) => total += n,
                Err(e) => break e,
            }
        };
        assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
        let flags = nix::fcntl::fcntl(&writer, nix::fcntl::FcntlArg::F_GETFL).unwrap();
        assert!(!OFlag::from_bits_truncate(flags).contains(OFlag::O_NONBLOCK));
        let input = LocalInput::new(reader.as_fd()).unwrap();
        let mut buffer = vec![0; 1 << 20];
        let mut seen = 0;
        while let Ok(n) = input.read(&mut buffer) {
            seen += n;
        }
        assert_eq!(seen, total);
    }

    #[test]
    fn a_shared_pipe_never_blocks_either() {
        let (_reader, writer) = pipe().unwrap();
        let output = LocalOutput {
            fd: writer,
            kind: OutputKind::Shared,
        };
        while output.write(&[IoSlice::new(&[7; 65536])]).is_ok() {}
        assert_eq!(
            output.write(&[IoSlice::new(b"x")]).unwrap_err().kind(),
            io::ErrorKind::WouldBlock
        );
    }

    #[test]
    fn only_a_regular_file_tells_what_remains() {
        let remaining = |fd: BorrowedFd<'_>| LocalInput::new(fd).unwrap().remaining().unwrap();
        let file = tempfile::tempfile().unwrap();
        assert_eq!(remaining(file.as_fd()), Some(0));
        file.set_len(10).unwrap();
        lseek(&file, 4, Whence::SeekSet).unwrap();
        assert_eq!(remaining(file.as_fd()), Some(6));
        lseek(&file, 11, Whence::SeekSet).unwrap();
        assert_eq!(remaining(file.as_fd()), Some(0));
        let (reader, _writer) = pipe().unwrap();
        assert_eq!(remaining(reader.as_fd()), None);
        for path in ["/dev/null", "/proc/self/status"] {
            let file = std::fs::File::open(path).unwrap();
            assert_eq!(remaining(file.as_fd()), None, "{path}");
        }
    }

    #[test]
    fn what_cannot_be_read_or_written_is_no_matter() {
        let open = |flags| {
            let mut options = OpenOptions::new();
            options.read(true).custom_flags(OFlag::bits(&flags));
            options.open("/").unwrap()
        };
        let (reader, writer) = pipe().unwrap();
        let (directory, place) = (open(OFlag::empty()), open(OFlag::O_PATH));
        for fd in [writer.as_fd(), directory.as_fd(), place.as_fd()] {
            let input = LocalInput::new(fd).unwrap();
            assert_eq!(input.remaining().unwrap(), None);
            assert_eq!(input.read(&mut [0; 8]).unwrap(), 0);
        }
        for fd in [reader.as_fd(), directory.as_fd(), place.as_fd()] {
            let output = LocalOutput::new(fd).unwrap();
            let parts = [IoSlice::new(b"ab"), IoSlice::new(b"c")];
            assert_eq!(output.write(&parts).unwrap(), 3);
        }
    }

    #[test]
    fn a_closed_reader_is_an_error_and_no_signal() {
        let (ours, theirs) = UnixStream::pair().unwrap();
        let output = LocalOutput::new(ours.as_fd()).unwrap();
        drop(theirs);
        assert_eq!(
            output.write(&[IoSlice::new(b"x")]).unwrap_err().kind(),
            io::ErrorKind::BrokenPipe
        );
    }
}
