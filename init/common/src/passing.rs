//! Descriptors that come over a socket, each with a number.

use std::io::IoSliceMut;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};

use nix::cmsg_space;
use nix::errno::Errno;
use nix::sys::socket::{MsgFlags, recvmsg};

use crate::system::descriptor;

/// The next number, with the descriptor that it may come with; none at the end.
pub fn receive(socket: &impl AsRawFd) -> nix::Result<Option<(u32, Option<OwnedFd>)>> {
    let mut number = [0; 4];
    let mut space = cmsg_space!([RawFd; 1]);
    let mut buffers = [IoSliceMut::new(&mut number)];
    let flags = MsgFlags::MSG_CMSG_CLOEXEC;
    let message = recvmsg::<()>(socket.as_raw_fd(), &mut buffers, Some(&mut space), flags)?;
    let length = message.bytes;
    let descriptor = descriptor(message)?;
    match length {
        0 => Ok(None),
        4 => Ok(Some((u32::from_ne_bytes(number), descriptor))),
        _ => Err(Errno::EPROTO),
    }
}
