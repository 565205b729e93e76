//! What QEMU may do on the host where its user is root: read and write files, and make no devices.

use std::fs;
use std::path::Path;

use nix::unistd::geteuid;
use rustix::thread::{CapabilitySet, remove_capability_from_bounding_set};
use thiserror::Error;

use super::qemu_process;
use crate::builder::storage::ownership;
use crate::config::Config;
use crate::driver::{Driver, Placement};

/// The 9p server of root writes to what belongs to others, and gives it to them. Without FSETID what is written to has no setuid
/// bit any more.
const OF_FILES: CapabilitySet = CapabilitySet::CHOWN
    .union(CapabilitySet::DAC_OVERRIDE)
    .union(CapabilitySet::FOWNER);

/// Where control groups of version 1 have the lists of devices.
const DEVICES: &str = "/sys/fs/cgroup/devices";

/// What a list of devices says that does not limit anything.
const ALL_DEVICES: &str = "a *:* rwm";

/// QEMU has more rights than it is to have.
#[derive(Debug, Error)]
#[error(
    "{}",
    tr!(
        "QEMU (process {pid}) can make devices in the directories of the host that the sandbox writes to, as it has the capability CAP_MKNOD and no list of devices in its control group: mount them with ',ro', or run the program as another user than root",
        pid = .0
    )
)]
pub struct TooManyRights(u32);

/// Whether what this process runs for a driver has its rights.
pub(super) fn are_ours(driver: &Driver) -> bool {
    matches!(driver, Driver::Machine(Placement::Embedded { .. })) && geteuid().is_root()
}

/// Takes away from what this thread runs later whatever root may do more than others, but for what is done with files. libvirt
/// leaves QEMU everything where that is root itself: it clears the capabilities, and has them back when it is executed.
pub(super) fn renounce() {
    for number in 0..u64::BITS {
        let capability = CapabilitySet::from_bits_retain(1 << number);
        // An error tells that the kernel has no more of them, or that they can't be given away.
        if !OF_FILES.contains(capability)
            && remove_capability_from_bounding_set(capability).is_err()
        {
            break;
        }
    }
}

/// Makes sure that the QEMU of the machine `name`, which has just started, makes no devices in directories of the host. `path` is in
/// its command line.
pub(super) fn check(
    config: &Config,
    placement: &Placement,
    name: &str,
    path: &Path,
) -> Result<(), TooManyRights> {
    if !ownership::gives_directory(config) {
        return Ok(());
    }
    for (pid, process) in qemu_process::of_machine(placement, name, path) {
        if can_make_devices(&process) {
            return Err(TooManyRights(pid));
        }
    }
    Ok(())
}

fn can_make_devices(process: &Path) -> bool {
    let read = |name| fs::read_to_string(process.join(name)).unwrap_or_default();
    permitted(&read("status")).contains(CapabilitySet::MKNOD) && !has_device_list(&read("cgroup"))
}

/// Whether libvirt has put a process, whose control groups are `groups`, into one that knows which devices it may use. Of those
/// of version 2 only the kernel knows the list, which libvirt makes where it has such groups.
fn has_device_list(groups: &str) -> bool {
    let path_of = |wanted: &str| {
        groups.lines().find_map(|line| {
            let (_, line) = line.split_once(':')?;
            let (controllers, path) = line.split_once(':')?;
            controllers
                .split(',')
                .any(|name| name == wanted)
                .then_some(path)
        })
    };
    if let Some(path) = path_of("devices") {
        let group = Path::new(DEVICES).join(path.trim_start_matches('/'));
        let list = fs::read_to_string(group.join("devices.list"));
        return list.is_ok_and(|list| list.trim() != ALL_DEVICES);
    }
    path_of("").is_some_and(|path| path.contains("qemu"))
}

fn permitted(status: &str) -> CapabilitySet {
    let line = status.lines().find_map(|line| line.strip_prefix("CapPrm:"));
    let bits = line.and_then(|line| u64::from_str_radix(line.trim(), 16).ok());
    CapabilitySet::from_bits_retain(bits.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::process::Command;
    use std::thread;

    use super::*;

    #[test]
    fn what_a_thread_runs_has_rights_on_files_at_the_most() {
        let status = || {
            let output = Command::new("cat").arg("/proc/self/status").output();
            permitted(&String::from_utf8(output.unwrap().stdout).unwrap())
        };
        let before = status();
        let renounced = thread::spawn(move || {
            renounce();
            status()
        });
        assert_eq!(renounced.join().unwrap(), before & OF_FILES);
        assert_eq!(status(), before, "other threads keep theirs");
    }

    #[test]
    fn a_group_of_libvirt_s_has_a_list_of_devices() {
        assert!(has_device_list(
            "0::/machine.slice/machine-qemu\\x2d1\\x2dbox.scope/libvirt/emulator\n"
        ));
        assert!(!has_device_list("0::/user.slice/session-1.scope\n"));
        assert!(!has_device_list("1:devices:/none/of/them\n0::/qemu\n"));
        assert!(!has_device_list(""));
    }

    #[test]
    fn rights_are_told_from_the_kernel_s_words() {
        let status = "Name:\tqemu\nCapInh:\t0000000000000000\nCapPrm:\t000001ffffffffff\n";
        assert!(permitted(status).contains(CapabilitySet::MKNOD));
        let less = status.replace("01ffffffffff", "01fff7ffffff");
        assert!(!permitted(&less).contains(CapabilitySet::MKNOD));
        assert_eq!(permitted("Name:\tqemu\n"), CapabilitySet::empty());
    }
}
