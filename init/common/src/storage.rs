//! Disks and images: what was written to them is on the host before it is told that the program has ended.

use std::fs::{File, OpenOptions};
use std::path::Path;

use nix::mount::{MntFlags, MsFlags, mount, umount2};
use nix::sys::wait::wait;
use sandbox_plan::Plan;

use crate::error::{Error, OrError};
use crate::sandbox::kill_all;

/// The disks and the mounted images of a sandbox.
#[derive(Debug)]
pub struct Storage<'a> {
    disks: Vec<File>,
    images: Vec<&'a Path>,
}

impl<'a> Storage<'a> {
    /// That of the plan. The disks are opened now: later the first process has no right to do it any more.
    pub fn open(plan: &'a Plan) -> Result<Self, Error> {
        let open = |device: &Path| {
            let disk = OpenOptions::new().read(true).open(device);
            disk.or_error(|| format!("open the disk {}", device.display()))
        };
        let disks = plan.disks.iter().map(|disk| open(Path::new(&disk.device)));
        Ok(Self {
            disks: disks.collect::<Result<_, _>>()?,
            images: plan.images.iter().map(Path::new).collect(),
        })
    }

    /// Ends every other process, and writes everything.
    pub fn settle(&self) {
        if self.disks.is_empty() && self.images.is_empty() {
            return;
        }
        kill_all();
        // Until there are no more children: what is dead holds no files.
        while wait().is_ok() {}
        for image in self.images.iter().rev() {
            let released = umount2(*image, MntFlags::UMOUNT_NOFOLLOW);
            if released.is_err() {
                // The root can't be unmounted.
                let flags = MsFlags::MS_REMOUNT | MsFlags::MS_RDONLY;
                let none = None::<&str>;
                // The kernel writes it later then.
                let _ = mount(none, *image, none, flags, none);
            }
        }
        for disk in &self.disks {
            // There is nobody to tell: a disk that fails has told the program.
            let _ = disk.sync_all();
        }
    }
}
