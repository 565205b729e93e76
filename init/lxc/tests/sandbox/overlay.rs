//! A root that is made writable, and a host that does not notice.

use std::fs;
use std::path::Path;

use crate::host::{plan, run};
use sandbox_plan::{Mount, Overlay, Plan, Store};

fn with_overlay(script: &str, size: &str) -> Plan {
    let mut plan = plan(&["sh", "-ec", script]);
    plan.program.identity.uid = 0;
    plan.overlay = Some(Overlay {
        store: Store::Mount(Mount {
            fstype: "tmpfs".into(),
            source: "tmpfs".into(),
            target: "/".into(),
            options: format!("size={size}"),
            ..Mount::default()
        }),
        hidden: None,
    });
    plan
}

#[test]
fn the_root_can_be_written_to_and_the_host_does_not_change() {
    let name = "/usr/init-lxc-test-overlay";
    let script = format!(
        "echo x >{name}; cat {name}
        echo more >>/etc/hostname; tail -n 1 /etc/hostname
        rm /etc/debian_version; ! test -e /etc/debian_version
        mv /usr/share/doc /usr/share/moved; ls -d /usr/share/moved
        chmod 711 /etc/hosts; stat -c %a /etc/hosts
        echo gone >/dev/null; grep -c init-lxc /proc/self/mountinfo || true
        awk '$5 == \"/\" {{print $9}}' /proc/self/mountinfo
        ! ls /run/libvirt-sandbox-* 2>/dev/null"
    );
    let before = ["/etc/hostname", "/etc/hosts", "/etc/debian_version"].map(state);
    let outcome = run(&with_overlay(&script, "64M"));
    let errors = String::from_utf8_lossy(&outcome.stderr).into_owned();
    assert_eq!((outcome.status, errors.as_str()), (0, ""));
    let output = String::from_utf8_lossy(&outcome.stdout);
    let lines: Vec<_> = output.lines().collect();
    assert_eq!(
        lines,
        ["x", "more", "/usr/share/moved", "711", "0", "overlay"]
    );
    assert_eq!(
        ["/etc/hostname", "/etc/hosts", "/etc/debian_version"].map(state),
        before
    );
    assert!(!Path::new(name).exists() && Path::new("/usr/share/doc").is_dir());
}

fn state(path: &str) -> (Vec<u8>, fs::Permissions) {
    (
        fs::read(path).unwrap(),
        fs::metadata(path).unwrap().permissions(),
    )
}

#[test]
fn a_layer_has_no_more_room_than_it_was_given() {
    let script = "! dd if=/dev/zero of=/usr/big bs=1M count=4 2>/dev/null; stat -c %s /usr/big";
    let outcome = run(&with_overlay(script, "2M"));
    let size: u64 = String::from_utf8_lossy(&outcome.stdout)
        .trim()
        .parse()
        .unwrap();
    assert!(size > 0 && size <= 2 << 20, "{size}");
}
