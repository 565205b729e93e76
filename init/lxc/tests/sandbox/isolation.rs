//! As whom a program runs in a real sandbox, what it can't reach, and how the sandbox ends.

use std::collections::HashMap;
use std::process::Command;

use std::path::Path;

use crate::host::{Sandbox, plan, run, run_script, tree};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use sandbox_plan::{FileIdentity, Filter, Mount, Plan};

const CHOWN_AND_NET_BIND: u64 = 1 << 0 | 1 << 10;

fn script(text: &str) -> String {
    String::from_utf8(run_script(text).stdout).unwrap()
}

fn as_root(text: &str) -> Plan {
    let mut plan = plan(&["sh", "-c", text]);
    plan.program.identity.uid = 0;
    plan.program.identity.gid = 0;
    plan.program.identity.groups = vec![0];
    plan
}

fn status(plan: &Plan) -> HashMap<String, String> {
    let outcome = run(plan);
    String::from_utf8(outcome.stdout)
        .unwrap()
        .lines()
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| {
            (
                name.into(),
                value.split_whitespace().collect::<Vec<_>>().join(" "),
            )
        })
        .collect()
}

#[test]
fn the_program_is_the_user_without_any_capability() {
    let status = status(&plan(&["cat", "/proc/self/status"]));
    assert_eq!(status["Uid"], "1234 1234 1234 1234");
    assert_eq!(status["Gid"], "2345 2345 2345 2345");
    assert_eq!(status["Groups"], "2345 3456");
    assert_eq!(status["NoNewPrivs"], "1");
    assert_eq!(status["Umask"], "0027");
    for set in ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"] {
        assert_eq!(status[set], "0000000000000000", "{set}");
    }
    for set in ["SigBlk", "SigIgn", "SigCgt"] {
        assert_eq!(status[set], "0000000000000000", "{set}");
    }
}

#[test]
fn root_has_only_the_capabilities_of_the_plan() {
    let mut plan = as_root("cat /proc/self/status");
    for (mask, ambient) in [(0, 0), (CHOWN_AND_NET_BIND, 0)] {
        plan.program.identity.capabilities = mask;
        let status = status(&plan);
        for set in ["CapInh", "CapPrm", "CapEff", "CapBnd"] {
            assert_eq!(status[set], format!("{mask:016x}"), "{set}");
        }
        assert_eq!(status["CapAmb"], format!("{ambient:016x}"));
    }
}

#[test]
fn a_users_capabilities_survive_the_execution() {
    let mut plan = plan(&["cat", "/proc/self/status"]);
    plan.program.identity.capabilities = CHOWN_AND_NET_BIND;
    let status = status(&plan);
    for set in ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"] {
        assert_eq!(status[set], format!("{CHOWN_AND_NET_BIND:016x}"), "{set}");
    }
}

#[test]
fn unusual_system_calls_are_taken_away_unless_the_plan_says_otherwise() {
    let mut plan = plan(&["sh", "-c", "unshare -U echo made; cat /proc/self/status"]);
    for (filter, filters, made) in [(Filter::Nothing, "0", true), (Filter::Unusual, "5", false)] {
        plan.program.filter = filter;
        let outcome = run(&plan);
        let seen = String::from_utf8(outcome.stdout).unwrap();
        assert_eq!(seen.starts_with("made\n"), made, "{filter:?}: {seen}");
        let line = format!("\nSeccomp_filters:\t{filters}\n");
        assert!(seen.contains(&line), "{filter:?}: {seen}");
        let refused = "unshare: unshare failed: Operation not permitted\n";
        let expected = if made { "" } else { refused };
        assert_eq!(String::from_utf8(outcome.stderr).unwrap(), expected);
    }
}

#[test]
fn the_program_has_its_environment_directory_and_session() {
    assert_eq!(
        String::from_utf8(run(&plan(&["env"])).stdout).unwrap(),
        "PATH=/usr/bin:/bin\nHOME=/nonexistent\n"
    );
    assert_eq!(script("pwd; hostname"), "/usr\nsandbox-test\n");
    let fields = script("exec cat /proc/self/stat");
    let fields: Vec<&str> = fields.split(' ').collect();
    assert_eq!((fields[0], fields[0]), (fields[4], fields[5]));

    let mut elsewhere = plan(&["pwd"]);
    elsewhere.program.cwd = "/nonexistent".into();
    assert_eq!(run(&elsewhere).stdout, b"/\n");
}

#[test]
fn the_program_holds_no_other_file() {
    // The fourth is the directory that ls reads.
    assert_eq!(script("exec ls /proc/self/fd"), "0\n1\n2\n3\n");
}

#[test]
fn the_program_cannot_reach_the_channel() {
    let text = "cat /proc/1/environ || echo hidden
        for fd in /proc/1/fd/* /proc/1/exe /proc/1/mem; do : <$fd && echo open $fd; done
        ls /dev; ls /run; cat /proc/mounts";
    for plan in [plan(&["sh", "-c", text]), as_root(text)] {
        let seen = String::from_utf8(run(&plan).stdout).unwrap();
        assert!(seen.starts_with("hidden\n"), "{seen}");
        assert!(!seen.contains("open"), "{seen}");
        assert!(!seen.contains("libvirt"), "{seen}");
    }
}

#[test]
fn root_without_capabilities_cannot_rule_the_kernel() {
    let text = "for file in /proc/sys/kernel/core_pattern /proc/sysrq-trigger; do
            (: >>$file) 2>/dev/null && echo writable $file; done; echo done";
    assert_eq!(run(&as_root(text)).stdout, b"done\n");
}

#[test]
fn init_keeps_only_the_capability_to_signal() {
    let status = status(&plan(&["cat", "/proc/1/status"]));
    assert_eq!(status["CapPrm"], format!("{:016x}", 1 << 5));
    assert_eq!(status["CapBnd"], "0000000000000000");
    assert_eq!(status["NoNewPrivs"], "1");
}

#[test]
fn the_program_cannot_end_the_first_process() {
    let text = "kill -TERM 1; kill -INT 1; kill -KILL 1; exit 9";
    assert_eq!(run(&as_root(text)).status, 9 << 8);
}

#[test]
fn a_termination_from_outside_ends_the_sandbox() {
    let mut sandbox = Sandbox::start(&plan(&[
        "sh",
        "-c",
        "trap '' TERM; echo ready; read x <>/dev/ptmx",
    ]));
    sandbox.wait_for_output("ready");
    kill(Pid::from_raw(sandbox.init()), Signal::SIGTERM).unwrap();
    assert!(sandbox.wait_for_end().success());
}

#[test]
fn the_hang_up_of_the_host_ends_everything() {
    let text = "trap '' TERM HUP INT; yes >/dev/null & echo ready; read x <>/dev/ptmx";
    let mut sandbox = Sandbox::start(&plan(&["sh", "-c", text]));
    sandbox.wait_for_output("ready");
    assert!(sandbox.hang_up().success());

    let waiting = Sandbox::connect(&plan(&["true"]));
    assert!(waiting.hang_up().success());
}

#[test]
fn mounts_are_made_in_their_order() {
    let mut plan = plan(&[
        "sh",
        "-c",
        "cat /tmp/copy/passwd | head -c 4; (: >/tmp/copy/x); : >/tmp/ok && echo ok",
    ]);
    let mount = |fstype: &str, source: &str, target: &str, options: &str, read_only| Mount {
        fstype: fstype.into(),
        source: source.into(),
        target: target.into(),
        options: options.into(),
        read_only,
        ..Mount::default()
    };
    plan.mounts = vec![
        mount("tmpfs", "tmpfs", "/tmp", "mode=1777,size=1M,nosuid", false),
        mount("bind", "/etc", "/tmp/copy", "", true),
    ];
    assert_eq!(run(&plan).stdout, b"rootok\n");
}

#[test]
fn a_failure_is_told_to_the_host() {
    let mut bad = plan(&["true"]);
    bad.mounts = vec![Mount {
        fstype: "nosuchfs".into(),
        source: "none".into(),
        target: "/tmp".into(),
        options: String::new(),
        ..Mount::default()
    }];
    let expected = r#"Failed("can't mount none of type nosuchfs on /tmp: No such device")"#;
    assert_eq!(Sandbox::connect(&bad).receive(), expected);

    let expected = r#"Failed("sandbox plan: no program to run")"#;
    assert_eq!(Sandbox::start(&plan(&[])).receive(), expected);
}

#[test]
fn a_number_that_would_leave_root_is_refused() {
    let expected = r#"Failed("sandbox plan: 4294967295 is not the number of a user or group")"#;
    let (mut user, mut group, mut other) = (plan(&["id"]), plan(&["id"]), plan(&["id"]));
    user.program.identity.uid = u32::MAX;
    group.program.identity.gid = u32::MAX;
    other.program.identity.groups.push(u32::MAX);
    for plan in [user, group, other] {
        assert_eq!(Sandbox::connect(&plan).receive(), expected);
    }
}

#[test]
fn an_unreadable_plan_ends_with_125() {
    let init = env!("CARGO_BIN_EXE_libvirt-sandbox-init-lxc");
    let output = Command::new(init)
        .args(["/nonexistent", "0"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(125));
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "libvirt-sandbox-init: error: can't read the plan /nonexistent/plan: No such file or directory\n"
    );
    let output = Command::new(init).arg("--version").output().unwrap();
    assert!(
        String::from_utf8(output.stdout)
            .unwrap()
            .starts_with("libvirt-sandbox-init-lxc 0.")
    );
}

#[test]
fn only_the_very_plan_of_the_host_is_carried_out() {
    let directory = std::env::temp_dir().join(format!("forged-plan-{}", std::process::id()));
    std::fs::create_dir(&directory).unwrap();
    let bytes = plan(&["true"]).to_bytes();
    std::fs::write(directory.join("plan"), &bytes).unwrap();
    // Another one; the right one, but in a place that can be written to.
    for hash in [Plan::hash(b"another"), Plan::hash(&bytes)] {
        let init = env!("CARGO_BIN_EXE_libvirt-sandbox-init-lxc");
        let output = Command::new(init)
            .arg(&directory)
            .arg(hash)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(125));
        let errors = String::from_utf8(output.stderr).unwrap();
        assert!(
            errors.contains("is not the one that the host has made"),
            "{errors}"
        );
    }
    std::fs::remove_dir_all(&directory).unwrap();
}

#[test]
fn a_file_system_of_the_kernel_is_no_source() {
    let mut plan = plan(&["true"]);
    plan.mounts = vec![Mount {
        fstype: "tree".into(),
        target: "/mnt".into(),
        tree: Some(tree(1)),
        ..Mount::default()
    }];
    for kernel in ["/proc", "/sys"] {
        let sources = [Path::new("/"), Path::new(kernel)];
        let received = Sandbox::connect_with(&plan, &sources).receive();
        assert!(
            received.contains("was exchanged for another one"),
            "{received}"
        );
    }
}

#[test]
fn a_source_that_was_exchanged_is_noticed() {
    let mut plan = plan(&["true"]);
    let container = plan.container.as_mut().unwrap();
    container.root.top.identity = Some(FileIdentity {
        device: 1,
        inode: 1,
    });
    let received = Sandbox::connect(&plan).receive();
    assert!(
        received.contains("was exchanged for another one"),
        "{received}"
    );
}
