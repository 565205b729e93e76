//! What the reaper has of its client, and how it hears of its end.
#![allow(unsafe_code, reason = "bare system calls")]

use std::io::{IoSlice, Write};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, IntoRawFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;

use nix::fcntl::{FcntlArg, FdFlag, fcntl};
use nix::pty::openpty;
use nix::sys::signal::{Signal, kill};
use nix::sys::socket::{ControlMessage, MsgFlags, sendmsg};
use nix::sys::termios::{SetArg, cfmakeraw, tcgetattr, tcsetattr};
use nix::unistd::{Pid, getsid};

use super::*;

#[test]
fn a_client_that_left_a_copy_of_itself_is_gone_all_the_same() {
    let scratch = Scratch::new("copy");
    // The copy of the client has the other end of the line, as this process does here.
    let (copy, line) = UnixStream::pair().unwrap();
    let script = r#"exec 3<&0; "$0" --client $$ --state-dir "$1" <&3 3<&- & echo; wait"#;
    let mut client = Command::new("bash")
        .args(["-c", script, env!("CARGO_BIN_EXE_libvirt-sandbox-reaper")])
        .arg(scratch.state())
        .stdin(OwnedFd::from(line))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    wait_for_output(&mut client);
    assert!(scratch.state().exists());
    client.kill().unwrap();
    client.wait().unwrap();
    wait_for_removal(&scratch.state());
    drop(copy);
}

#[test]
fn the_lock_goes_from_the_client_to_the_reaper() {
    let scratch = Scratch::new("heir");
    let (line, stdin) = UnixStream::pair().unwrap();
    let mut command = reaper();
    command.arg("--state-dir").arg(scratch.state());
    command.stdin(OwnedFd::from(stdin));
    let mut reaper = command.spawn().unwrap();
    // The command has the reaper's end of the line.
    drop(command);
    let lock = File::open(scratch.state().join("lock")).unwrap();
    lock.lock().unwrap();
    let sandbox = process("libvirt_lxc", Path::new("sandbox"));
    // SAFETY: pidfd_open(2) takes numbers.
    let pidfd = unsafe { nix::libc::syscall(nix::libc::SYS_pidfd_open, sandbox.id(), 0) };
    // SAFETY: the call above returned this descriptor and nothing else owns it.
    let pidfd = unsafe { OwnedFd::from_raw_fd(pidfd.try_into().unwrap()) };
    for (word, descriptor) in [(b"k", lock.as_fd()), (b"p", pidfd.as_fd())] {
        let descriptors = [descriptor.as_raw_fd()];
        let message = [ControlMessage::ScmRights(&descriptors)];
        let word = [IoSlice::new(word)];
        sendmsg::<()>(line.as_raw_fd(), &word, &message, MsgFlags::empty(), None).unwrap();
    }
    // The client has died, and a copy of it holds the lock on.
    drop(line);
    assert_killed(sandbox);
    assert!(reaper.wait().unwrap().success());
    assert!(!scratch.state().exists());
}

#[test]
fn waits_for_the_end_of_the_client_not_only_of_the_pipe() {
    let scratch = Scratch::new("client");
    // The client holds the lock a while longer than the pipe, as a dying process does.
    let script =
        r#"exec 9<"$1/lock"; flock 9; : | "$0" --client $$ --state-dir "$1" & echo; read end"#;
    let mut client = Command::new("bash")
        .args(["-c", script, env!("CARGO_BIN_EXE_libvirt-sandbox-reaper")])
        .arg(scratch.state())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    wait_for_output(&mut client);
    assert!(scratch.state().exists());
    client.kill().unwrap();
    client.wait().unwrap();
    wait_for_removal(&scratch.state());
}

#[test]
fn does_nothing_when_it_is_dismissed() {
    let scratch = Scratch::new("dismissed");
    let mut reaper = reaper()
        .arg("--state-dir")
        .arg(scratch.state())
        .spawn()
        .unwrap();
    reaper.stdin.take().unwrap().write_all(b".").unwrap();
    assert!(reaper.wait().unwrap().success());
    assert!(scratch.state().exists());
}

#[test]
fn survives_the_signals_of_the_client_in_a_session_of_its_own() {
    let scratch = Scratch::new("signals");
    let mut reaper = spawn_detached(reaper().arg("--state-dir").arg(scratch.state()));
    let pid = Pid::from_raw(reaper.id().cast_signed());
    assert_eq!(getsid(Some(pid)).unwrap(), pid);
    for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP] {
        kill(pid, signal).unwrap();
    }
    assert!(scratch.state().exists());
    drop(reaper.stdin.take());
    assert!(reaper.wait().unwrap().success());
    assert!(!scratch.state().exists());
}

#[test]
fn keeps_no_file_of_the_client() {
    let scratch = Scratch::new("files");
    let extra = File::open("/dev/null").unwrap().into_raw_fd();
    let mut command = reaper();
    command.arg("--state-dir").arg(scratch.state());
    // SAFETY: fcntl(2) may be called between fork and exec; the descriptor is open until then.
    unsafe {
        command.pre_exec(move || {
            fcntl(
                BorrowedFd::borrow_raw(extra),
                FcntlArg::F_SETFD(FdFlag::empty()),
            )?;
            Ok(())
        })
    };
    let mut reaper = spawn_detached(&mut command);
    let mut held: Vec<i32> = fs::read_dir(format!("/proc/{}/fd", reaper.id()))
        .unwrap()
        .map(|entry| {
            entry
                .unwrap()
                .file_name()
                .to_str()
                .unwrap()
                .parse()
                .unwrap()
        })
        .collect();
    held.sort_unstable();
    assert_eq!(held, [0, 1, 2]);
    drop(reaper.stdin.take());
    assert!(reaper.wait().unwrap().success());
}

#[test]
fn gives_the_terminal_its_settings_back() {
    let scratch = Scratch::new("terminal");
    let pty = openpty(None, None).unwrap();
    let former = tcgetattr(&pty.slave).unwrap();
    let mut command = reaper();
    command
        .args(["--terminal", "--state-dir"])
        .arg(scratch.state());
    let mut reaper = command
        .stderr(pty.slave.try_clone().unwrap())
        .spawn()
        .unwrap();
    // It has the settings when it has left the client's session.
    let pid = Pid::from_raw(reaper.id().cast_signed());
    while getsid(Some(pid)).unwrap() != pid {
        std::thread::yield_now();
    }
    let mut raw = former.clone();
    cfmakeraw(&mut raw);
    tcsetattr(&pty.slave, SetArg::TCSANOW, &raw).unwrap();
    drop(reaper.stdin.take());
    assert!(reaper.wait().unwrap().success());
    assert_eq!(tcgetattr(&pty.slave).unwrap(), former);
}
