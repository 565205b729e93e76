//! Mounts in a real sandbox whose root is read-only, and the names of disks.

use std::fs;
use std::path::Path;

use crate::host::{Sandbox, plan, run};
use sandbox_plan::{Disk, Mount};

fn mount(fstype: &str, source: &str, target: &str, options: &str) -> Mount {
    Mount {
        fstype: fstype.into(),
        source: source.into(),
        target: target.into(),
        options: options.into(),
        ..Mount::default()
    }
}

/// The lines that `script` writes in a sandbox with `mounts`; it has to succeed.
fn lines(mounts: Vec<Mount>, script: &str) -> Vec<String> {
    let mut plan = plan(&["sh", "-ec", script]);
    plan.mounts = mounts;
    let outcome = run(&plan);
    let errors = String::from_utf8_lossy(&outcome.stderr).into_owned();
    assert_eq!((outcome.status, errors.as_str()), (0, ""));
    let output = String::from_utf8_lossy(&outcome.stdout);
    output.lines().map(str::to_owned).collect()
}

fn ram(target: &str) -> Mount {
    mount("tmpfs", "tmpfs", target, "size=1M")
}

#[test]
fn a_mount_point_that_the_root_lacks_costs_nothing_else() {
    let names = ["/init-lxc-test-a", "/usr/init-lxc-test-b", "/proc"];
    let before: Vec<_> = ["/", "/usr", "/etc"].map(entries).into();
    let script = "
        ls -A / /usr /etc
        echo x >/init-lxc-test-a/deep/file && cat /init-lxc-test-a/deep/file
        cmp /usr/init-lxc-test-b/hostname /etc/hostname
        stat -c %a:%u:%g / /usr
        for directory in / /etc /usr /usr/share /usr/init-lxc-test-b /init-lxc-test-a; do ! touch $directory/y 2>/dev/null; done
        readlink /bin /proc/self/cwd
        test -c /dev/null && test -r /proc/version && pwd -P
        grep -c ' / / ' /proc/self/mountinfo || true";
    let mounts = vec![
        ram("/etc/init-lxc-test-first"),
        ram("/init-lxc-test-a/deep"),
        mount("bind", "/etc/hostname", "/usr/init-lxc-test-b/hostname", ""),
        ram("/init-lxc-test-a/other"),
        ram("/usr/init-lxc-test-b/again"),
    ];
    let lines = lines(mounts, script);
    let shows = |name: &str| lines.iter().any(|line| line == name);
    assert!(
        shows("init-lxc-test-a") && shows("init-lxc-test-b"),
        "{lines:?}"
    );
    for name in before.iter().flatten() {
        assert!(shows(name), "{name} is missing in {lines:?}");
    }
    assert!(shows("x") && shows("755:0:0"), "{lines:?}");
    assert!(names[..2].iter().all(|name| !Path::new(name).exists()));
}

fn entries(directory: &str) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect()
}

#[test]
fn a_file_system_in_memory_has_the_size_that_was_asked_for() {
    let mounts = vec![mount("tmpfs", "tmpfs", "/mnt", "size=3221225472")];
    assert_eq!(
        lines(mounts, "df --output=size -B1 /mnt | tail -n 1"),
        ["3221225472"]
    );
}

#[test]
fn what_is_no_disk_is_not_given_away() {
    let mut bad = plan(&["true"]);
    bad.disks = vec![Disk {
        tag: "data".into(),
        device: "/dev/null".into(),
    }];
    let expected = r#"Failed("can't open the disk /dev/null: Block device required")"#;
    assert_eq!(Sandbox::connect(&bad).receive(), expected);
}
