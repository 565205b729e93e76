//! The QEMU of a machine, among the processes of the host.

use std::fs;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

use super::process::{sockets, wait, wait_for_parent};
use super::{guest, statedir};
use crate::builder::files;
use crate::driver::Placement;

/// How long QEMU may take to end by itself, before libvirt is left to end it.
const TIMEOUT: Duration = Duration::from_secs(5);

/// As long as libvirt would wait.
const PATIENCE_OF_PARENT: Duration = Duration::from_millis(200);

/// The process ID of the QEMU of the machine `name`, with its directory in `/proc`: it has `path` in its command line.
///
/// Anybody can have that there, so the one counts that libvirt tells. Where its file can't be read, as that of a daemon elsewhere,
/// all are given that have it, and where the host hides processes from their neighbours, none.
pub(super) fn of_machine(placement: &Placement, name: &str, path: &Path) -> Vec<(u32, PathBuf)> {
    for pid_file in pid_files(placement, name) {
        if let Some(pid) = pid_in(&pid_file) {
            let process = PathBuf::from(format!("/proc/{pid}"));
            if is_told(&process, path) {
                return vec![(pid.as_raw_pid().unsigned_abs(), process)];
            }
        }
    }
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path())))
        .filter(|(_, process)| is_told(process, path))
        .collect()
}

/// Where libvirt may have written its process ID to.
fn pid_files(placement: &Placement, name: &str) -> [PathBuf; 2] {
    [true, false].map(|has_rights| guest::pid_file(placement, has_rights, name))
}

fn pid_in(pid_file: &Path) -> Option<Pid> {
    Pid::from_raw(fs::read_to_string(pid_file).ok()?.trim().parse().ok()?)
}

/// Has the QEMU of the machine `name` end, before libvirt destroys its domain.
pub(super) fn end_machine(placement: &Placement, name: &str) {
    // Nothing that was started here has another name.
    let Ok(path) = statedir::path_of(name) else {
        return;
    };
    let socket = files::real_guest_dir(&path).join(files::SOCKET);
    for pid_file in pid_files(placement, name) {
        end(&pid_file, &socket);
    }
}

/// Has the QEMU end that libvirt has written the process ID of to `pid_file`, if it has `path` in its command line, and waits
/// until it has. libvirt, which is to destroy its domain then, would send it the same signal, and look again after 0.2 s; and so it
/// would when QEMU hangs up, some milliseconds before it is gone.
///
/// Where this fails, for example because QEMU is another user's, libvirt does it.
fn end(pid_file: &Path, path: &Path) {
    let Some((pid, process)) = find(pid_file, path) else {
        return;
    };
    let sockets = sockets(pid, &process);
    let has_ended = pidfd_send_signal(&process, Signal::TERM).is_ok()
        && wait(&process, Instant::now() + TIMEOUT);
    if has_ended {
        wait_for_parent(pid, &process, Instant::now() + PATIENCE_OF_PARENT);
    }
    drop(sockets);
}

fn find(pid_file: &Path, path: &Path) -> Option<(Pid, OwnedFd)> {
    let pid = pid_in(pid_file)?;
    let process = pidfd_open(pid, PidfdFlags::empty()).ok()?;
    // Looked at when it is held: the ID could be another one's by now.
    is_told(&Path::new("/proc").join(pid.to_string()), path).then_some((pid, process))
}

fn is_told(process: &Path, path: &Path) -> bool {
    let command = fs::read(process.join("cmdline")).unwrap_or_default();
    memchr::memmem::find(&command, path.as_os_str().as_encoded_bytes()).is_some()
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::os::unix::process::ExitStatusExt;
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn only_the_process_of_the_machine_is_ended() {
        let room = tempfile::tempdir().unwrap();
        let pid_file = room.path().join("box.pid");
        let mut process = Command::new("/bin/cat")
            .args(["-", "/run/box/app.sock"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut input = process.stdin.take().unwrap();
        let mut output = process.stdout.take().unwrap();
        let mut answers = || {
            input.write_all(b"x").unwrap();
            output.read_exact(&mut [0]).unwrap();
        };
        // It runs, and has its command line.
        answers();
        fs::write(&pid_file, format!("{}\n", process.id())).unwrap();
        end(&pid_file, Path::new("/run/another/app.sock"));
        end(
            &room.path().join("none.pid"),
            Path::new("/run/box/app.sock"),
        );
        answers();
        end(&pid_file, Path::new("/run/box/app.sock"));
        assert_eq!(
            process.wait().unwrap().signal(),
            Some(Signal::TERM.as_raw())
        );
    }
}
