//! Opens and makes files as the program's user would: in a process that has that user's rights and no others.

use std::io::{IoSlice, IoSliceMut};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};

use nix::cmsg_space;
use nix::errno::Errno;
use nix::sys::socket::{
    AddressFamily, ControlMessage, ControlMessageOwned, MsgFlags, SockFlag, SockType, recvmsg,
    sendmsg, socketpair,
};
use nix::sys::wait::waitpid;
use nix::unistd::{ForkResult, fork};
use sandbox_plan::Identity;

use crate::identity;
use crate::program::exit;

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
    // SAFETY: this process has one thread, so that the child may do everything.
    match unsafe { fork() }? {
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
    let mut number = [0; 4];
    let mut space = cmsg_space!([RawFd; 1]);
    let mut buffers = [IoSliceMut::new(&mut number)];
    let flags = MsgFlags::MSG_CMSG_CLOEXEC;
    let message = recvmsg::<()>(socket.as_raw_fd(), &mut buffers, Some(&mut space), flags)?;
    let (length, mut opened) = (message.bytes, None);
    for control in message.cmsgs()? {
        if let ControlMessageOwned::ScmRights(fds) = control {
            // SAFETY: the kernel has just made these descriptors, and nothing else owns them.
            opened = fds.first().map(|fd| unsafe { OwnedFd::from_raw_fd(*fd) });
        }
    }
    match i32::from_ne_bytes(number) {
        0 if length == number.len() => opened.ok_or(Errno::EPROTO),
        0 => Err(Errno::EPROTO),
        other => Err(Errno::from_raw(other)),
    }
}
