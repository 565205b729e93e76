//! The power button, by which the host asks the machine to end.
#![allow(unsafe_code, reason = "a device is told by fcntl(2) whom to signal")]

use std::fs::{self, File};
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::libc;
use nix::sys::signal::Signal;
use nix::unistd::getpid;
use sandbox_init::{Error, OrError};

const INPUTS: &str = "/sys/class/input";

/// What the kernel calls ACPI's.
const BUTTON: &str = "Power Button";

/// `F_SETSIG` of fcntl(2)
const SET_SIGNAL: libc::c_int = 10;

/// Lets the button send this process SIGPWR for as long as the file is open; none where the kernel knows no button.
pub fn watch() -> Result<Option<File>, Error> {
    let Some(path) = find() else {
        return Ok(None);
    };
    let watch = || {
        let device = File::open(&path)?;
        request_signal(&device)?;
        Ok(device)
    };
    let watched: std::io::Result<File> = watch();
    watched
        .or_error(|| format!("watch the power button {}", path.display()))
        .map(Some)
}

fn find() -> Option<PathBuf> {
    let mut entries = fs::read_dir(INPUTS).ok()?.flatten();
    let entry = entries.find(|entry| {
        let is_device = entry.file_name().to_string_lossy().starts_with("event");
        let name = fs::read_to_string(entry.path().join("device/name"));
        is_device && name.is_ok_and(|name| name.trim_end() == BUTTON)
    })?;
    Some(Path::new("/dev/input").join(entry.file_name()))
}

fn request_signal(device: &File) -> nix::Result<()> {
    for (command, value) in [
        (libc::F_SETOWN, getpid().as_raw()),
        (SET_SIGNAL, Signal::SIGPWR as i32),
        (libc::F_SETFL, libc::O_ASYNC | libc::O_NONBLOCK),
    ] {
        // SAFETY: the commands take a number each.
        Errno::result(unsafe { libc::fcntl(device.as_raw_fd(), command, value) })?;
    }
    Ok(())
}
