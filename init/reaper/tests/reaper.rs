//! The reaper with real processes and directories.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::fd::{BorrowedFd, IntoRawFd};
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::fcntl::{FcntlArg, FdFlag, fcntl};
use nix::pty::openpty;
use nix::sys::signal::{Signal, kill};
use nix::sys::termios::{SetArg, cfmakeraw, tcgetattr, tcsetattr};
use nix::unistd::{Pid, getsid};

struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("reaper-test-{}-{name}", std::process::id()));
        fs::create_dir_all(path.join("state")).unwrap();
        fs::create_dir_all(path.join("root/lib/qemu")).unwrap();
        fs::write(path.join("state/plan"), "x").unwrap();
        fs::write(path.join("root/lib/qemu/log"), "x").unwrap();
        Self(path)
    }

    fn state(&self) -> PathBuf {
        self.0.join("state")
    }

    fn root(&self) -> PathBuf {
        self.0.join("root")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn reaper() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_libvirt-sandbox-reaper"));
    command.stdin(Stdio::piped());
    command
}

/// Starts a reaper and waits until it only waits itself: the last that it lets go is its standard error.
fn spawn_detached(command: &mut Command) -> Child {
    let mut reaper = command.stderr(Stdio::piped()).spawn().unwrap();
    let mut message = String::new();
    let mut stderr = reaper.stderr.take().unwrap();
    stderr.read_to_string(&mut message).unwrap();
    assert_eq!(message, "");
    reaper
}

/// A process that lives until it is killed, called `name` and with `text` in its command line.
fn process(name: &str, text: &Path) -> Child {
    let mut child = Command::new("sh")
        .arg0(name)
        .args(["-c", "echo; read forever"])
        .arg(text)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    wait_for_output(&mut child);
    child
}

fn wait_for_output(child: &mut Child) {
    let stdout = child.stdout.as_mut().unwrap();
    stdout.read_exact(&mut [0]).unwrap();
}

#[test]
fn removes_the_state_when_the_client_is_gone() {
    let scratch = Scratch::new("state");
    let mut reaper = reaper()
        .arg("--state-dir")
        .arg(scratch.state())
        .spawn()
        .unwrap();
    assert!(scratch.state().exists());
    drop(reaper.stdin.take());
    assert!(reaper.wait().unwrap().success());
    assert!(!scratch.state().exists());
    assert!(scratch.root().exists());
}

#[test]
fn ends_silently_when_everything_is_gone_already() {
    let output = reaper()
        .args([
            "--state-dir",
            "/nonexistent/state",
            "--embedded-root",
            "/nonexistent/root",
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
        .wait_with_output()
        .unwrap();
    assert!(output.status.success());
    assert!(output.stdout.is_empty() && output.stderr.is_empty());
}

#[test]
fn kills_the_machines_of_the_embedded_root_and_nothing_else() {
    let scratch = Scratch::new("kill");
    let monitor = scratch.root().join("lib/qemu/monitor.sock");
    let mut machine = process("qemu-system-test", &monitor);
    let mut others = [
        process("vi", &monitor),
        process("qemu-system-test", &scratch.0.join("root-of-another")),
    ];

    let mut reaper = reaper()
        .args(["--remove-root", "--state-dir"])
        .arg(scratch.state())
        .arg("--embedded-root")
        .arg(scratch.root())
        .spawn()
        .unwrap();
    drop(reaper.stdin.take());
    // Waiting closes standard input, at whose end it would end by itself.
    let _input = machine.stdin.take();
    // What the test started must be reaped for the reaper to see its end.
    assert_eq!(machine.wait().unwrap().signal(), Some(9));
    assert!(reaper.wait().unwrap().success());
    assert!(!scratch.root().exists() && !scratch.state().exists());
    for other in &mut others {
        assert_eq!(other.try_wait().unwrap(), None);
        drop(other.stdin.take());
        assert_eq!(other.wait().unwrap().code(), Some(1));
    }
}

#[test]
fn the_log_of_a_machine_keeps_its_end() {
    const PIECE: usize = 64 << 10;
    const LIMIT: u64 = 2 << 20;
    let scratch = Scratch::new("log");
    let path = scratch.state().join("console.log");
    let mut log = File::create_new(&path).unwrap();
    let mut reaper = spawn_detached(reaper().arg("--state-dir").arg(scratch.state()));
    let mut client = reaper.stdin.take().unwrap();
    client.write_all(b"l").unwrap();
    for number in 0..80 {
        log.write_all(&[number; PIECE]).unwrap();
    }
    let late = Instant::now() + Duration::from_secs(60);
    while log.metadata().unwrap().blocks() * 512 > LIMIT {
        assert!(Instant::now() < late, "nobody looks after the log");
        std::thread::yield_now();
    }
    log.write_all(b"the end").unwrap();
    let content = fs::read(&path).unwrap();
    assert_eq!(content.len(), 80 * PIECE + 7, "its length is as it was");
    assert!(content.ends_with(b"the end"));
    let kept = &content[64 * PIECE..80 * PIECE];
    let mut pieces = kept.chunks(PIECE).zip(64..);
    assert!(pieces.all(|(piece, number)| piece.iter().all(|byte| *byte == number)));
    drop(client);
    assert!(reaper.wait().unwrap().success());
    assert!(!scratch.state().exists());
}

#[test]
fn leaves_the_callers_own_root_and_what_another_client_took_over() {
    let scratch = Scratch::new("taken");
    let lock = File::create(scratch.state().join("lock")).unwrap();
    lock.lock().unwrap();
    let mut reaper = reaper()
        .arg("--embedded-root")
        .arg(scratch.root())
        .arg("--state-dir")
        .arg(scratch.state())
        .spawn()
        .unwrap();
    drop(reaper.stdin.take());
    assert!(reaper.wait().unwrap().success());
    assert!(scratch.root().exists() && scratch.state().exists());
}

#[test]
fn waits_for_the_end_of_the_client_not_only_of_the_pipe() {
    let scratch = Scratch::new("client");
    // The client holds the lock a while longer than the pipe, as a dying process does.
    let script =
        r#"exec 9>"$1/lock"; flock 9; : | "$0" --client $$ --state-dir "$1" & echo; read end"#;
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
    let deadline = Instant::now() + Duration::from_secs(20);
    while scratch.state().exists() {
        assert!(Instant::now() < deadline, "the state directory is left");
        std::thread::yield_now();
    }
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

#[test]
fn explains_a_wrong_command_line() {
    let output = reaper().args(["--state-dir", "/run"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(
        message.contains("not the absolute path of a private directory: /run"),
        "{message}"
    );
}
