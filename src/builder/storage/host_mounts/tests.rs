//! Tests of what is told from the kernel's table of mounts.

use super::*;

/// A host on which `/srv/jail` has a system of its own, one mount is over another, and one is below a directory that a later
/// mount hides.
const HOST: &[u8] = br"22 27 0:21 / /proc rw,relatime - proc proc rw
23 27 0:22 / /sys rw,relatime - sysfs sysfs rw
24 27 0:6 / /dev rw,relatime shared:2 - devtmpfs devtmpfs rw,size=12334524k,mode=755
25 24 0:23 / /dev/shm rw - tmpfs tmpfs rw
27 1 254:0 / / rw,relatime shared:1 master:3 - ext4 /dev/vda rw,discard
30 27 8:1 / /home rw - ext4 /dev/sda1 rw
31 30 8:2 / /home/alice/old rw - xfs /dev/sda2 rw
32 27 8:3 / /home rw - btrfs /dev/sda3 rw,subvol=/home
40 27 0:41 / /srv/jail/proc rw - proc proc rw
41 27 0:42 / /srv/with\040space rw - tmpfs none rw
42 27 0:43 / /srv/joe rw - fuse.sshfs joe@far:/ rw
43 27 254:0 /etc/hosts /srv/jail/etc/hosts rw - ext4 /dev/vda rw
44 27 0:44 / /srv/net rw - autofs systemd-1 rw
45 27 0:45 / /srvice rw - nosuchfs none rw
46 27 0:46 / /srv/gone rw - nfs4 far:/ rw
";

fn at(mount: u64, device: u64) -> io::Result<About> {
    Ok(About {
        mount,
        device,
        is_directory: mount != 43,
    })
}

/// What the kernel says of the paths of that host.
fn look_at_host(path: &Path) -> io::Result<About> {
    match path.to_str().unwrap() {
        "/home" => at(32, 0x803),
        // The newer mount has a directory there, too.
        "/home/alice/old" => at(32, 0x803),
        "/srv/jail/proc" => at(40, 41),
        "/srv/with space" => at(41, 42),
        "/srv/joe" => Err(Errno::NOTCONN.into()),
        "/srv/jail/etc/hosts" => at(43, 0xfe00),
        "/srv/net" => at(44, 44),
        "/srvice" => at(45, 45),
        "/proc" | "/sys" | "/dev" | "/dev/shm" => at(24, 6),
        _ => Err(Errno::NOENT.into()),
    }
}

fn names(directory: &str) -> Vec<String> {
    let found = seen_below(HOST, Path::new(directory), look_at_host).unwrap();
    found
        .iter()
        .map(|mount| {
            let path = mount.path.display();
            let kind = if mount.is_directory { "/" } else { "" };
            let what = if mount.holds_files { "files" } else { "kernel" };
            format!("{path}{kind} {} {what}", mount.fstype)
        })
        .collect()
}

#[test]
fn what_is_seen_is_told_from_what_another_mount_hides() {
    assert_eq!(names("/home"), [""; 0]);
    assert_eq!(names("/home/alice"), [""; 0]);
    let all = names("/");
    assert!(all.contains(&"/home/ btrfs files".to_owned()), "{all:?}");
    assert!(all.contains(&"/dev/ devtmpfs kernel".to_owned()), "{all:?}");
    assert!(!all.iter().any(|name| name.contains("old")), "{all:?}");
}

#[test]
fn mounts_come_in_the_order_of_paths_and_say_whether_they_hold_files() {
    let expected = [
        "/srv/jail/etc/hosts ext4 files",
        "/srv/jail/proc/ proc kernel",
        "/srv/joe/ fuse.sshfs kernel",
        "/srv/net/ autofs kernel",
        "/srv/with space/ tmpfs files",
    ];
    assert_eq!(names("/srv"), expected);
    assert_eq!(names("/srv/jail/proc"), [""; 0]);
    assert_eq!(names("/srvice"), [""; 0]);
    assert!(names("/").contains(&"/srvice/ nosuchfs kernel".to_owned()));
}

#[test]
fn a_kernel_that_does_not_tell_mounts_apart_is_an_error() {
    let old = |_: &Path| Err(io::ErrorKind::Unsupported.into());
    assert!(seen_below(HOST, Path::new("/srv"), old).is_err());
}

#[test]
fn this_host_tells_its_mounts() {
    let all = below(Path::new("/")).unwrap();
    let proc = all.iter().find(|mount| mount.path == Path::new("/proc"));
    let proc = proc.expect("/proc is a mount");
    assert_eq!(proc.fstype, "proc");
    assert!(proc.is_directory && !proc.holds_files);
    assert_ne!(proc.device, 0);
    assert_eq!(
        holding(Path::new("/proc/self")).unwrap().device,
        proc.device
    );
    let root = holding(Path::new("/")).unwrap();
    assert!(root.holds_files && root.is_directory, "{root:?}");
}

#[test]
fn no_file_system_of_the_kernel_holds_files() {
    let kernel = "autofs binder binfmt_misc bpf cgroup cgroup2 configfs cpuset debugfs devpts devtmpfs efivarfs fuse fuse.gvfsd \
        fusectl hugetlbfs mqueue nfsd nsfs pipefs proc pstore resctrl rpc_pipefs securityfs selinuxfs smackfs sockfs sysfs \
        tracefs usbfs xenfs";
    for name in kernel.split_whitespace() {
        assert!(!FILE_SYSTEMS.contains(&name), "{name}");
    }
}

#[test]
fn odd_letters_are_unescaped() {
    assert_eq!(unescape(br"/a\040b\134c\x"), br"/a b\c\x");
    assert_eq!(unescape(br"/a\04"), br"/a\04");
}
