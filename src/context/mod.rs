//! Running sandboxes.

pub mod reaper;
pub mod statedir;
pub mod uri;
