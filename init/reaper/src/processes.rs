//! Finds and kills the processes that use a directory by name.

use std::fs;
use std::os::fd::{AsFd, AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use nix::errno::Errno;
use nix::libc;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::unistd::{Pid, geteuid, getpid};

/// How long the kernel may take to end a killed process, in milliseconds.
const PATIENCE: u16 = 10_000;

/// Kills every process of this user that has `directory` in its command line or environment, and waits for their end;
/// says whether one was killed. `client` is not among them: where it still lives, it ended its work in peace.
pub fn kill_using(directory: &Path, client: Pid) -> bool {
    let Ok(entries) = fs::read_dir("/proc") else {
        return false;
    };
    let killed: Vec<OwnedFd> = entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok().map(Pid::from_raw))
        .filter(|pid| *pid != getpid() && *pid != client && uses(*pid, directory))
        .filter_map(|pid| kill(pid, directory))
        .collect();
    for process in &killed {
        let mut fds = [PollFd::new(process.as_fd(), PollFlags::POLLIN)];
        while poll(&mut fds, PollTimeout::from(PATIENCE)) == Err(Errno::EINTR) {}
    }
    !killed.is_empty()
}

fn uses(pid: Pid, directory: &Path) -> bool {
    let process = Path::new("/proc").join(pid.to_string());
    let ours = fs::metadata(&process).is_ok_and(|data| data.uid() == geteuid().as_raw());
    ours && ["cmdline", "environ"].iter().any(|name| {
        fs::read(process.join(name))
            .is_ok_and(|text| names(&text, directory.as_os_str().as_bytes()))
    })
}

/// Whether `text` has the path as a whole, not as the beginning of another directory's name.
fn names(text: &[u8], path: &[u8]) -> bool {
    text.windows(path.len()).enumerate().any(|(index, window)| {
        let next = text.get(index + path.len());
        window == path
            && !next.is_some_and(|byte| {
                byte.is_ascii_alphanumeric() || b"-_.".contains(byte) || !byte.is_ascii()
            })
    })
}

fn kill(pid: Pid, directory: &Path) -> Option<OwnedFd> {
    // SAFETY: pidfd_open(2) takes numbers.
    let fd = unsafe { libc::syscall(libc::SYS_pidfd_open, pid.as_raw(), 0) };
    let fd = i32::try_from(Errno::result(fd).ok()?).ok()?;
    // SAFETY: the call above returned this descriptor and nothing else owns it.
    let process = unsafe { OwnedFd::from_raw_fd(fd) };
    // Between the look and the descriptor the number may have become somebody else's.
    if !uses(pid, directory) {
        return None;
    }
    let no_details = std::ptr::null::<libc::siginfo_t>();
    // SAFETY: pidfd_send_signal(2) accepts a null pointer for the signal's details.
    let result = unsafe {
        libc::syscall(
            libc::SYS_pidfd_send_signal,
            process.as_raw_fd(),
            libc::SIGKILL,
            no_details,
            0,
        )
    };
    Errno::result(result).ok().map(|_| process)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_longer_name_is_another_directory() {
        let path = b"/run/sandbox/a";
        assert!(names(b"-pidfile\0/run/sandbox/a/qemu.pid\0", path));
        assert!(names(b"HOME=/run/sandbox/a", path));
        assert!(names(b"/run/sandbox/ab:/run/sandbox/a,server=on", path));
        assert!(!names(
            b"/run/sandbox/ab\0/run/sandbox/a-1\0/run/sandbox/a.x",
            path
        ));
        assert!(!names(b"/run", path));
    }
}
