//! The virtio-serial port to the host.

use std::fs;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::fcntl::{OFlag, open as open_file};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};
use nix::sys::socket::{
    AddressFamily, MsgFlags, NetlinkAddr, SockFlag, SockProtocol, SockType, bind, recv, socket,
};
use nix::sys::stat::Mode;
use sandbox_init::{Error, OrError};

const PORTS: &str = "/sys/class/virtio-ports";

/// How long a device that never appears, or a host that never connects, may hold up the failure.
const PATIENCE: Duration = Duration::from_secs(10);

/// The kernel's news about devices.
pub struct Events(OwnedFd);

impl Events {
    /// Starts to listen; what happens from now on is not missed.
    pub fn new() -> Result<Self, Error> {
        listen()
            .map(Self)
            .or_error(|| "listen to device events".into())
    }

    /// Waits for news; an error when there are none until `deadline`.
    fn wait(&self, deadline: Instant) -> nix::Result<()> {
        let mut fds = [PollFd::new(self.0.as_fd(), PollFlags::POLLIN)];
        let timeout = PollTimeout::try_from(remaining(deadline)).unwrap_or(PollTimeout::ZERO);
        match poll(&mut fds, timeout) {
            Ok(0) => return Err(Errno::ETIMEDOUT),
            Err(Errno::EINTR) => return Ok(()),
            other => other?,
        };
        // The text is of no interest, nor whether some was lost: the caller looks again.
        match recv(self.0.as_raw_fd(), &mut [0; 4096], MsgFlags::MSG_DONTWAIT) {
            Ok(_) | Err(Errno::EAGAIN | Errno::EINTR | Errno::ENOBUFS) => Ok(()),
            Err(errno) => Err(errno),
        }
    }
}

/// Opens the port called `name` as soon as it is there and the host is connected to it.
pub fn open(name: &str, events: &Events) -> Result<OwnedFd, Error> {
    let deadline = Instant::now() + PATIENCE;
    let path = loop {
        if let Some(path) = find(name) {
            break path;
        }
        events
            .wait(deadline)
            .or_error(|| format!("find the virtio-serial port {name}"))?;
    };
    let flags = OFlag::O_RDWR | OFlag::O_CLOEXEC | OFlag::O_NONBLOCK;
    let port = open_file(&path, flags, Mode::empty())
        .or_error(|| format!("open the virtio-serial port {}", path.display()))?;
    wait_for_host(&port, deadline)
        .or_error(|| format!("reach the host at the virtio-serial port {name}"))?;
    Ok(port)
}

fn listen() -> nix::Result<OwnedFd> {
    let socket = socket(
        AddressFamily::Netlink,
        SockType::Datagram,
        SockFlag::SOCK_CLOEXEC,
        SockProtocol::NetlinkKObjectUEvent,
    )?;
    bind(socket.as_raw_fd(), &NetlinkAddr::new(0, 1))?;
    Ok(socket)
}

fn find(name: &str) -> Option<PathBuf> {
    for entry in fs::read_dir(PORTS).ok()?.flatten() {
        if fs::read_to_string(entry.path().join("name")).is_ok_and(|found| found.trim_end() == name)
        {
            return Some(Path::new("/dev").join(entry.file_name()));
        }
    }
    None
}

/// The port tells of the host a moment after its name; until then it looks hung up. Only the change is waited for, since
/// the state itself would be reported without end.
fn wait_for_host(port: &OwnedFd, deadline: Instant) -> nix::Result<()> {
    let epoll = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?;
    let interest = EpollFlags::EPOLLIN | EpollFlags::EPOLLOUT | EpollFlags::EPOLLET;
    epoll.add(port, EpollEvent::new(interest, 0))?;
    let mut events = [EpollEvent::empty()];
    loop {
        let timeout = EpollTimeout::try_from(remaining(deadline)).unwrap_or(EpollTimeout::ZERO);
        match epoll.wait(&mut events, timeout) {
            Ok(0) => return Err(Errno::ETIMEDOUT),
            Ok(_) if !events[0].events().contains(EpollFlags::EPOLLHUP) => return Ok(()),
            Ok(_) | Err(Errno::EINTR) => {}
            Err(errno) => return Err(errno),
        }
    }
}

fn remaining(deadline: Instant) -> Duration {
    deadline.saturating_duration_since(Instant::now())
}
