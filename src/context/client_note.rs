//! Who runs a sandbox, noted in its state directory.

use std::ffi::CString;
use std::fs;
use std::path::Path;
use std::time::SystemTime;

use sandbox_state::layout::CLIENT;
use serde::{Deserialize, Serialize};

use crate::builder::{BuilderError, files};

/// Who runs a sandbox, as its state directory tells.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Client {
    pub pid: u32,
    pub uri: String,
    pub since: i64,
    /// The program and its arguments: a class of the client's own, which knows them, is known to no other process.
    pub command: Vec<String>,
}

/// Notes in the state directory who runs the sandbox, and what in it.
pub(super) fn note(statedir: &Path, uri: &str, command: &[CString]) -> Result<(), BuilderError> {
    let since = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
    let client = Client {
        pid: std::process::id(),
        uri: uri.to_owned(),
        since: i64::try_from(since.as_secs()).unwrap_or_default(),
        command: words(command),
    };
    let path = statedir.join(CLIENT);
    let text =
        serde_json::to_string(&client).map_err(|error| BuilderError::write(&path)(error.into()))?;
    // As a whole, for whoever waits for it.
    let draft = statedir.join(format!("{CLIENT}.new"));
    files::write_private(&draft, text.as_bytes())?;
    fs::rename(&draft, &path).map_err(BuilderError::write(&path))
}

/// Whether it is noted in the directory who runs, or ran, the sandbox.
pub(super) fn is_noted(statedir: &Path) -> bool {
    statedir.join(CLIENT).exists()
}

/// Whether the state directory names a process that lives.
pub(super) fn has_client(statedir: &Path) -> bool {
    living(statedir).is_some()
}

/// The process that the state directory names, if it lives.
pub(super) fn living(statedir: &Path) -> Option<Client> {
    let client: Client = serde_json::from_slice(&fs::read(statedir.join(CLIENT)).ok()?).ok()?;
    let process = Path::new("/proc").join(client.pid.to_string());
    process.exists().then_some(client)
}

/// The program and its arguments as text.
pub(super) fn words(command: &[CString]) -> Vec<String> {
    let words = command.iter().map(|word| word.to_string_lossy().into());
    words.collect()
}
