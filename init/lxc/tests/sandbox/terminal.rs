//! A program on a terminal in a real sandbox.

use crate::console::Console;
use crate::host::{Sandbox, WAIT_FOR_TRAP, plan};
use sandbox_plan::{HostMessage, Plan, Stream, WindowSize};

const SIZE: WindowSize = WindowSize {
    rows: 33,
    columns: 111,
};

fn terminal(script: &str) -> Plan {
    let mut plan = plan(&["sh", "-c", script]);
    plan.program.tty = true;
    plan
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn it_is_the_users_own_controlling_terminal() {
    let script =
        "stty size; test -t 0 -a -t 1 -a -t 2 && stat -c '%u %g %a' $(tty); echo x >/dev/tty";
    let outcome = Sandbox::start_with_size(&terminal(script), Some(SIZE)).finish(&[]);
    assert_eq!(text(&outcome.stdout), "33 111\r\n1234 5 620\r\nx\r\n");
    assert!(outcome.stderr.is_empty());
}

#[test]
fn a_new_size_is_followed() {
    let script = format!("trap 'stty size; exit 4' WINCH; {WAIT_FOR_TRAP}");
    let mut sandbox = Sandbox::start_with_size(&terminal(&script), Some(SIZE));
    sandbox.wait_for_output("ready");
    let size = WindowSize {
        rows: 5,
        columns: 6,
    };
    sandbox.send(&HostMessage::Resize(size));
    sandbox.wait_for_output("5 6");
    assert_eq!(sandbox.receive(), format!("Exit({})", 4 << 8));
}

#[test]
fn the_end_of_the_input_is_its_character() {
    for (input, lines) in [("", ""), ("abc\n", "abc\r\n"), ("abc", "abc")] {
        let outcome =
            Sandbox::start(&terminal("stty -echo; cat; echo end")).finish(input.as_bytes());
        let seen = text(&outcome.stdout);
        assert!(
            seen.ends_with(&format!("{lines}end\r\n")),
            "{input:?}: {seen:?}"
        );
        assert_eq!(outcome.status, 0);
    }
}

#[test]
fn control_characters_signal_the_program() {
    let script = format!("trap 'echo caught; exit 6' INT; {WAIT_FOR_TRAP}");
    let mut sandbox = Sandbox::start(&terminal(&script));
    sandbox.wait_for_output("ready");
    sandbox.send(&HostMessage::Stdin(b"\x03"));
    sandbox.wait_for_output("caught");
    assert_eq!(sandbox.receive(), format!("Exit({})", 6 << 8));
}

#[test]
fn nothing_is_lost_at_the_end() {
    let expected: String = (1..=30_000).map(|number| format!("{number}\r\n")).collect();
    for _ in 0..5 {
        let outcome = Sandbox::start(&terminal("exec seq 30000")).finish(&[]);
        assert!(text(&outcome.stdout) == expected);
    }
}

#[test]
fn a_background_child_does_not_hold_up_the_end() {
    let script = "trap '' HUP; yes & echo first; exit 3";
    let outcome = Sandbox::start(&terminal(script)).finish(&[]);
    assert_eq!(outcome.status, 3 << 8);
    assert!(text(&outcome.stdout).contains("first\r\n"));
}

#[test]
fn a_program_that_is_not_there_says_so_on_the_terminal() {
    let mut plan = plan(&["no-such-program"]);
    plan.program.tty = true;
    let outcome = Sandbox::start(&plan).finish(&[]);
    assert_eq!(outcome.status, 127 << 8);
    let expected = "virt-sandbox: no-such-program: No such file or directory\r\n";
    assert_eq!(text(&outcome.stdout), expected);
}

#[test]
fn a_closed_terminal_hangs_up() {
    let mut sandbox = Sandbox::start(&terminal("echo ready; read x; read x <>/dev/ptmx"));
    sandbox.wait_for_output("ready");
    sandbox.send(&HostMessage::Close(Stream::Stdout));
    assert_eq!(sandbox.finish(&[]).status, 1);
}

#[test]
fn a_shell_runs_beside_the_program_as_the_same_user() {
    let mut console = Console::open();
    let mut plan = plan(&["cat"]);
    plan.shell = Some("/dev/tty1".into());
    let mut sandbox = Sandbox::connect_with_console(&plan, &console.path);
    sandbox.release(None);
    console.write("stty -echo; id -u; ls /proc/self/fd | wc -l; echo e\"\"nd\n");
    let seen = console.wait_for("end\r\n");
    assert!(seen.contains("1234\r\n4\r\nend\r\n"), "{seen}");
    assert_eq!(sandbox.finish(b"input").stdout, b"input");
}
