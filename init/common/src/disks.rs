//! The names that the user gave to disks.

use std::fs::{self, File};
use std::os::unix::fs::{fchown, symlink};
use std::path::Path;

use sandbox_plan::{Disk, Identity};

use crate::error::{Error, OrError};

const BY_TAG: &str = "/dev/disk/by-tag";

/// Names each disk, and gives what is open of it to the program's user.
///
/// # Errors
/// When a disk is missing or can't be named.
pub fn name_all(disks: &[Disk], open: &[File], user: &Identity) -> Result<(), Error> {
    if disks.is_empty() {
        return Ok(());
    }
    fs::create_dir_all(BY_TAG).or_error(|| format!("create {BY_TAG}"))?;
    for (disk, file) in disks.iter().zip(open) {
        let device = Path::new(&disk.device);
        fchown(file, Some(user.uid), Some(user.gid))
            .or_error(|| format!("give the disk {} to the user", device.display()))?;
        let link = Path::new(BY_TAG).join(&disk.tag);
        symlink(device, &link).or_error(|| format!("name a disk {}", link.display()))?;
    }
    Ok(())
}
