//! Has what a client left cleaned up whose reaper was killed, too.

use std::fs;
use std::path::Path;
use std::sync::Once;

use sandbox_state::is_abandoned;

use super::client_note;
use super::embedded::is_embedded_root;
use super::reaper::{self, Duty};

/// Cleans up below `base`, where the state directories and those of embedded drivers are: once in this process, for with
/// many sandboxes there is much to look at.
pub(super) fn clean_once(base: &Path) {
    static CLEANED: Once = Once::new();
    CLEANED.call_once(|| clean(base));
}

fn clean(base: &Path) {
    for entry in fs::read_dir(base).into_iter().flatten().flatten() {
        let path = entry.path();
        let embedded = is_embedded_root(&path);
        // A directory that somebody just makes may have a lock that is not held yet.
        let is_settled = embedded || client_note::is_noted(&path);
        if !is_settled || !is_abandoned(&path) {
            continue;
        }
        let duty = Duty {
            state_dir: (!embedded).then_some(&path),
            embedded_root: embedded.then_some(&path),
            remove_root: embedded,
            terminal: false,
        };
        if let Err(error) = reaper::clean_up_now(duty) {
            glib::g_info!(
                crate::log::LOG_DOMAIN,
                "{}",
                tr!(
                    "cannot remove {path}, which a killed sandbox left: {error}",
                    path = path.display(),
                    error
                )
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use nix::fcntl::{Flock, FlockArg};

    use super::*;

    #[test]
    fn who_lives_or_just_begins_is_left_alone() {
        let base = tempfile::tempdir().unwrap();
        for name in ["alive", "begins"] {
            fs::create_dir(base.path().join(name)).unwrap();
            fs::write(base.path().join(name).join("lock"), "").unwrap();
        }
        fs::write(base.path().join("alive/client.json"), "{}").unwrap();
        let lock = File::open(base.path().join("alive/lock")).unwrap();
        let lock = Flock::lock(lock, FlockArg::LockExclusiveNonblock).unwrap();
        clean(base.path());
        assert!(base.path().join("alive/client.json").exists());
        assert!(base.path().join("begins/lock").exists());
        drop(lock);
        assert!(is_abandoned(&base.path().join("alive")));
    }
}
