//! On a single processor: lets the program fill its pipes before the relay empties them, instead of a change of processes a write.

use std::os::fd::AsFd;

use nix::fcntl::{FcntlArg, fcntl};
use nix::libc;
use nix::unistd::{SysconfVar, sysconf};
use sandbox_plan::WINDOW;

/// Whether program and relay have to share a processor.
pub fn are_worthwhile() -> bool {
    matches!(sysconf(SysconfVar::_NPROCESSORS_ONLN), Ok(Some(1)))
}

/// Makes a pipe hold as much as is sent at once.
pub fn widen(pipe: impl AsFd) {
    // The size that it has will do, too.
    let _ = fcntl(pipe, FcntlArg::F_SETPIPE_SZ(WINDOW as libc::c_int));
}
