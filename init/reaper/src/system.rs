//! Bare system calls: those for which nix has no safe function.
#![allow(
    unsafe_code,
    reason = "the calls take numbers that the compiler knows nothing of"
)]

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};

use nix::errno::Errno;
use nix::libc;
use nix::sys::signal::{SigHandler, Signal, signal};
use nix::sys::socket::{ControlMessageOwned, RecvMsg};
use nix::unistd::Pid;

/// Opens the process that has the number `pid` now.
pub fn open_process(pid: Pid) -> nix::Result<OwnedFd> {
    // SAFETY: pidfd_open(2) takes numbers.
    let fd = unsafe { libc::syscall(libc::SYS_pidfd_open, pid.as_raw(), 0) };
    let fd = RawFd::try_from(Errno::result(fd)?).map_err(|_| Errno::EBADF)?;
    // SAFETY: the call above returned this descriptor and nothing else owns it.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// Kills an open process.
pub fn kill_process(process: BorrowedFd<'_>) -> nix::Result<()> {
    let no_details = std::ptr::null::<libc::siginfo_t>();
    let fd = process.as_raw_fd();
    // SAFETY: pidfd_send_signal(2) accepts a null pointer for the signal's details.
    let result = unsafe {
        libc::syscall(
            libc::SYS_pidfd_send_signal,
            fd,
            libc::SIGKILL,
            no_details,
            0,
        )
    };
    Errno::result(result).map(drop)
}

/// The first descriptor that has come with a message, if one has.
pub fn descriptor(message: RecvMsg<'_, '_, ()>) -> nix::Result<Option<OwnedFd>> {
    Ok(message.cmsgs()?.find_map(|control| {
        let ControlMessageOwned::ScmRights(descriptors) = control else {
            return None;
        };
        let first = descriptors.first()?;
        // SAFETY: the kernel has just made this descriptor for this process, and nothing else owns it.
        Some(unsafe { OwnedFd::from_raw_fd(*first) })
    }))
}

/// Closes every descriptor but the standard ones. To be called first of all: nothing may own one of them yet. Without the
/// call, which older kernels lack, they stay open.
pub fn close_others() {
    // SAFETY: no object of this process owns a descriptor above the standard ones yet.
    unsafe { libc::syscall(libc::SYS_close_range, 3, RawFd::MAX, 0) };
}

/// Lets a signal do nothing.
pub fn ignore(ignored: Signal) -> io::Result<()> {
    // SAFETY: ignoring a signal installs no handler.
    unsafe { signal(ignored, SigHandler::SigIgn) }?;
    Ok(())
}
