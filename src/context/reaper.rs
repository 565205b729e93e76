//! The process that outlives a killed client and removes what it left.

use std::io;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::statedir::StateDir;
use crate::helpers::Helper;

/// A watching reaper. It acts as soon as this is dropped, or this process is gone.
#[derive(Debug)]
pub struct Reaper {
    child: Child,
}

impl Reaper {
    /// Has `state` removed when this process dies, and with it what the embedded driver runs below `embedded_root`.
    pub fn watch(state: &StateDir, embedded_root: Option<&Path>) -> io::Result<Self> {
        let mut command = Command::new(Helper::Reaper.path());
        command.arg("--state-dir").arg(state.path());
        if let Some(root) = embedded_root {
            command.arg("--embedded-root").arg(root);
        }
        // Its standard output is the lock, so that the name stays taken until everything is gone.
        let child = command
            .args(["--lock-fd", "1"])
            .stdin(Stdio::piped())
            .stdout(state.share_lock()?)
            .stderr(Stdio::null())
            .spawn()?;
        Ok(Self { child })
    }
}

impl Drop for Reaper {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        if let Err(error) = self.child.wait() {
            glib::g_warning!(crate::LOG_DOMAIN, "cannot wait for the reaper: {error}");
        }
    }
}
