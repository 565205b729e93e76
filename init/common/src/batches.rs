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

/// Lets this process no longer interrupt others as soon as it has something to do. What it runs later inherits that.
pub fn wait_for_turn() {
    let param = libc::sched_param { sched_priority: 0 };
    // SAFETY: the parameter outlives the call. Without it everything works, only more slowly.
    unsafe { libc::sched_setscheduler(0, libc::SCHED_BATCH, &param) };
}

/// Makes a pipe hold as much as is sent at once.
pub fn widen(pipe: impl AsFd) {
    // The size that it has will do, too.
    let _ = fcntl(pipe, FcntlArg::F_SETPIPE_SZ(WINDOW as libc::c_int));
}
