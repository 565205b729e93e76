//! Finds and kills the virtual machines of an embedded driver.
//!
//! A machine is known by the lock on its pid file, which QEMU holds from before it is executed until it ends: the kernel tells whose
//! that is. What is in command lines could be anybody's.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::libc;
use nix::unistd::Pid;

use crate::control_groups;
use crate::process::{Process, start_of};

/// How long the kernel may take to end a killed process, in milliseconds.
const TIMEOUT: u16 = 10_000;

/// Where libvirt's driver has the pid files of its machines, and its own.
const MACHINES: &str = "run/qemu";

/// Held by the process that the driver is in, as long as it lives.
const DRIVER: &str = "driver.pid";

/// Where it has the QEMUs that it only asks what they can do, each in a directory.
const PROBES: &str = "lib/qemu";

/// What the names of these directories begin with.
const PROBE: &str = "qmp-";

/// The pid file of such a QEMU.
const PROBE_FILE: &str = "qmp.pid";

/// Kills all machines of the driver in `root`, which is the client's alone and has been moved away: so what only begins to start
/// finds no place for its pid file, and ends by itself.
pub fn end_all(root: &Path) {
    let machines = pid_files(&root.join(MACHINES));
    let probes = probes(root).into_iter().map(|path| path.join(PROBE_FILE));
    end(machines.into_iter().chain(probes), 0);
}

/// Kills what a client that is gone has started in a driver's directory that others may use, too: the machine `name`, and what its
/// driver has asked. `since` is when the client was there already.
pub fn end_of_client(root: &Path, name: &str, since: u64) {
    let machine = root.join(MACHINES).join(format!("{name}.pid"));
    let machine = Running::of(&machine, since);
    let is_earlier = |pid| start_of(pid).is_some_and(|start| start < since);
    let probes: Vec<PathBuf> = probes(root)
        .into_iter()
        .filter(|path| !holder(&path.join(PROBE_FILE)).is_some_and(is_earlier))
        .collect();
    // Whoever has the driver now has these machines, too. What was found before this look is of the one before.
    if holder(&root.join(MACHINES).join(DRIVER)).is_some() {
        return;
    }
    // Without their directories, those that only begin to start end by themselves.
    let moved: Vec<PathBuf> = probes
        .into_iter()
        .filter_map(|path| move_away(&path))
        .collect();
    let files = moved.iter().map(|path| path.join(PROBE_FILE));
    let probes = files.filter_map(|file| Running::of(&file, since));
    let all: Vec<Running> = machine.into_iter().chain(probes).collect();
    Running::end(&all);
    for directory in moved {
        // There is nobody to tell, and nothing but sockets and pid files in it.
        let _ = fs::remove_dir_all(directory);
    }
}

fn end(files: impl Iterator<Item = PathBuf>, since: u64) {
    let all: Vec<Running> = files.filter_map(|file| Running::of(&file, since)).collect();
    Running::end(&all);
}

/// The pid files of a directory, but that of the driver.
fn pid_files(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "pid"))
        .filter(|path| path.file_name().is_some_and(|name| name != DRIVER))
        .collect()
}

fn probes(root: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(root.join(PROBES)).into_iter().flatten();
    let probes = entries.flatten().filter(|entry| {
        let is_probe = entry.file_name().to_string_lossy().starts_with(PROBE);
        is_probe && entry.file_type().is_ok_and(|kind| kind.is_dir())
    });
    probes.map(|entry| entry.path()).collect()
}

fn move_away(probe: &Path) -> Option<PathBuf> {
    let name = probe.file_name()?.to_string_lossy();
    let target = probe.with_file_name(format!("gone-{name}"));
    fs::rename(probe, &target).ok().map(|()| target)
}

/// The process that holds the lock on a pid file.
fn holder(path: &Path) -> Option<Pid> {
    let file = OpenOptions::new()
        .read(true)
        .custom_flags((OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK).bits())
        .open(path);
    holder_of(&file.ok()?)
}

fn holder_of(file: &File) -> Option<Pid> {
    let mut lock = libc::flock {
        l_type: libc::F_WRLCK as libc::c_short,
        l_whence: libc::SEEK_SET as libc::c_short,
        l_start: 0,
        l_len: 0,
        l_pid: 0,
    };
    fcntl(file, FcntlArg::F_GETLK(&mut lock)).ok()?;
    let is_held = i32::from(lock.l_type) != libc::F_UNLCK && lock.l_pid > 0;
    is_held.then(|| Pid::from_raw(lock.l_pid))
}

/// A machine that is to end.
struct Running {
    process: Process,
    groups: Vec<PathBuf>,
}

impl Running {
    /// That of the pid file, if it runs and was started at `since` or later.
    fn of(pid_file: &Path, since: u64) -> Option<Self> {
        let pid = holder(pid_file)?;
        let process = Process::open(pid)?;
        let groups = control_groups::of(pid);
        let is_late = start_of(pid)? >= since;
        // Between the look and the descriptor the number may have become somebody else's.
        (is_late && holder(pid_file) == Some(pid)).then_some(Self { process, groups })
    }

    fn end(all: &[Self]) {
        let killed: Vec<&Self> = all
            .iter()
            .filter(|machine| machine.process.kill())
            .collect();
        for machine in killed {
            machine.process.wait_for_end(TIMEOUT.into());
            control_groups::remove(&machine.groups);
        }
    }
}
