//! What is copied into a sandbox, and how far that is.

#[cfg(test)]
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

#[cfg(test)]
use super::sources;
use super::sources::Source;

/// After how many files, or bytes, it is told how far a copy is.
const FILES: u64 = 4096;
const BYTES: u64 = 64 << 20;

/// Something of the host that is copied into a mount.
#[derive(Clone, Debug)]
pub(crate) struct Include {
    /// What it is on the host.
    pub found: Arc<Source>,
    /// Where it comes in the mount, empty for the mount itself.
    pub target: PathBuf,
}

#[cfg(test)]
impl Include {
    /// The one of `source` as `target`.
    pub(super) fn test(source: &Path, target: &str) -> Result<Self, String> {
        use glib::prelude::*;
        let config = crate::config::ConfigInteractive::new(c"box");
        Ok(Self {
            found: Arc::new(sources::find_itself(config.upcast_ref(), source)?),
            target: target.into(),
        })
    }
}

/// Tells how far a copy is, as messages of the level "info".
#[derive(Debug, Default)]
pub(crate) struct Progress {
    files: u64,
    bytes: u64,
    told: (u64, u64),
}

impl Progress {
    /// One file more, with `bytes` bytes.
    pub(crate) fn add(&mut self, bytes: u64) {
        self.files += 1;
        self.bytes += bytes;
        let (files, bytes) = self.told;
        if self.files >= files + FILES || self.bytes >= bytes + BYTES {
            self.told = (self.files, self.bytes);
            glib::g_info!(crate::log::LOG_DOMAIN, "{}", self.text());
        }
    }

    fn text(&self) -> String {
        match self.bytes {
            0 => tr!("copied {files} files", files = self.files),
            bytes => tr!(
                "copied {files} files, {size} MiB",
                files = self.files,
                size = bytes >> 20
            ),
        }
    }
}
