//! Finds and kills the virtual machines of an embedded driver.

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use nix::unistd::{Pid, geteuid};

use crate::control_groups;
use crate::process::Process;

/// How long the kernel may take to end a killed process, in milliseconds.
const PATIENCE: u16 = 10_000;

/// A machine that is ending.
struct Killed {
    process: Process,
    groups: Vec<PathBuf>,
}

/// Kills every QEMU process that has `directory` in its command line, as libvirt starts them, and waits for their end;
/// says whether one was killed.
pub fn kill_using(directory: &Path) -> bool {
    let Ok(entries) = fs::read_dir("/proc") else {
        return false;
    };
    let killed: Vec<Killed> = entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok().map(Pid::from_raw))
        .filter(|pid| uses(*pid, directory))
        .filter_map(|pid| kill(pid, directory))
        .collect();
    for machine in &killed {
        machine.process.wait_for_end(PATIENCE.into());
        control_groups::remove(&machine.groups);
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

fn kill(pid: Pid, directory: &Path) -> Option<Killed> {
    let process = Process::open(pid)?;
    let groups = control_groups::of(pid);
    // Between the look and the descriptor the number may have become somebody else's.
    (uses(pid, directory) && process.kill()).then_some(Killed { process, groups })
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
