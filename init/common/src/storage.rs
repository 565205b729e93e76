//! Disks and images: what was written to them is on the host before it is told that the program has ended.

use std::fs::File;
use std::os::fd::OwnedFd;

use nix::mount::{MntFlags, umount2};
use nix::sys::wait::wait;
use rustix::fs::syncfs;

use crate::attach::{descriptor_path, freeze};
use crate::identity;
use crate::signals::kill_all;

/// The disks and the mounted images of a sandbox.
#[derive(Debug)]
pub struct Storage {
    /// The disks.
    pub disks: Vec<File>,
    /// The mounts of images that are written to.
    pub images: Vec<OwnedFd>,
}

impl Storage {
    /// The capabilities that the first process needs for it at the end.
    pub fn rights(&self) -> u64 {
        if self.images.is_empty() {
            0
        } else {
            1 << identity::CAP_SYS_ADMIN
        }
    }

    /// Ends every other process, and writes everything.
    pub fn settle(self) {
        if self.disks.is_empty() && self.images.is_empty() {
            return;
        }
        kill_all();
        // Until there are no more children: what is dead holds no files.
        while wait().is_ok() {}
        for image in self.images.into_iter().rev() {
            // There is nobody to tell: a disk that fails has told the program.
            let _ = syncfs(&image);
            // By what it is, and not by where it was. It is released when the descriptor is closed.
            let released = umount2(&descriptor_path(&image), MntFlags::MNT_DETACH);
            if released.is_err() {
                // It is the root, or another mount of it is in its place.
                let _ = freeze(&image);
            }
        }
        for disk in &self.disks {
            let _ = disk.sync_all();
        }
    }
}
