//! Standard input that is a file.

use crate::host::{Outcome, Sandbox, plan};
use crate::streams::noise;
use sandbox_plan::{HostMessage, SEEKABLE_LIMIT, Stream};

fn run_on(input: &[u8], script: &str) -> Outcome {
    Sandbox::start_with_file(&plan(&["sh", "-c", script]), input.len()).finish(input)
}

fn text(outcome: &Outcome) -> &str {
    assert!(outcome.stderr.is_empty(), "{:?}", outcome.stderr);
    std::str::from_utf8(&outcome.stdout).unwrap()
}

#[test]
fn the_program_has_a_regular_file_of_its_user() {
    let outcome = run_on(
        b"one two",
        "stat -L -c '%F %s %a %u %g' /dev/fd/0; cat; cat",
    );
    assert_eq!(text(&outcome), "regular file 7 400 1234 2345\none two");
    let outcome = run_on(b"one two", "cat /dev/fd/0 /dev/fd/0");
    assert_eq!(text(&outcome), "one twoone two");
}

#[test]
fn the_program_can_seek() {
    let script = "import os, sys
end = os.lseek(0, 0, os.SEEK_END)
os.lseek(0, -3, os.SEEK_CUR)
print(end, os.read(0, 9))";
    let input = b"one two";
    let outcome = Sandbox::start_with_file(&plan(&["python3", "-c", script]), 7).finish(input);
    assert_eq!(text(&outcome), "7 b'two'\n");
}

#[test]
fn the_program_cannot_write_it() {
    let outcome = run_on(b"one", "echo x >&0 || echo x >/dev/fd/0 || cat");
    assert_eq!(outcome.stdout, b"one");
    let reasons = String::from_utf8(outcome.stderr).unwrap();
    assert!(reasons.contains("Permission denied"), "{reasons}");
}

#[test]
fn an_empty_file_is_a_file_too() {
    let outcome = run_on(b"", "stat -L -c '%F %s' /dev/fd/0; cat");
    assert_eq!(text(&outcome), "regular empty file 0\n");
}

#[test]
fn a_file_may_be_as_long_as_the_limit() {
    let data = noise(SEEKABLE_LIMIT as usize);
    let outcome = run_on(&data, "cat");
    assert_eq!(outcome.status, 0);
    assert!(outcome.stdout == data);
}

#[test]
fn a_file_may_end_early() {
    let plan = plan(&["stat", "-L", "-c", "%s", "/dev/fd/0"]);
    let outcome = Sandbox::start_with_file(&plan, 10).finish(b"one");
    assert_eq!(text(&outcome), "3\n");
}

#[test]
fn more_than_announced_is_refused() {
    let mut sandbox = Sandbox::start_with_file(&plan(&["cat"]), 2);
    sandbox.send(&HostMessage::Stdin(b"one"));
    assert_eq!(
        sandbox.receive(),
        r#"Failed("host broke the protocol: unexpected input beyond its announced length")"#
    );
}

#[test]
fn a_file_for_a_terminal_is_refused() {
    let mut plan = plan(&["cat"]);
    plan.program.tty = true;
    assert_eq!(
        Sandbox::start_with_file(&plan, 2).receive(),
        r#"Failed("host broke the protocol: unexpected input file for a terminal")"#
    );
}

#[test]
fn what_comes_before_the_end_of_the_file_takes_effect() {
    let mut sandbox = Sandbox::start_with_file(&plan(&["sleep", "infinity"]), 3);
    sandbox.send(&HostMessage::Signal(15));
    sandbox.send(&HostMessage::Stdin(b"one"));
    assert_eq!(sandbox.finish(&[]).status, 15);

    let mut sandbox = Sandbox::start_with_file(&plan(&["yes"]), 3);
    sandbox.send(&HostMessage::Close(Stream::Stdout));
    assert_eq!(sandbox.finish(b"one").status, 13);
}

#[test]
fn a_host_that_is_gone_ends_it() {
    let mut sandbox = Sandbox::start_with_file(&plan(&["cat"]), 3);
    sandbox.send(&HostMessage::Stdin(b"on"));
    assert_eq!(sandbox.receive(), "Credit(2)");
    assert!(sandbox.hang_up().success());

    let mut sandbox = Sandbox::start_with_file(&plan(&["cat"]), 3);
    sandbox.send(&HostMessage::Bye);
    assert!(sandbox.wait_for_end().success());
}
