//! The virtio-serial port to the host.

use std::fs;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::time::Instant;

use nix::errno::Errno;
use nix::fcntl::{OFlag, open as open_file};
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};
use nix::sys::stat::Mode;
use sandbox_init::{Error, OrError};

use crate::events::{Events, TIMEOUT, remaining};

const PORTS: &str = "/sys/class/virtio-ports";

/// Opens the port called `name` as soon as it is there and the host is connected to it.
pub fn open(name: &str, events: &Events) -> Result<OwnedFd, Error> {
    let deadline = Instant::now() + TIMEOUT;
    let path = events
        .wait_until(deadline, || find(name))
        .or_error(|| format!("find the virtio-serial port {name}"))?;
    let flags = OFlag::O_RDWR | OFlag::O_CLOEXEC | OFlag::O_NONBLOCK;
    let port = open_file(&path, flags, Mode::empty())
        .or_error(|| format!("open the virtio-serial port {}", path.display()))?;
    wait_for_host(&port, deadline)
        .or_error(|| format!("reach the host at the virtio-serial port {name}"))?;
    Ok(port)
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
