//! The loopback interface.

use std::os::fd::{AsRawFd, OwnedFd};

use nix::errno::Errno;
use nix::libc;
use nix::sys::socket::{AddressFamily, SockFlag, SockType, socket};

use crate::error::{Error, OrError};

/// Brings the loopback interface up; a system without one is left as it is.
///
/// # Errors
/// When the kernel refuses.
pub fn bring_up_loopback() -> Result<(), Error> {
    match set_up() {
        Err(Errno::ENODEV | Errno::EAFNOSUPPORT) => Ok(()),
        other => other.or_error(|| "bring up the network interface lo".into()),
    }
}

fn set_up() -> nix::Result<()> {
    let socket = socket(
        AddressFamily::Unix,
        SockType::Datagram,
        SockFlag::SOCK_CLOEXEC,
        None,
    )?;
    // SAFETY: all-zero bytes are a valid ifreq, a struct of integers and a union of such.
    let mut request: libc::ifreq = unsafe { std::mem::zeroed() };
    for (to, from) in request.ifr_name.iter_mut().zip(b"lo") {
        *to = *from as libc::c_char;
    }
    ioctl(&socket, libc::SIOCGIFFLAGS, &mut request)?;
    let up = libc::IFF_UP as libc::c_short;
    // SAFETY: SIOCGIFFLAGS filled this member of the union.
    let flags = unsafe { request.ifr_ifru.ifru_flags };
    if flags & up != 0 {
        return Ok(());
    }
    request.ifr_ifru.ifru_flags = flags | up;
    ioctl(&socket, libc::SIOCSIFFLAGS, &mut request)
}

fn ioctl(socket: &OwnedFd, number: libc::Ioctl, request: &mut libc::ifreq) -> nix::Result<()> {
    // SAFETY: both requests read and write one ifreq, which outlives the call.
    Errno::result(unsafe { libc::ioctl(socket.as_raw_fd(), number, request) }).map(drop)
}
