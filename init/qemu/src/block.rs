//! Block devices: disks, and images with a file system.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::time::Instant;

use sandbox_init::{Error, OrError};
use sandbox_plan::{Driver, FileSystem, Mount, Plan, SUPERBLOCK_SIZE, Store};

use crate::events::{Events, TIMEOUT};
use crate::modules;

/// Waits for the devices of the plan, finds out what is on those that are to be mounted, and loads its driver.
pub fn prepare(plan: &mut Plan, events: &Events) -> Result<(), Error> {
    for disk in &plan.disks {
        wait_for(Path::new(&disk.device), events)?;
    }
    let Some(machine) = &mut plan.machine else {
        return Ok(());
    };
    let store = plan
        .overlay
        .as_mut()
        .and_then(|overlay| match &mut overlay.store {
            Store::Mount(mount) => Some(mount),
            Store::Directory(_) => None,
        });
    let mounts = std::iter::once(&mut machine.root)
        .chain(store)
        .chain(&mut plan.mounts);
    for mount in mounts.filter(|mount| mount.fstype == "auto") {
        identify(mount, &machine.drivers, events)?;
    }
    Ok(())
}

fn wait_for(device: &Path, events: &Events) -> Result<(), Error> {
    let found = || device.exists().then_some(());
    events
        .wait_until(Instant::now() + TIMEOUT, found)
        .or_error(|| format!("find the disk {}", device.display()))
}

fn identify(mount: &mut Mount, drivers: &[Driver], events: &Events) -> Result<(), Error> {
    let device = Path::new(&mount.source);
    wait_for(device, events)?;
    let start = read_start(device).or_error(|| format!("read {}", device.display()))?;
    let target = Path::new(&mount.target);
    let Some(found) = FileSystem::detect(&start) else {
        return Err(Error::NoFileSystem(target.to_owned()));
    };
    if let Some(driver) = drivers.iter().find(|driver| driver.fstype == found.fstype) {
        modules::load(&driver.modules)?;
    }
    mount.fstype = found.fstype.to_owned();
    mount.read_only |= found.read_only;
    Ok(())
}

fn read_start(device: &Path) -> io::Result<Vec<u8>> {
    let mut start = Vec::with_capacity(SUPERBLOCK_SIZE);
    File::open(device)?
        .take(SUPERBLOCK_SIZE as u64)
        .read_to_end(&mut start)?;
    Ok(start)
}
