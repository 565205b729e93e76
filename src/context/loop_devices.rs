//! Takes turns at the loop devices with other clients.

use std::fs::File;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use glib::prelude::*;

use crate::config::{Config, ConfigExt, ConfigMountHostImage};
use crate::driver::Driver;

/// Where Linux gives out loop devices. What it is locked for is ours alone.
const CONTROL: &str = "/dev/loop-control";

/// How long the others may take. They have a fraction of a second to do; one that was stopped must not hold up everybody.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The turn of a container with disks or images, until it is dropped.
///
/// For each, libvirt asks for a free device and takes it afterwards: when another container does so in between, the start
/// fails, for the device is busy. Without a turn, for example because only root may lock, it's up to chance.
pub(super) fn take_turn(config: &Config, driver: &Driver) -> Option<File> {
    let has_image = || {
        let mounts = config.mounts();
        !config.disks().is_empty()
            || mounts
                .iter()
                .any(|mount| mount.is::<ConfigMountHostImage>())
    };
    if *driver != Driver::Container || !has_image() {
        return None;
    }
    lock(File::open(CONTROL).ok()?, TIMEOUT)
}

/// Locks a file, which no other process has locked then, unless one does so for too long.
fn lock(file: File, patience: Duration) -> Option<File> {
    let (sender, receiver) = mpsc::channel();
    let wait = move || {
        if file.lock().is_ok() {
            // Whoever doesn't wait any more has no use for it.
            let _ = sender.send(file);
        }
    };
    thread::Builder::new().spawn(wait).ok()?;
    receiver.recv_timeout(patience).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_begins_when_the_one_before_ends() {
        let path = tempfile::NamedTempFile::new().unwrap();
        let open = || File::open(&path).unwrap();
        let first = lock(open(), TIMEOUT).unwrap();
        assert!(lock(open(), Duration::ZERO).is_none());
        let second = thread::spawn({
            let file = open();
            move || lock(file, 6 * TIMEOUT).is_some()
        });
        drop(first);
        assert!(second.join().unwrap());
    }
}
