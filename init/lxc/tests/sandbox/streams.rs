//! Streams and exit status of a program in a real sandbox.

use crate::host::{Sandbox, plan, run, run_script};
use sandbox_plan::{HostMessage, Stream, WINDOW};

/// Bytes that look like any.
pub fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    (0..length)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state as u8
        })
        .collect()
}

#[test]
fn the_exit_status_is_exact() {
    for status in [0, 1, 42, 255] {
        let outcome = run_script(&format!("exit {status}"));
        assert_eq!(outcome.status, status << 8);
        assert!(outcome.stdout.is_empty() && outcome.stderr.is_empty());
    }
}

#[test]
fn the_status_is_the_programs_whatever_else_ends() {
    let orphans = "for n in 1 2 3; do sh -c 'exit 7 & exec true'; done; exit 3";
    assert_eq!(run_script(orphans).status, 3 << 8);
}

#[test]
fn a_signal_is_told() {
    assert_eq!(run_script("kill -KILL $$").status, 9);
    assert_eq!(run_script("kill -TERM $$").status, 15);
}

#[test]
fn signals_reach_the_program_and_its_group() {
    let mut sandbox = Sandbox::start(&plan(&[
        "sh",
        "-c",
        "sh -c 'echo ready; read x <>/dev/ptmx'; exit 3",
    ]));
    sandbox.wait_for_output("ready");
    sandbox.send(&HostMessage::Signal(15));
    assert_eq!(sandbox.finish(&[]).status, 15);
}

#[test]
fn a_wrong_signal_is_refused() {
    let mut sandbox = Sandbox::start(&plan(&["cat"]));
    sandbox.send(&HostMessage::Signal(99));
    assert_eq!(
        sandbox.receive(),
        r#"Failed("host broke the protocol: unexpected signal 99")"#
    );
}

#[test]
fn a_program_that_is_not_there_gives_127() {
    for name in [
        "/nonexistent/program",
        "no-such-program",
        "",
        "/etc/passwd/x",
    ] {
        let outcome = run(&plan(&[name]));
        assert_eq!(outcome.status, 127 << 8, "{name}");
        let message = String::from_utf8(outcome.stderr).unwrap();
        assert!(
            message.starts_with(&format!("virt-sandbox: {name}: ")),
            "{message}"
        );
        assert_eq!(message.matches('\n').count(), 1);
    }
}

#[test]
fn a_program_that_cannot_be_executed_gives_126() {
    for name in ["/etc/passwd", "/etc"] {
        let outcome = run(&plan(&[name]));
        assert_eq!(outcome.status, 126 << 8, "{name}");
        let expected = format!("virt-sandbox: {name}: Permission denied\n");
        assert_eq!(String::from_utf8(outcome.stderr).unwrap(), expected);
    }
}

#[test]
fn eight_mebibytes_pass_through_in_both_directions() {
    let data = noise(8 << 20);
    let outcome = Sandbox::start(&plan(&["cat"])).finish(&data);
    assert_eq!(outcome.status, 0);
    assert!(outcome.stdout == data);
}

#[test]
fn nothing_is_lost_at_the_end() {
    for _ in 0..5 {
        let outcome = run_script("head -c 3000000 /dev/zero; head -c 60000 /dev/zero >&2");
        assert_eq!(outcome.stdout.len(), 3_000_000);
        assert_eq!(outcome.stderr.len(), 60_000);
    }
}

#[test]
fn both_outputs_stay_apart() {
    let outcome = run_script("echo out; echo err >&2; exit 7");
    assert_eq!(outcome.stdout, b"out\n");
    assert_eq!(outcome.stderr, b"err\n");
    assert_eq!(outcome.status, 7 << 8);
    let outcome = run_script("echo only >&2");
    assert!(outcome.stdout.is_empty());
    assert_eq!(outcome.stderr, b"only\n");
}

#[test]
fn standard_output_can_be_opened_by_name() {
    let outcome = run_script("echo out >/dev/fd/1; echo err >/dev/fd/2");
    assert_eq!(outcome.stdout, b"out\n");
    assert_eq!(outcome.stderr, b"err\n");
}

#[test]
fn a_background_child_does_not_hold_up_the_end() {
    let outcome = run_script("tail -f /dev/null & echo done");
    assert_eq!(outcome.stdout, b"done\n");
    assert_eq!(outcome.status, 0);
    let outcome = run_script("yes & echo first; exit 3");
    assert_eq!(outcome.status, 3 << 8);
    assert!(
        String::from_utf8(outcome.stdout)
            .unwrap()
            .contains("first\n")
    );
}

#[test]
fn a_program_may_ignore_its_input() {
    let data = noise(4 * WINDOW);
    let outcome = Sandbox::start(&plan(&["sh", "-c", "echo done; exit 5"])).finish(&data);
    assert_eq!(
        (outcome.status, outcome.stdout.as_slice()),
        (5 << 8, &b"done\n"[..])
    );
}

#[test]
fn all_input_is_taken_after_the_program_closed_it() {
    let script = "exec 0<&-; echo closed; read x <>/dev/ptmx";
    let mut sandbox = Sandbox::start(&plan(&["sh", "-c", script]));
    sandbox.wait_for_output("closed");
    let mut granted = 0;
    let data = noise(WINDOW / 4);
    for _ in 0..16 {
        sandbox.send(&HostMessage::Stdin(&data));
        while granted == 0 {
            let message = sandbox.receive();
            let bytes = message.trim_start_matches("Credit(").trim_end_matches(')');
            granted += bytes.parse::<usize>().unwrap();
        }
        granted = granted.saturating_sub(data.len());
    }
    assert!(sandbox.hang_up().success());
}

#[test]
fn an_output_nobody_reads_ends_the_program() {
    let mut sandbox = Sandbox::start(&plan(&["yes"]));
    sandbox.wait_for_output("y\n");
    sandbox.send(&HostMessage::Close(Stream::Stdout));
    assert_eq!(sandbox.finish(&[]).status, 13);
}

#[test]
fn output_waits_for_credit() {
    let mut sandbox = Sandbox::start(&plan(&["head", "-c", "1048586", "/dev/zero"]));
    let mut seen = 0;
    while seen < WINDOW {
        seen += zeros(&sandbox.receive());
    }
    assert_eq!(seen, WINDOW);
    sandbox.send(&HostMessage::Credit {
        stream: Stream::Stdout,
        bytes: 4,
    });
    assert_eq!(zeros(&sandbox.receive()), 4);
    sandbox.send(&HostMessage::Credit {
        stream: Stream::Stdout,
        bytes: 100,
    });
    assert_eq!(zeros(&sandbox.receive()), 6);
    assert_eq!(sandbox.receive(), "Exit(0)");
}

#[test]
fn more_input_than_granted_is_refused() {
    let mut sandbox = Sandbox::start(&plan(&["sh", "-c", "read x <>/dev/ptmx"]));
    sandbox.send(&HostMessage::Stdin(&vec![0; WINDOW]));
    sandbox.send(&HostMessage::Stdin(&vec![0; WINDOW]));
    assert_eq!(
        sandbox.receive(),
        r#"Failed("host broke the protocol: more data than credit was granted for")"#
    );
}

fn zeros(message: &str) -> usize {
    assert!(message.starts_with("Stdout(["), "{message}");
    message.matches('0').count()
}
