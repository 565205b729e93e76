//! Programs that run without a client.

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use sandbox_plan::{Kind, Plan};

use super::console::Console;
use super::host::{Container, WAIT_FOR_TRAP, plan};

fn service(script: &str) -> Plan {
    let mut plan = plan(&["sh", "-c", script]);
    plan.kind = Kind::Service("/dev/tty1".into());
    plan
}

#[test]
fn a_service_runs_on_the_console_as_its_user_and_ends_the_sandbox() {
    let mut console = Console::open();
    let script =
        "id -u; test -t 0 && read word && echo got $word >/dev/tty; yes >/dev/null & exit 3";
    let (mut container, _) = Container::start(&service(script), &console.path);
    console.wait_for("1234\r\n");
    console.write("hello\n");
    console.wait_for("got hello\r\n");
    assert!(
        container.wait_for_end().success(),
        "what it left was killed"
    );
}

#[test]
fn orphans_are_reaped() {
    let mut console = Console::open();
    let script = "orphan=$(sh -c 'sleep 0 >/dev/null & echo $!'); while test -e /proc/$orphan; do :; done; echo gone; read x";
    let (mut container, _) = Container::start(&service(script), &console.path);
    console.wait_for("gone\r\n");
    console.write("\n");
    container.wait_for_end();
}

#[test]
fn a_request_to_end_is_passed_on_to_the_service() {
    let mut console = Console::open();
    let script = format!("trap 'echo bye; read x; exit' TERM; {WAIT_FOR_TRAP}");
    let (mut container, _) = Container::start(&service(&script), &console.path);
    console.wait_for("ready\r\n");
    kill(Pid::from_raw(container.init()), Signal::SIGTERM).unwrap();
    console.wait_for("bye\r\n");
    console.write("\n");
    assert!(container.wait_for_end().success());
}

#[test]
fn an_init_system_takes_the_place_of_the_first_process() {
    let mut console = Console::open();
    let script = "exec >/dev/tty1; echo pid $$; hostname; grep -E 'CapPrm|NoNewPrivs|SigBlk' /proc/$$/status; echo end; read x </dev/tty1";
    let mut plan = service(script);
    // It leaves the mask of blocked signals alone.
    plan.program.argv[0] = "bash".into();
    plan.kind = Kind::System;
    // CAP_CHOWN and CAP_KILL.
    plan.program.identity.capabilities = 0x21;
    let (mut container, _) = Container::start(&plan, &console.path);
    let seen = console.wait_for("end\r\n");
    assert!(seen.starts_with("pid 1\r\nsandbox-test\r\n"), "{seen}");
    // SIGRTMIN+4 waits for the init system to listen.
    assert!(seen.contains("SigBlk:\t00000020"), "{seen}");
    assert!(seen.contains("NoNewPrivs:\t0\r\n"), "{seen}");
    assert!(seen.contains("CapPrm:\t0000000000000021\r\n"), "{seen}");
    console.write("\n");
    container.wait_for_end();
}
