//! The machines of an embedded driver that the reaper ends, and those that it leaves alone.
#![allow(unsafe_code, reason = "bare system calls")]

use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Child;

use nix::fcntl::{FcntlArg, FdFlag, fcntl};

use super::*;

/// One that holds the lock on `pid_file`, as libvirt has its machines do.
fn machine(pid_file: &Path) -> Child {
    let file = File::create(pid_file).unwrap();
    let mut command = command("qemu-system-test", Path::new("machine"));
    // SAFETY: fcntl(2) may be called between fork and exec; the descriptor is open until then.
    unsafe {
        command.pre_exec(move || {
            let lock = nix::libc::flock {
                l_type: nix::libc::F_WRLCK as nix::libc::c_short,
                l_whence: nix::libc::SEEK_SET as nix::libc::c_short,
                l_start: 0,
                l_len: 0,
                l_pid: 0,
            };
            fcntl(&file, FcntlArg::F_SETLK(&lock))?;
            fcntl(&file, FcntlArg::F_SETFD(FdFlag::empty()))?;
            Ok(())
        })
    };
    start(&mut command)
}

fn assert_alive(mut other: Child) {
    assert_eq!(other.try_wait().unwrap(), None);
    drop(other.stdin.take());
    assert_eq!(other.wait().unwrap().code(), Some(1));
}

#[test]
fn kills_what_an_embedded_driver_has_started_and_nothing_else() {
    let scratch = Scratch::new("kill");
    let machines = scratch.root().join("run/qemu");
    let probe = scratch.root().join("lib/qemu/qmp-abc/qmp.pid");
    let ended = [machine(&machines.join("box.pid")), machine(&probe)];
    let others = [
        // They are not the driver's, whatever their command lines say.
        process("qemu-system-test", &machines.join("monitor.sock")),
        process("qemu-system-test", &scratch.0.join("root-of-another")),
        machine(&machines.join("driver.pid")),
    ];
    // Their number may be somebody else's by now.
    let stale = format!("{}", others[0].id());
    fs::write(machines.join("stale.pid"), stale).unwrap();

    let mut reaper = reaper()
        .args(["--remove-root", "--embedded-root"])
        .arg(scratch.root())
        .spawn()
        .unwrap();
    drop(reaper.stdin.take());
    // What the test started must be reaped for the reaper to see its end.
    ended.into_iter().for_each(assert_killed);
    assert!(reaper.wait().unwrap().success());
    let left: Vec<_> = fs::read_dir(&scratch.0).unwrap().flatten().collect();
    assert_eq!(left.len(), 1, "only the state directory: {left:?}");
    others.into_iter().for_each(assert_alive);
}

/// A reaper of the scratch's state directory, whose machine is in a directory that is not the client's alone.
fn watch_shared(scratch: &Scratch) -> Child {
    let mut command = reaper();
    command
        .arg("--embedded-root")
        .arg(scratch.root())
        .arg("--state-dir")
        .arg(scratch.state());
    spawn_detached(&mut command)
}

/// When the process was started, in ticks since the system's start.
fn start_of(process: &Child) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/stat", process.id())).unwrap();
    let (_, rest) = status.rsplit_once(')').unwrap();
    rest.split_whitespace().nth(19).unwrap().parse().unwrap()
}

#[test]
fn kills_only_its_client_s_machine_in_a_directory_of_others() {
    let scratch = Scratch::new("shared");
    let reaper = watch_shared(&scratch);
    let machines = scratch.root().join("run/qemu");
    let probe = scratch.root().join("lib/qemu/qmp-abc");
    let ended = [
        machine(&machines.join("state.pid")),
        machine(&probe.join("qmp.pid")),
    ];
    let others = [
        machine(&machines.join("other.pid")),
        process("qemu-system-test", &machines.join("monitor.sock")),
    ];
    let reaper = std::thread::spawn(|| end(reaper));
    ended.into_iter().for_each(assert_killed);
    reaper.join().unwrap();
    others.into_iter().for_each(assert_alive);
    assert!(!probe.exists() && !scratch.state().exists());
    assert!(scratch.root().join("lib/qemu/log").exists());
}

#[test]
fn what_ran_before_its_client_or_has_a_new_driver_is_left_alone() {
    let scratch = Scratch::new("before");
    let pid_file = scratch.root().join("run/qemu/state.pid");
    let earlier = machine(&pid_file);
    let probe = machine(&scratch.root().join("lib/qemu/qmp-abc/qmp.pid"));
    loop {
        let mut reaper = watch_shared(&scratch);
        if start_of(&reaper) > start_of(&probe) {
            end(reaper);
            break;
        }
        reaper.stdin.take().unwrap().write_all(b".").unwrap();
        reaper.wait().unwrap();
    }
    assert_alive(earlier);
    assert_alive(probe);

    let reaper = watch_shared(&scratch);
    let own = machine(&pid_file);
    let driver = machine(&scratch.root().join("run/qemu/driver.pid"));
    end(reaper);
    assert_alive(own);
    assert_alive(driver);
    assert!(scratch.root().join("lib/qemu/qmp-abc").exists());
}
