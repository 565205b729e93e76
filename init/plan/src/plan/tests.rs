//! What is written of a plan is read again, and nothing else.

use std::os::unix::ffi::OsStringExt;

use super::*;

fn sample() -> Plan {
    Plan {
        hostname: "sandbox".into(),
        debug: true,
        kind: Kind::Interactive(Channel::VirtioPort("app".into())),
        machine: Some(Machine {
            modules: vec!["virtio.ko".into(), "9p.ko".into()],
            drivers: vec![Driver {
                fstype: "xfs".into(),
                modules: vec!["xfs.ko".into()],
            }],
            root: Mount {
                fstype: "9p".into(),
                source: "root".into(),
                target: "/".into(),
                options: "trans=virtio,msize=512000".into(),
                read_only: true,
                ..Mount::default()
            },
            below_root: vec![Mount {
                fstype: "9p".into(),
                source: "below0".into(),
                target: "/home".into(),
                options: "trans=virtio".into(),
                read_only: true,
                ..Mount::default()
            }],
            gaps: vec![Gap {
                path: "/home".into(),
                is_directory: true,
            }],
        }),
        container: Some(Container {
            root: tree(0),
            view: View::Covered,
            is_settled: true,
            hidden: vec!["/var/tmp/x".into()],
            sources: Some("/dev/libvirt-sandbox/sources.sock".into()),
            log: Some("/dev/libvirt-sandbox-log".into()),
        }),
        overlay: Some(Overlay {
            store: Store::Directory("/dev/store".into()),
            hidden: Some("/srv/store".into()),
        }),
        mounts: vec![Mount {
            fstype: "tmpfs".into(),
            source: "tmpfs".into(),
            target: "/tmp".into(),
            options: "size=10M".into(),
            read_only: false,
            content: Some("/dev/files/0.tar".into()),
            tree: Some(tree(1)),
            is_settled: true,
        }],
        disks: vec![Disk {
            tag: "data".into(),
            device: "/dev/vda".into(),
        }],
        interfaces: vec![Interface {
            dhcp: false,
            learned: false,
            addresses: vec![Address {
                ip: "10.0.0.2".parse().unwrap(),
                prefix: 8,
                broadcast: Some(Ipv4Addr::BROADCAST),
            }],
            routes: vec![Route {
                target: "fd00::".parse().unwrap(),
                prefix: 64,
                gateway: "fe80::1".parse().unwrap(),
            }],
        }],
        resolver: Some(b"nameserver 10.0.0.1".to_vec()),
        hosts: Some(b"127.0.0.1 localhost".to_vec()),
        shell: Some("/dev/hvc1".into()),
        program: Program {
            argv: vec!["cat".into(), OsString::from_vec(vec![0xff, 0xfe])],
            env: vec![("PATH".into(), "/bin".into())],
            cwd: "/".into(),
            cwd_required: true,
            tty: true,
            umask: 0o22,
            identity: Identity {
                uid: 1000,
                gid: u32::MAX - 1,
                groups: vec![5, 1000],
                capabilities: 1 << 40,
            },
            filter: Filter::Unusual,
            plain_files: true,
        },
    }
}

fn tree(number: u32) -> Tree {
    let identity = FileIdentity {
        device: 0xfd00,
        inode: u64::MAX,
    };
    Tree {
        top: Source {
            number,
            identity: Some(identity),
        },
        below: vec![Below {
            path: "proc".into(),
            source: None,
            is_directory: true,
        }],
    }
}

#[test]
fn survives_the_round_trip() {
    let mut plan = sample();
    assert_eq!(Plan::from_bytes(&plan.to_bytes()), Ok(plan.clone()));
    plan.machine = None;
    plan.shell = None;
    plan.overlay = Some(Overlay {
        store: Store::Mount(plan.mounts[0].clone()),
        hidden: None,
    });
    for kind in [
        Kind::Interactive(Channel::Socket("/dev/libvirt-sandbox/app.sock".into())),
        Kind::Service("/dev/tty1".into()),
        Kind::System,
    ] {
        plan.kind = kind;
        assert_eq!(Plan::from_bytes(&plan.to_bytes()), Ok(plan.clone()));
    }
}

#[test]
fn refuses_every_truncation() {
    let bytes = sample().to_bytes();
    for len in 0..bytes.len() {
        let expected = if len < MAGIC.len() {
            PlanError::Magic
        } else {
            PlanError::Damaged
        };
        assert_eq!(Plan::from_bytes(&bytes[..len]), Err(expected), "{len}");
    }
}

#[test]
fn refuses_trailing_bytes() {
    let mut bytes = sample().to_bytes();
    bytes.push(0);
    assert_eq!(Plan::from_bytes(&bytes), Err(PlanError::Trailing(1)));
}

#[test]
fn refuses_another_version() {
    let mut bytes = sample().to_bytes();
    bytes[MAGIC.len()] = u8::MAX;
    assert_eq!(
        Plan::from_bytes(&bytes),
        Err(PlanError::Version { found: 255 })
    );
}

#[test]
fn refuses_a_length_beyond_the_end() {
    let mut bytes = sample().to_bytes();
    bytes.truncate(MAGIC.len() + size_of::<u16>());
    bytes.extend_from_slice(&[0xff, 0xff, 0xff, 0xff, 0x7f]);
    assert_eq!(Plan::from_bytes(&bytes), Err(PlanError::Damaged));
}
