//! Opens and makes files as the program's user would: in a process that has that user's rights and no others.

use std::io::IoSlice;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};

use nix::errno::Errno;
use nix::sys::socket::{
    AddressFamily, ControlMessage, MsgFlags, SockFlag, SockType, sendmsg, socketpair,
};
use nix::sys::wait::waitpid;
use nix::unistd::ForkResult;
use sandbox_plan::Identity;

use crate::identity;
use crate::passing::receive;
use crate::system::{exit, fork};

/// What `open` opens with the rights of `identity`.
pub fn open_as(
    identity: &Identity,
    open: impl FnOnce() -> nix::Result<OwnedFd>,
) -> nix::Result<OwnedFd> {
    let (ours, theirs) = socketpair(
        AddressFamily::Unix,
        SockType::SeqPacket,
        None,
        SockFlag::SOCK_CLOEXEC,
    )?;
    match fork()? {
        ForkResult::Child => {
            drop(ours);
            let opened = identity::assume(identity)
                .map_err(|_| Errno::EPERM)
                .and_then(|()| open());
            // The parent takes silence for a failure.
            let _ = tell(&theirs, opened);
            exit(0)
        }
        ForkResult::Parent { child } => {
            drop(theirs);
            let opened = hear(&ours);
            waitpid(child, None)?;
            opened
        }
    }
}

fn tell(socket: &OwnedFd, opened: nix::Result<OwnedFd>) -> nix::Result<usize> {
    let number = match &opened {
        Ok(_) => 0,
        Err(errno) => *errno as i32,
    };
    let fds: Vec<RawFd> = opened.iter().map(AsRawFd::as_raw_fd).collect();
    let rights = [ControlMessage::ScmRights(&fds)];
    let rights = if fds.is_empty() { &[][..] } else { &rights[..] };
    let number = number.to_ne_bytes();
    let flags = MsgFlags::MSG_NOSIGNAL;
    sendmsg::<()>(
        socket.as_raw_fd(),
        &[IoSlice::new(&number)],
        rights,
        flags,
        None,
    )
}

fn hear(socket: &OwnedFd) -> nix::Result<OwnedFd> {
    match receive(socket)? {
        Some((0, opened)) => opened.ok_or(Errno::EPROTO),
        Some((number, _)) => Err(Errno::from_raw(number as i32)),
        None => Err(Errno::EPROTO),
    }
}
