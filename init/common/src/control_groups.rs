//! Shows an init system no control groups but its own, so that it can't leave those that have the limits of its container.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::fcntl::{OFlag, open};
use nix::mount::{MntFlags, MsFlags, mount, umount2};
use nix::sys::stat::Mode;

use crate::attach::make_read_only;
use crate::error::{Error, OrError};
use crate::system::leave_control_groups;

/// What the kernel calls the hierarchy of version 2.
const UNIFIED: &str = "";

/// A hierarchy of control groups that is mounted.
#[derive(Debug, PartialEq)]
struct Hierarchy {
    /// Its controllers, or its name, as mount(2) takes them.
    options: String,
    mount_point: PathBuf,
    /// The directory of the process' group in it.
    group: PathBuf,
}

impl Hierarchy {
    fn fstype(&self) -> &'static str {
        if self.options == UNIFIED {
            "cgroup2"
        } else {
            "cgroup"
        }
    }
}

/// Moves the calling process to groups of its own, below those that have the limits and are libvirt's, and lets it see
/// nothing above them. With all else that is below it `/sys` becomes read-only.
///
/// A hierarchy without controllers, in which libvirt makes no groups, has one for each `name`.
///
/// # Errors
/// When the kernel refuses.
pub fn keep_own(name: &str) -> Result<(), Error> {
    let read = |path| fs::read_to_string(path).or_error(|| format!("read {path}"));
    let groups = read("/proc/self/cgroup")?;
    let mounts = read("/proc/self/mountinfo")?;
    let hierarchies = find(&groups, &mounts);
    for hierarchy in &hierarchies {
        let group = &hierarchy.group.join(format!("sandbox-{name}"));
        enter(group).or_error(|| format!("enter the control group {}", group.display()))?;
    }
    leave_control_groups().or_error(|| "make a namespace of control groups".into())?;
    for hierarchy in &hierarchies {
        let path = &hierarchy.mount_point;
        umount2(path, MntFlags::MNT_DETACH).or_error(|| format!("unmount {}", path.display()))?;
    }
    let flags = OFlag::O_PATH | OFlag::O_CLOEXEC;
    match open("/sys", flags, Mode::empty()).and_then(|sys| make_read_only(sys, true)) {
        // Nothing is mounted there.
        Err(Errno::EINVAL | Errno::ENOENT) => {}
        made => made.or_error(|| "make /sys read-only".into())?,
    }
    let flags = MsFlags::MS_NOSUID | MsFlags::MS_NODEV | MsFlags::MS_NOEXEC;
    for hierarchy in &hierarchies {
        let (fstype, path) = (hierarchy.fstype(), &hierarchy.mount_point);
        let options = Some(hierarchy.options.as_str()).filter(|options| !options.is_empty());
        mount(Some(fstype), path, Some(fstype), flags, options)
            .or_error(|| format!("mount control groups on {}", path.display()))?;
    }
    Ok(())
}

/// The hierarchies in `mounts`, which is mountinfo, that the process is in by `groups`.
fn find(groups: &str, mounts: &str) -> Vec<Hierarchy> {
    let groups: Vec<[&str; 2]> = groups
        .lines()
        .filter_map(|line| {
            let (_, rest) = line.split_once(':')?;
            rest.split_once(':')
                .map(|(options, group)| [options, group])
        })
        .collect();
    let hierarchy = |line: &str| {
        let (place, kind) = line.split_once(" - ")?;
        let mut place = place.split(' ').skip(3);
        let (root, mount_point) = (place.next()?, place.next()?);
        let mut kind = kind.split(' ');
        let (fstype, superblock) = (kind.next()?, kind.nth(1)?);
        let superblock: Vec<_> = superblock.split(',').collect();
        let is_it = |options: &str| match fstype {
            "cgroup2" => options == UNIFIED,
            "cgroup" => {
                options != UNIFIED
                    && options
                        .split(',')
                        .all(|option| superblock.contains(&option))
            }
            _ => false,
        };
        let [options, group] = groups.iter().find(|[options, _]| is_it(options))?;
        // What is not below its root can't be reached by it.
        let group = Path::new(group).strip_prefix(root).ok()?;
        let mount_point = PathBuf::from(mount_point);
        Some(Hierarchy {
            options: (*options).to_owned(),
            group: mount_point.join(group),
            mount_point,
        })
    };
    mounts.lines().filter_map(hierarchy).collect()
}

/// Makes a group and moves the calling process there.
fn enter(group: &Path) -> io::Result<()> {
    match fs::create_dir(group) {
        // Of an earlier run.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        made => made?,
    }
    // A new group of version 1 has neither processors nor memory nodes.
    for name in ["cpuset.cpus", "cpuset.mems"] {
        let above = group
            .parent()
            .map(|parent| fs::read_to_string(parent.join(name)));
        if let Some(Ok(above)) = above
            && group.join(name).exists()
        {
            fs::write(group.join(name), above)?;
        }
    }
    fs::write(group.join("cgroup.procs"), "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_hierarchies_that_are_mounted() {
        let groups =
            "9:name=systemd:/\n8:pids:/user\n4:cpu,cpuacct:/machine/lxc-1-a\n0::/machine/a:b\n";
        let mounts = "\
20 1 0:5 / /proc rw - proc proc rw
31 30 0:27 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpuacct,cpu
32 30 0:28 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,release_agent=/x,name=systemd
33 30 0:29 /machine /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw,nsdelegate
34 30 0:30 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
35 30 0:31 /elsewhere /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids
";
        let hierarchy = |options: &str, mount_point: &str, group: &str| Hierarchy {
            options: options.into(),
            mount_point: mount_point.into(),
            group: group.into(),
        };
        let cpu = "/sys/fs/cgroup/cpu,cpuacct";
        let unified = "/sys/fs/cgroup/unified";
        let expected = [
            hierarchy("cpu,cpuacct", cpu, &format!("{cpu}/machine/lxc-1-a")),
            hierarchy(
                "name=systemd",
                "/sys/fs/cgroup/systemd",
                "/sys/fs/cgroup/systemd/",
            ),
            hierarchy(UNIFIED, unified, &format!("{unified}/a:b")),
        ];
        assert_eq!(find(groups, mounts), expected);
        assert_eq!(expected[2].fstype(), "cgroup2");
    }
}
