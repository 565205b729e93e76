//! Mounts in a real sandbox whose root is read-only, and the names of disks.

use std::fs;
use std::path::Path;

use crate::host::{plan, run};
use sandbox_plan::{Disk, Mount};

fn mount(fstype: &str, source: &str, target: &str, options: &str) -> Mount {
    Mount {
        fstype: fstype.into(),
        source: source.into(),
        target: target.into(),
        options: options.into(),
        read_only: false,
        content: None,
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
fn a_mount_is_moved_to_its_place_and_leaves_nothing_behind() {
    let mounts = vec![
        ram("/dev/staging/0"),
        mount("move", "/dev/staging/0", "/srv/init-lxc-test-moved", ""),
    ];
    let script = "echo x >/srv/init-lxc-test-moved/file; ! test -e /dev/staging; grep -c init-lxc-test-moved /proc/mounts";
    assert_eq!(lines(mounts, script), ["1"]);
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
fn a_disk_has_its_name_and_belongs_to_the_user() {
    let mut plan = plan(&[
        "sh",
        "-c",
        "readlink /dev/disk/by-tag/data; stat -Lc %u /dev/disk/by-tag/data",
    ]);
    plan.mounts = vec![];
    plan.disks = vec![Disk {
        tag: "data".into(),
        device: "/dev/pts".into(),
    }];
    assert_eq!(run(&plan).stdout, b"/dev/pts\n1234\n");
}
