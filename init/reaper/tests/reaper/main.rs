//! The reaper with real processes and directories.

mod client;
mod machines;

use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("reaper-test-{}-{name}", std::process::id()));
        fs::create_dir_all(path.join("state")).unwrap();
        for directory in ["root/lib/qemu/qmp-abc", "root/run/qemu"] {
            fs::create_dir_all(path.join(directory)).unwrap();
        }
        fs::write(path.join("state/plan"), "x").unwrap();
        fs::write(path.join("root/lib/qemu/log"), "x").unwrap();
        // Of clients that are gone.
        fs::write(path.join("state/lock"), "").unwrap();
        fs::write(path.join("root/lock"), "").unwrap();
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
    start(&mut command(name, text))
}

fn command(name: &str, text: &Path) -> Command {
    let mut command = Command::new("sh");
    command
        .arg0(name)
        .args(["-c", "echo; read forever"])
        .arg(text)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    command
}

fn start(command: &mut Command) -> Child {
    let mut child = command.spawn().unwrap();
    wait_for_output(&mut child);
    child
}

/// Waits until the process, which was killed, has ended.
fn assert_killed(mut machine: Child) {
    // Waiting closes standard input, at whose end it would end by itself.
    let _input = machine.stdin.take();
    assert_eq!(machine.wait().unwrap().signal(), Some(9));
}

fn wait_for_output(child: &mut Child) {
    let stdout = child.stdout.as_mut().unwrap();
    stdout.read_exact(&mut [0]).unwrap();
}

fn wait_for_removal(path: &Path) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while path.exists() {
        assert!(Instant::now() < deadline, "{} is left", path.display());
        std::thread::yield_now();
    }
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

fn end(mut reaper: Child) {
    drop(reaper.stdin.take());
    assert!(reaper.wait().unwrap().success());
}

#[test]
fn what_has_no_lock_is_nobody_s_to_remove() {
    let scratch = Scratch::new("unlocked");
    for directory in [scratch.state(), scratch.root()] {
        fs::remove_file(directory.join("lock")).unwrap();
    }
    let mut reaper = reaper()
        .args(["--remove-root", "--embedded-root"])
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
fn explains_a_wrong_command_line() {
    let output = reaper().args(["--state-dir", "/run"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(
        message.contains("not the absolute path of a private directory: /run"),
        "{message}"
    );
}
