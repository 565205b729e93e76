//! Finds and kills the virtual machines of an embedded driver.

use std::fs;
use std::os::fd::{AsFd, AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use nix::errno::Errno;
use nix::libc;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::unistd::{Pid, geteuid};

/// How long the kernel may take to end a killed process, in milliseconds.
const PATIENCE: u16 = 10_000;

/// Kills every QEMU process that has `directory` in its command line, as libvirt starts them, and waits for their end;
/// says whether one was killed.
pub fn kill_using(directory: &Path) -> bool {
    let Ok(entries) = fs::read_dir("/proc") else {
        return false;
    };
    let killed: Vec<OwnedFd> = entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok().map(Pid::from_raw))
        .filter(|pid| uses(*pid, directory))
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
    // Root's machines run as another user.
    let ours = geteuid().is_root()
        || fs::metadata(&process).is_ok_and(|data| data.uid() == geteuid().as_raw());
    let command = fs::read(process.join("cmdline")).unwrap_or_default();
    ours && is_qemu(&command) && names(&command, directory.as_os_str().as_bytes())
}

/// Whether the program is QEMU: nobody else ends for having the path among its arguments.
fn is_qemu(command: &[u8]) -> bool {
    let program = command.split(|byte| *byte == 0).next().unwrap_or_default();
    let name = program
        .rsplit(|byte| *byte == b'/')
        .next()
        .unwrap_or_default();
    name.starts_with(b"qemu-") || name == b"kvm"
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
    fn only_qemu_is_meant() {
        assert!(is_qemu(b"/usr/bin/qemu-system-x86_64\0-S\0"));
        assert!(is_qemu(b"kvm\0"));
        assert!(!is_qemu(b"vi\0/run/sandbox/a/qemu-system\0"));
        assert!(!is_qemu(b""));
    }

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
