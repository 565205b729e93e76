//! Whether the user that libvirt with rights runs QEMU as can open /dev/kvm.
//!
//! Where only root can, libvirt 9 finds that QEMU has KVM, since it looks with more rights than that user has, and then that it has
//! not: so it takes what it knows for outdated, and starts a QEMU to look again for nearly every device of every machine.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use nix::unistd::{Group, User, getgrouplist};

use super::settings::setting;

const DEVICE: &str = "/dev/kvm";

/// The settings of the system's QEMU driver.
pub(super) const SYSTEM: &str = "/etc/libvirt/qemu.conf";

/// Whom distributions have QEMU run as, where the settings name nobody.
const USERS: [&str; 2] = ["libvirt-qemu", "qemu"];

/// A user of QEMU's to whom /dev/kvm is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excluded {
    /// The user's name.
    pub user: String,
    /// The group that may open it, if there is one.
    pub group: Option<String>,
}

/// Whom the system's libvirt runs QEMU as, if that user can't open /dev/kvm, which is there.
pub fn excluded() -> Option<Excluded> {
    excluded_by(Path::new(SYSTEM))
}

/// As [`excluded`], by a driver with these settings.
pub(super) fn excluded_by(settings: &Path) -> Option<Excluded> {
    let about = fs::metadata(DEVICE).ok()?;
    let user = match setting(settings, "user") {
        Some(name) => user(&name)?,
        None => USERS.iter().find_map(|name| user(name))?,
    };
    let group = setting(settings, "group").and_then(|name| Group::from_name(&name).ok()?);
    let group = group.map_or(user.gid, |group| group.gid);
    let name = std::ffi::CString::new(user.name.as_str()).ok()?;
    let groups = getgrouplist(&name, group).ok()?;
    let groups: Vec<u32> = groups.iter().map(|group| group.as_raw()).collect();
    let owner = (about.uid(), about.gid());
    if is_open(about.mode(), owner, user.uid.as_raw(), &groups) {
        return None;
    }
    // One that it would not help to be in is none.
    let group = Group::from_gid(about.gid().into()).ok().flatten();
    let group = group.filter(|group| about.mode() & 0o060 == 0o060 && group.gid.as_raw() != 0);
    Some(Excluded {
        user: user.name,
        group: group.map(|group| group.name),
    })
}

fn user(name: &str) -> Option<User> {
    match name.trim_start_matches('+').parse::<u32>() {
        Ok(number) => User::from_uid(number.into()).ok()?,
        Err(_) => User::from_name(name).ok()?,
    }
}

/// Whether what belongs to `owner`, a user and a group, can be read and written by `user` with these groups.
fn is_open(mode: u32, owner: (u32, u32), user: u32, groups: &[u32]) -> bool {
    let wanted = match owner {
        _ if user == 0 => return true,
        (uid, _) if uid == user => 0o600,
        (_, gid) if groups.contains(&gid) => 0o060,
        _ => 0o006,
    };
    mode & wanted == wanted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_class_decides() {
        let is_open = |mode| is_open(mode, (0, 36), 64055, &[64055, 36]);
        assert!(is_open(0o660) && is_open(0o666));
        assert!(!is_open(0o600) && !is_open(0o606));
        assert!(super::is_open(0o666, (0, 0), 64055, &[64055]));
        assert!(!super::is_open(0o660, (0, 0), 64055, &[64055]));
        assert!(super::is_open(0o600, (0, 0), 0, &[0]));
        assert!(super::is_open(0o600, (5, 0), 5, &[5]));
    }

    #[test]
    fn root_is_kept_out_of_nothing() {
        let settings = tempfile::NamedTempFile::new().unwrap();
        for name in ["root", "+0", "0"] {
            fs::write(settings.path(), format!("user = \"{name}\"\n")).unwrap();
            assert_eq!(excluded_by(settings.path()), None, "{name}");
        }
    }
}
