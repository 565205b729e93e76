//! Removes the control groups that libvirt made for a machine. Where systemd runs it does that, elsewhere only libvirt would.

use std::fs;
use std::path::{Path, PathBuf};

use nix::unistd::Pid;

/// Where the hierarchies are mounted.
const MOUNT_POINT: &str = "/sys/fs/cgroup";

/// What the names of libvirt's groups for machines end with.
const SUFFIX: &str = ".libvirt-qemu";

/// The groups of the machine that the process runs.
pub fn of(pid: Pid) -> Vec<PathBuf> {
    let memberships = fs::read_to_string(format!("/proc/{pid}/cgroup")).unwrap_or_default();
    memberships.lines().filter_map(group).collect()
}

/// The directory of a machine's group, by a line of a process that is in it or in a group of it.
fn group(membership: &str) -> Option<PathBuf> {
    let (_, membership) = membership.split_once(':')?;
    let (hierarchy, path) = membership.split_once(':')?;
    let end = path.find(SUFFIX)? + SUFFIX.len();
    let own = path.get(..end).filter(|_| !path.contains("/.."))?;
    let hierarchy = hierarchy.strip_prefix("name=").unwrap_or(hierarchy);
    let root = Path::new(MOUNT_POINT).join(hierarchy);
    Some(root.join(own.trim_start_matches('/')))
}

/// Removes groups with what is below them. One that has a process stays: the kernel sees to that.
pub fn remove(groups: &[PathBuf]) {
    for group in groups {
        let below: Vec<PathBuf> = fs::read_dir(group)
            .into_iter()
            .flatten()
            .flatten()
            .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
            .map(|entry| entry.path())
            .collect();
        remove(&below);
        // There is nobody to tell.
        let _ = fs::remove_dir(group);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_machine_s_own_group_is_meant() {
        let cases = [
            (
                "4:cpu,cpuacct:/machine/qemu-1-a.libvirt-qemu/emulator",
                Some("/sys/fs/cgroup/cpu,cpuacct/machine/qemu-1-a.libvirt-qemu"),
            ),
            (
                "1:name=systemd:/machine/qemu-1-a.libvirt-qemu",
                Some("/sys/fs/cgroup/systemd/machine/qemu-1-a.libvirt-qemu"),
            ),
            (
                "0::/machine/qemu-1-a.libvirt-qemu/vcpu0",
                Some("/sys/fs/cgroup/machine/qemu-1-a.libvirt-qemu"),
            ),
            ("0::/user.slice/user-0.slice/session-1.scope", None),
            ("0::/../a.libvirt-qemu", None),
            ("0::/", None),
            ("", None),
        ];
        for (line, expected) in cases {
            assert_eq!(group(line).as_deref(), expected.map(Path::new), "{line}");
        }
    }
}
