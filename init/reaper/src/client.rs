//! What the client says while it lives, and its end, which may come without a word.

use std::io::{self, IoSliceMut};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

use nix::cmsg_space;
use nix::errno::Errno;
use nix::libc;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::socket::{MsgFlags, recvmsg};
use nix::unistd::read;

use crate::arguments::Arguments;
use crate::guest_log::GuestLog;
use crate::process::{Parent, Process};
use crate::system::descriptor;

/// It has cleaned up itself.
const DONE: u8 = b'.';
/// Its machine has a log.
const LOG: u8 = b'l';
/// With it comes what holds the lock of the directory that is to be removed.
const LOCK: u8 = b'k';
/// With it comes a process that ends with the client.
const PROCESS: u8 = b'p';

/// What a client that is gone has left to do with.
#[derive(Debug, Default)]
pub struct Estate {
    /// What holds the lock, which so goes from hand to hand.
    pub lock: Option<OwnedFd>,
    /// What has to end.
    pub processes: Vec<Process>,
}

/// Waits for the client: none when it said that it cleaned up itself, instead of just being gone.
///
/// Its end is that of its process, of which it may have left copies that hold the line; and where that can't be seen, the end of the
/// line.
pub fn wait(arguments: &Arguments, client: &Parent) -> Option<Estate> {
    let stdin = io::stdin();
    let mut estate = Estate::default();
    let mut log = None;
    loop {
        if !wait_for_word(stdin.as_fd(), client, log.as_ref()) {
            return Some(estate);
        }
        match hear(stdin.as_fd()) {
            Err(Errno::EINTR) => {}
            Ok(Some((LOG, _))) => {
                log = arguments.state_dir.as_deref().map(GuestLog::of);
            }
            Ok(Some((LOCK, lock))) => estate.lock = lock,
            Ok(Some((PROCESS, process))) => estate.processes.extend(process.map(Process::from)),
            Ok(Some((DONE, _))) => return None,
            _ => break,
        }
    }
    if let Parent::Open(client) = client {
        // Its files are closed one after the other: the lock may still be held.
        client.wait_for_end(PollTimeout::NONE);
    }
    Some(estate)
}

/// Waits until there is something to read; false when there is not, and the client is gone. Meanwhile it looks after the log.
fn wait_for_word(line: BorrowedFd<'_>, client: &Parent, log: Option<&GuestLog>) -> bool {
    let watched = |fd| PollFd::new(fd, PollFlags::POLLIN);
    let mut fds = vec![watched(line)];
    if let Parent::Open(client) = client {
        fds.push(watched(client.as_fd()));
    }
    let others = fds.len();
    fds.extend(log.and_then(GuestLog::changes).map(watched));
    let patience = match client {
        Parent::Gone => PollTimeout::ZERO,
        Parent::Open(_) | Parent::Hidden => log.map_or(PollTimeout::NONE, GuestLog::patience),
    };
    loop {
        match poll(&mut fds, patience) {
            Err(Errno::EINTR) => continue,
            Ok(_) => {}
            Err(_) => return true,
        }
        let is_ready = |fd: &PollFd<'_>| fd.any() == Some(true);
        if is_ready(&fds[0]) {
            return true;
        }
        if matches!(client, Parent::Gone) || fds[1..others].iter().any(is_ready) {
            return false;
        }
        if let Some(log) = log {
            log.look();
        }
    }
}

/// The next word, with the descriptor that came with it; none at the end of the line.
fn hear(line: BorrowedFd<'_>) -> nix::Result<Option<(u8, Option<OwnedFd>)>> {
    let mut word = [0];
    let mut space = cmsg_space!([libc::c_int; 1]);
    let mut buffers = [IoSliceMut::new(&mut word)];
    let flags = MsgFlags::MSG_CMSG_CLOEXEC;
    let heard = recvmsg::<()>(line.as_raw_fd(), &mut buffers, Some(&mut space), flags);
    let (length, descriptor) = match heard {
        // Who starts it by hand may have it read from anything.
        Err(Errno::ENOTSOCK) => (read(line, &mut word)?, None),
        heard => {
            let heard = heard?;
            (heard.bytes, descriptor(heard)?)
        }
    };
    Ok((length == 1).then_some((word[0], descriptor)))
}
