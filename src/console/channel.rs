//! The channel to a guest before anybody talks on it: a Unix socket that the guest, or its emulator, connects to.

use std::fs;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::peer::Peer;
use crate::selinux;

/// The most bytes that the address of a Unix socket holds, without the end marker.
const ADDRESS_LIMIT: usize = 107;

/// Why there is no channel.
#[derive(Debug, Error)]
pub enum ChannelError {
    /// The path does not fit into a socket address.
    #[error(
        "{}",
        tr!(
            "the path of the socket {path} is longer than {address_limit} bytes: choose a shorter sandbox name or runtime directory",
            path = .0.display(),
            address_limit = ADDRESS_LIMIT,
        )
    )]
    PathTooLong(PathBuf),
    /// The socket can't be made.
    #[error("{}", tr!("cannot create the socket {path}: {source}", path = path.display(), source))]
    Create {
        /// Where.
        path: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
}

/// A socket that waits for the guest.
#[derive(Debug)]
pub struct Channel {
    listener: UnixListener,
    guest: Peer,
}

impl Channel {
    /// Waits for a guest at `path`, which only this user can connect to.
    pub fn listen(path: &Path) -> Result<Self, ChannelError> {
        if path.as_os_str().len() > ADDRESS_LIMIT {
            return Err(ChannelError::PathTooLong(path.to_owned()));
        }
        let create = || {
            let listener = selinux::listen(path)?;
            fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
            listener.set_nonblocking(true)?;
            Ok(listener)
        };
        let listener = create().map_err(|source| ChannelError::Create {
            path: path.to_owned(),
            source,
        })?;
        Ok(Self {
            listener,
            guest: Peer::caller(),
        })
    }

    /// Tells who the guest is; until then any process of the calling user is taken for it.
    pub(crate) fn expect(&mut self, guest: Peer) {
        self.guest = guest;
    }

    /// The connection of the guest, if it is there. Somebody else is hung up on, and the guest may still come.
    pub fn accept(&self) -> io::Result<Option<UnixStream>> {
        match self.listener.accept() {
            Ok((stream, _)) => Ok(self.guest.is_at(&stream)?.then_some(stream)),
            Err(e) if e.kind() == io::ErrorKind::WouldBlock => Ok(None),
            Err(e) => Err(e),
        }
    }

    /// The descriptor that is readable when the guest is there.
    pub fn as_fd(&self) -> BorrowedFd<'_> {
        self.listener.as_fd()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn takes_one_guest_and_is_private() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("app.sock");
        let channel = Channel::listen(&path).unwrap();
        assert!(channel.accept().unwrap().is_none());
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        let _guest = UnixStream::connect(&path).unwrap();
        assert!(channel.accept().unwrap().is_some());
    }

    #[test]
    fn hangs_up_on_somebody_else_and_goes_on() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("app.sock");
        let mut channel = Channel::listen(&path).unwrap();
        channel.expect(Peer::container(u32::MAX, None));
        let mut stranger = UnixStream::connect(&path).unwrap();
        assert!(channel.accept().unwrap().is_none());
        assert_eq!(stranger.read(&mut [0]).unwrap(), 0);
        channel.expect(Peer::caller());
        let _guest = UnixStream::connect(&path).unwrap();
        assert!(channel.accept().unwrap().is_some());
    }

    #[test]
    fn a_long_path_is_refused_with_the_reason() {
        let path = PathBuf::from("/").join("x".repeat(120));
        let error = Channel::listen(&path).unwrap_err().to_string();
        assert!(error.contains("longer than 107 bytes"), "{error}");
    }
}
