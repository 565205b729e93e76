//! The directory that libvirt makes in the root directory of a container, and leaves there.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use nix::fcntl::{Flock, FlockArg};

use crate::builder::mounts;
use crate::config::Config;

/// What libvirt calls it.
const NAME: &str = ".oldroot";

/// Removes it from a directory that is a root for sandboxes alone, as soon as the container has been started.
#[derive(Debug)]
pub(super) struct OldRoot {
    path: PathBuf,
    /// Held until then: removed earlier it would be missed by another container's start.
    _lock: Flock<File>,
}

impl OldRoot {
    /// To be had before the domain is built, which may make it; none where nothing is to be removed. The host's own root has
    /// it for other containers, too.
    ///
    /// One that is there already was left by a start that was killed.
    pub(super) fn expect(config: &Config) -> Option<Self> {
        let root = mounts::root_directory(config).filter(|root| root != Path::new("/"))?;
        let directory = File::open(&root).ok()?;
        let lock = Flock::lock(directory, FlockArg::LockExclusive).ok()?;
        Some(Self {
            path: root.join(NAME),
            _lock: lock,
        })
    }
}

impl Drop for OldRoot {
    fn drop(&mut self) {
        // An empty directory that stays hurts nobody.
        let _ = fs::remove_dir(&self.path);
    }
}
