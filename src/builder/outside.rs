//! Directories that a sandbox has outside of its state directory, which is in memory: they are removed with it.

use std::fs::{self, DirBuilder, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use glib::prelude::*;

use super::{BuilderError, sources};
use crate::config::{Config, ConfigService};

/// The links to them. The reaper knows the name, too.
const LINKS: &str = "outside";

const SCRATCH: &str = "scratch";

/// What the names of the directories begin with.
const PREFIX: &str = ".libvirt-sandbox-";

/// The directory for what is made for a run and may be large. A service keeps it for the next one.
pub(crate) fn scratch(config: &Config, statedir: &Path) -> Result<PathBuf, BuilderError> {
    let link = statedir.join(LINKS).join(SCRATCH);
    if let Ok(known) = link.canonicalize() {
        return Ok(known);
    }
    if config.is::<ConfigService>() {
        let make = DirBuilder::new().recursive(true).mode(0o700).create(&link);
        make.map_err(BuilderError::write(&link))?;
        return Ok(link);
    }
    let parent = temporary();
    make(statedir, SCRATCH, &parent).map_err(BuilderError::write(&parent))
}

/// The temporary directories that a service keeps in its own.
pub(crate) fn kept_mounts(statedir: &Path) -> PathBuf {
    statedir.join(LINKS).join(SCRATCH).join("mounts")
}

/// Where large temporary files are. A directory that somebody else could rename them in is not taken.
pub(crate) fn temporary() -> PathBuf {
    let chosen = std::env::var_os("TMPDIR").map(PathBuf::from);
    let safe = chosen.and_then(|path| sources::safe_directory(None, &path));
    safe.unwrap_or_else(|| "/var/tmp".into())
}

/// Makes a directory in `parent` that is closed to others. The sandbox knows it as `name`.
pub(crate) fn make(statedir: &Path, name: &str, parent: &Path) -> io::Result<PathBuf> {
    let link = statedir.join(LINKS).join(name);
    let links = DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(statedir.join(LINKS));
    links?;
    let make = |path: &Path| {
        // First the link: whatever happens then, it is known what is to be removed.
        symlink(path, &link)?;
        DirBuilder::new()
            .mode(0o700)
            .create(path)
            .inspect_err(|_| drop(fs::remove_file(&link)))
    };
    let parent = parent.canonicalize()?;
    let made = tempfile::Builder::new()
        .prefix(PREFIX)
        .make_in(parent, make)?;
    Ok(made.into_temp_path().keep()?)
}

/// The directories that were made.
pub(crate) fn all(statedir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(statedir.join(LINKS)).into_iter().flatten();
    let paths = entries.flatten().map(|entry| entry.path().canonicalize());
    paths.flatten().collect()
}

/// Removes them.
pub(crate) fn remove(statedir: &Path) -> io::Result<()> {
    let links = statedir.join(LINKS);
    let entries = match fs::read_dir(&links) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let link = entry?.path();
        if let Ok(path) = fs::read_link(&link) {
            remove_tree(&path)?;
            fs::remove_file(&link)?;
        }
    }
    remove_tree(&links)
}

/// Removes a directory with everything in it, also with directories that can't be written to.
fn remove_tree(path: &Path) -> io::Result<()> {
    let removed = match fs::remove_dir_all(path) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            open_up(path)?;
            fs::remove_dir_all(path)
        }
        removed => removed,
    };
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

fn open_up(directory: &Path) -> io::Result<()> {
    fs::set_permissions(directory, Permissions::from_mode(0o700))?;
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            open_up(&entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{ConfigInteractive, ConfigServiceGeneric};

    #[test]
    fn what_is_outside_goes_with_the_state_directory() {
        let (state, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let made = make(state.path(), "0", elsewhere.path()).unwrap();
        assert_eq!(all(state.path()), [made.canonicalize().unwrap()]);
        let closed = made.join("closed/deep");
        fs::create_dir_all(&closed).unwrap();
        for path in [&closed, &made.join("closed")] {
            fs::set_permissions(path, Permissions::from_mode(0o500)).unwrap();
        }
        let kept = elsewhere.path().join("kept");
        fs::write(&kept, "x").unwrap();
        symlink(&kept, made.join("link")).unwrap();
        remove(state.path()).unwrap();
        remove(state.path()).unwrap();
        assert!(!made.exists() && kept.exists());
        assert_eq!(fs::read_dir(state.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_service_keeps_its_files_with_it() {
        let state = tempfile::tempdir().unwrap();
        let service = ConfigServiceGeneric::new(c"box");
        let kept = scratch(service.upcast_ref(), state.path()).unwrap();
        assert!(kept.starts_with(state.path()));
        let config = ConfigInteractive::new(c"box");
        let other = tempfile::tempdir().unwrap();
        let scratch = scratch(config.upcast_ref(), other.path()).unwrap();
        assert!(!scratch.starts_with(other.path()) && scratch.is_dir());
        remove(other.path()).unwrap();
        assert!(!scratch.exists());
    }
}
