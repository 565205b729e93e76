//! A terminal of the host that is a console of the sandbox.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::path::PathBuf;

use nix::fcntl::OFlag;
use nix::pty::{grantpt, posix_openpt, ptsname_r, unlockpt};

/// The host's end of a terminal.
pub struct Console {
    /// What the sandbox gets.
    pub path: PathBuf,
    master: File,
    seen: Vec<u8>,
}

impl Console {
    pub fn open() -> Self {
        let master = posix_openpt(OFlag::O_RDWR | OFlag::O_NOCTTY).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        Self {
            path: ptsname_r(&master).unwrap().into(),
            master: File::from(OwnedFd::from(master)),
            seen: Vec::new(),
        }
    }

    /// Types `text`.
    pub fn write(&mut self, text: &str) {
        self.master.write_all(text.as_bytes()).unwrap();
    }

    /// Everything that was written, as soon as `text` was.
    pub fn wait_for(&mut self, text: &str) -> String {
        loop {
            let seen = String::from_utf8_lossy(&self.seen);
            if seen.contains(text) {
                return seen.into_owned();
            }
            let mut byte = [0];
            self.master.read_exact(&mut byte).unwrap();
            self.seen.extend(byte);
        }
    }
}
