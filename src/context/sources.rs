//! Gives a container what it has of the host over a socket, where libvirt can't.

use std::io::{self, IoSlice};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::thread::{self, JoinHandle};

use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::socket::sockopt::PeerCredentials;
use nix::sys::socket::{ControlMessage, MsgFlags, getsockopt, sendmsg};
use nix::unistd::pipe2;

use crate::selinux;

/// The socket, and who serves it.
#[derive(Debug)]
pub(super) struct Server {
    socket: Option<UnixListener>,
    /// The end of it is that of the thread.
    stop: Option<OwnedFd>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Listens on a socket at `path`, which must not be there.
    pub(super) fn listen(path: &Path) -> io::Result<Self> {
        let socket = selinux::listen(path)?;
        socket.set_nonblocking(true)?;
        Ok(Self {
            socket: Some(socket),
            stop: None,
            thread: None,
        })
    }

    /// Gives the mounts to the first who asks as the user `root`, in a thread of its own: the container waits for them while
    /// libvirt is asked to start it.
    pub(super) fn serve(&mut self, mounts: Vec<(u32, OwnedFd)>, root: u32) -> io::Result<()> {
        let Some(socket) = self.socket.take() else {
            return Ok(());
        };
        let (stopped, stop) = pipe2(OFlag::O_CLOEXEC)?;
        self.stop = Some(stop);
        let serve = move || {
            // Who gets nothing tells why the sandbox did not start.
            let _ = serve(&socket, &stopped, &mounts, root);
        };
        let thread = thread::Builder::new().name("sources".into());
        self.thread = Some(thread.spawn(serve)?);
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // It can't panic, and there is nothing to be done if it has.
            let _ = thread.join();
        }
    }
}

fn serve(
    socket: &UnixListener,
    stopped: &OwnedFd,
    mounts: &[(u32, OwnedFd)],
    root: u32,
) -> io::Result<()> {
    loop {
        let mut fds = [
            PollFd::new(socket.as_fd(), PollFlags::POLLIN),
            PollFd::new(stopped.as_fd(), PollFlags::POLLIN),
        ];
        match poll(&mut fds, PollTimeout::NONE) {
            Err(Errno::EINTR) => continue,
            polled => drop(polled?),
        }
        if fds[1].any() == Some(true) {
            return Ok(());
        }
        let (peer, _) = socket.accept()?;
        if getsockopt(&peer, PeerCredentials)?.uid() != root {
            continue;
        }
        for (number, mount) in mounts {
            let rights = [mount.as_raw_fd()];
            let rights = [ControlMessage::ScmRights(&rights)];
            let number = number.to_ne_bytes();
            let number = [IoSlice::new(&number)];
            let flags = MsgFlags::MSG_NOSIGNAL;
            sendmsg::<()>(peer.as_raw_fd(), &number, &rights, flags, None)?;
        }
        return Ok(());
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixStream;

    use nix::unistd::geteuid;

    use super::*;

    #[test]
    fn nobody_else_is_given_anything_and_the_end_is_not_waited_for() {
        let room = tempfile::tempdir().unwrap();
        let path = room.path().join("socket");
        let mut server = Server::listen(&path).unwrap();
        let file: OwnedFd = tempfile::tempfile().unwrap().into();
        server
            .serve(vec![(7, file)], geteuid().as_raw() + 1)
            .unwrap();
        let mut stream = UnixStream::connect(&path).unwrap();
        let mut heard = Vec::new();
        io::Read::read_to_end(&mut stream, &mut heard).unwrap();
        assert_eq!(heard, b"");
        drop(server);
    }
}
