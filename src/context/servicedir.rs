//! The directory that a defined service keeps its files in.
//!
//! `config/sandbox.cfg` is its configuration, `connection` says where it is defined, and `generation-*` has what the
//! domain refers to. Defining makes a new generation, so that the old one stays whole until libvirt has taken the new
//! description.

use std::fs::{self, DirBuilder, File, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use nix::fcntl::{Flock, FlockArg};
use nix::unistd::geteuid;
use tempfile::{NamedTempFile, TempDir};
use thiserror::Error;

use super::statedir::{Audience, StateDirError, check_name};

const GENERATION: &str = "generation-";

/// Why the directory of a service can't be used.
#[derive(Debug, Error)]
pub enum ServiceDirError {
    /// The service has no valid name.
    #[error(transparent)]
    Name(#[from] StateDirError),
    /// The directory could not be used.
    #[error("cannot {action} {path}: {source}")]
    Io {
        /// What was tried, an infinitive.
        action: &'static str,
        /// On which file.
        path: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
}

fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> ServiceDirError {
    move |source| ServiceDirError::Io {
        action,
        path: path.to_owned(),
        source,
    }
}

/// The directory of a service, which nobody else changes meanwhile.
#[derive(Debug)]
pub struct ServiceDir {
    path: PathBuf,
    mode: u32,
    _lock: Flock<File>,
}

/// Files for a definition that libvirt has not taken yet. They are removed when dropped.
#[derive(Debug)]
pub struct Draft {
    generation: TempDir,
    files: Vec<(NamedTempFile, PathBuf)>,
}

/// The directory that holds those of all services of the calling user.
pub fn base() -> PathBuf {
    let config = if geteuid().is_root() {
        PathBuf::from("/etc")
    } else {
        glib::user_config_dir()
    };
    config.join("libvirt-sandbox/services")
}

/// Makes a directory and those above it, unless they are there; the caller's umask does not count.
fn make_dir(path: &Path, mode: u32) -> Result<(), ServiceDirError> {
    if let Some(parent) = path.parent().filter(|parent| !parent.exists()) {
        make_dir(parent, mode)?;
    }
    match DirBuilder::new().mode(mode).create(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        made => {
            made.map_err(failed("create", path))?;
            set_mode(path, mode)
        }
    }
}

fn set_mode(path: &Path, mode: u32) -> Result<(), ServiceDirError> {
    fs::set_permissions(path, Permissions::from_mode(mode)).map_err(failed("prepare", path))
}

impl ServiceDir {
    /// The directory of the service `name`, which need not exist. It waits until nobody else changes a service.
    pub fn lock(name: &str, audience: Audience) -> Result<Self, ServiceDirError> {
        Self::lock_below(&base(), name, audience)
    }

    fn lock_below(base: &Path, name: &str, audience: Audience) -> Result<Self, ServiceDirError> {
        check_name(name)?;
        // Services of qemu:///system are used by another user, which must be able to pass through.
        let base_mode = if geteuid().is_root() { 0o711 } else { 0o700 };
        make_dir(base, base_mode)?;
        let file = File::open(base).map_err(failed("open", base))?;
        let lock = Flock::lock(file, FlockArg::LockExclusive)
            .map_err(|(_, errno)| failed("lock", base)(errno.into()))?;
        Ok(Self {
            path: base.join(name),
            mode: match audience {
                Audience::Owner => 0o700,
                Audience::Emulator => 0o711,
            },
            _lock: lock,
        })
    }

    /// Where the directory is, or would be.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The URI of the connection that the service is defined on.
    pub fn connection(&self) -> Option<String> {
        fs::read_to_string(self.path.join("connection")).ok()
    }

    /// Starts a new definition beside the one that is there.
    pub fn draft(&self, uri: &str, configuration: &str) -> Result<Draft, ServiceDirError> {
        make_dir(&self.path, self.mode)?;
        make_dir(&self.path.join("config"), 0o700)?;
        let generation = tempfile::Builder::new()
            .prefix(GENERATION)
            .tempdir_in(&self.path)
            .map_err(failed("create a directory in", &self.path))?;
        set_mode(generation.path(), self.mode)?;
        let mut files = Vec::new();
        for (name, content) in [("config/sandbox.cfg", configuration), ("connection", uri)] {
            let path = self.path.join(name);
            let write = || {
                let mut file = NamedTempFile::new_in(generation.path())?;
                file.write_all(content.as_bytes())?;
                file.as_file().sync_all()?;
                Ok(file)
            };
            files.push((write().map_err(failed("write", &path))?, path));
        }
        Ok(Draft { generation, files })
    }

    /// Puts a definition that libvirt has taken in place of the one before.
    pub fn commit(&self, draft: Draft) -> Result<(), ServiceDirError> {
        let generation = draft.generation.keep();
        for (file, path) in draft.files {
            file.persist(&path)
                .map_err(|error| failed("write", &path)(error.error))?;
        }
        if let Err(error) = self.remove_generations_but(&generation) {
            glib::g_warning!(crate::LOG_DOMAIN, "{error}");
        }
        Ok(())
    }

    /// Removes what is there; says whether there was something.
    pub fn remove(&self) -> Result<bool, ServiceDirError> {
        match fs::remove_dir_all(&self.path) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(failed("remove", &self.path)(error)),
        }
    }

    /// Removes what a failed definition leaves of a service that was not defined before.
    pub fn remove_if_empty(&self) {
        for path in [&self.path.join("config"), &self.path] {
            // Of a service that is defined there is something in it.
            let _ = fs::remove_dir(path);
        }
    }

    fn remove_generations_but(&self, kept: &Path) -> Result<(), ServiceDirError> {
        let entries = fs::read_dir(&self.path).map_err(failed("read", &self.path))?;
        for entry in entries.flatten() {
            let path = entry.path();
            let is_generation = entry.file_name().to_string_lossy().starts_with(GENERATION);
            if is_generation && path != kept {
                fs::remove_dir_all(&path).map_err(failed("remove", &path))?;
            }
        }
        Ok(())
    }
}

impl Draft {
    /// Where the files belong that the domain refers to.
    pub fn path(&self) -> &Path {
        self.generation.path()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lock(base: &TempDir) -> ServiceDir {
        ServiceDir::lock_below(base.path(), "web", Audience::Emulator).unwrap()
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_definition_replaces_the_one_before_only_when_it_is_committed() {
        let base = tempfile::tempdir().unwrap();
        let service = lock(&base);
        let first = service.draft("lxc:///", "one").unwrap();
        let first_generation = first.path().to_owned();
        service.commit(first).unwrap();
        let configuration = service.path().join("config/sandbox.cfg");
        assert_eq!(mode(&configuration), 0o600);
        assert_eq!(mode(&first_generation), 0o711);

        let failed = service.draft("lxc:///", "failed").unwrap();
        fs::write(failed.path().join("plan"), "x").unwrap();
        drop(failed);
        service.remove_if_empty();
        assert_eq!(fs::read_to_string(&configuration).unwrap(), "one");
        assert!(first_generation.exists());

        let second = service.draft("lxc:///system", "two").unwrap();
        let second_generation = second.path().to_owned();
        service.commit(second).unwrap();
        assert_eq!(fs::read_to_string(&configuration).unwrap(), "two");
        assert_eq!(service.connection().as_deref(), Some("lxc:///system"));
        assert!(second_generation.exists() && !first_generation.exists());

        assert!(service.remove().unwrap());
        assert!(!service.remove().unwrap());
        assert_eq!(fs::read_dir(base.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_first_definition_that_fails_leaves_nothing() {
        let base = tempfile::tempdir().unwrap();
        let service = lock(&base);
        drop(service.draft("lxc:///", "one").unwrap());
        service.remove_if_empty();
        assert!(!service.path().exists());
    }

    #[test]
    fn a_name_is_no_path() {
        let base = tempfile::tempdir().unwrap();
        let refused = ServiceDir::lock_below(base.path(), "../x", Audience::Owner);
        assert!(matches!(refused, Err(ServiceDirError::Name(_))));
    }
}
