//! Running sandboxes.

pub mod default_uri;
pub mod embedded;
pub mod reaper;
pub mod statedir;
pub mod uri;
