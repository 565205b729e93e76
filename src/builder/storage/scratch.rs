//! Directories that a sandbox has outside of its state directory, which is in memory: they are removed with it.

use std::fs::{self, DirBuilder, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use glib::prelude::*;
use nix::unistd::geteuid;
pub(crate) use sandbox_state::scratch::{all, make};
use sandbox_state::{Unfit, check_holder, check_own, layout, scratch as directories};

use crate::builder::BuilderError;
use crate::builder::storage::sources;
use crate::config::{Config, ConfigService};

const SCRATCH: &str = "scratch";

/// The directory for what is made for a run and may be large. A service keeps it for the next one.
pub(crate) fn directory(config: &Config, statedir: &Path) -> Result<PathBuf, BuilderError> {
    if config.is::<ConfigService>() {
        let own = statedir.join(layout::OUTSIDE).join(SCRATCH);
        let made = DirBuilder::new().recursive(true).mode(0o700).create(&own);
        made.map_err(BuilderError::write(&own))?;
        return Ok(own);
    }
    if let Some(known) = directories::find(statedir, SCRATCH) {
        return Ok(known);
    }
    let base = base()?;
    make(statedir, SCRATCH, &base).map_err(BuilderError::write(&base))
}

/// The temporary directories that a service keeps in its own.
pub(crate) fn kept_mounts(statedir: &Path) -> PathBuf {
    statedir.join(layout::OUTSIDE).join(SCRATCH).join("mounts")
}

/// Where large temporary files are. A directory that somebody else could rename them in is not taken.
pub(crate) fn temporary() -> PathBuf {
    let chosen = std::env::var_os("TMPDIR").map(PathBuf::from);
    let safe = chosen.and_then(|path| sources::safe_directory(None, &path));
    safe.unwrap_or_else(|| "/var/tmp".into())
}

/// Where [`base`] is.
pub(crate) fn base_path() -> PathBuf {
    temporary().join(format!("libvirt-sandbox-{}", geteuid()))
}

/// The one directory for what all sandboxes of this user have in the place for temporary files, so that each can be kept from
/// seeing what the others have. It stays.
pub(crate) fn base() -> Result<PathBuf, BuilderError> {
    let temporary = temporary();
    let parent = temporary
        .canonicalize()
        .map_err(BuilderError::write(&temporary))?;
    check_holder(&parent).map_err(unfit(&parent))?;
    let base = base_path();
    // Whoever the emulator is passes through to what is its own, and can't look around.
    let mode = if geteuid().is_root() { 0o711 } else { 0o700 };
    own_directory(&base, mode)
}

/// As [`base`], in this user's cache. Nobody else passes through root's, not even the emulator.
pub(crate) fn base_in_cache() -> Option<PathBuf> {
    if geteuid().is_root() {
        return None;
    }
    let cache = glib::user_cache_dir().join("libvirt-sandbox");
    own_directory(&cache, 0o700).ok()?;
    // No sandbox is called so, whose state directory may be there.
    own_directory(&cache.join(".scratch"), 0o700).ok()
}

/// Makes the directory, unless it is there, and is this user's alone.
fn own_directory(path: &Path, mode: u32) -> Result<PathBuf, BuilderError> {
    let make = || {
        if let Some(parent) = path.parent() {
            DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(parent)?;
        }
        DirBuilder::new().mode(mode).create(path)?;
        // Whatever the umask is.
        fs::set_permissions(path, Permissions::from_mode(mode))
    };
    match make() {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        made => made.map_err(BuilderError::write(path))?,
    }
    check_own(path).map_err(unfit(path))?;
    Ok(path.to_owned())
}

fn unfit(path: &Path) -> impl FnOnce(Unfit) -> BuilderError {
    move |unfit| BuilderError::Temporary {
        path: path.to_owned(),
        problem: problem(unfit),
    }
}

/// What is wrong with a directory, in words.
pub(crate) fn problem(unfit: Unfit) -> String {
    match unfit {
        Unfit::Unreadable(error) => error.to_string(),
        Unfit::NoDirectory => tr!("it is no directory, or a link to one"),
        Unfit::Foreign => tr!("it belongs to another user"),
        Unfit::Open => tr!("other users may write to it"),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;
    use crate::config::{ConfigInteractive, ConfigServiceGeneric};

    #[test]
    fn a_service_keeps_its_files_with_it() {
        let state = tempfile::tempdir().unwrap();
        let service = ConfigServiceGeneric::new(c"box");
        let kept = directory(service.upcast_ref(), state.path()).unwrap();
        assert!(kept.starts_with(state.path()));
        assert_eq!(all(state.path()), [kept]);
        let config = ConfigInteractive::new(c"box");
        let other = tempfile::tempdir().unwrap();
        let made = directory(config.upcast_ref(), other.path()).unwrap();
        assert!(made.starts_with(base().unwrap()) && made.is_dir());
        assert_eq!(directory(config.upcast_ref(), other.path()).unwrap(), made);
        crate::builder::files::remove_outside(other.path()).unwrap();
        assert!(!made.exists());
    }

    #[test]
    fn a_base_is_this_user_s_alone() {
        let room = tempfile::tempdir().unwrap();
        let base = room.path().join("base");
        assert_eq!(own_directory(&base, 0o711).unwrap(), base);
        let mode = fs::metadata(&base).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o711);
        fs::set_permissions(&base, Permissions::from_mode(0o777)).unwrap();
        let link = room.path().join("link");
        symlink(room.path(), &link).unwrap();
        for (path, problem) in [(&base, "other users may write"), (&link, "a link to one")] {
            let error = own_directory(path, 0o711).unwrap_err().to_string();
            assert!(error.contains(problem), "{error}");
        }
    }
}
