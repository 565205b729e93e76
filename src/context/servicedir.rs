//! The directory that a defined service keeps its files in.
//!
//! `config/sandbox.cfg` is its configuration, `connection` says where it is defined, `format` by which version of this
//! library, and `generation-*` has what the domain refers to. Defining makes a new generation, so that the old one stays
//! whole until libvirt has taken the new description.

use std::fs::{self, DirBuilder, File, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use nix::fcntl::{Flock, FlockArg};
use nix::unistd::geteuid;
use sandbox_plan::Plan;
use tempfile::{NamedTempFile, TempDir};
use thiserror::Error;

use super::statedir::{Audience, StateDirError, check_name};
use crate::builder::files::{PLAN, guest_dir};
use crate::builder::storage::scratch::kept_mounts;

const GENERATION: &str = "generation-";
const CONFIGURATION: &str = "config/sandbox.cfg";

/// What files of this version are like.
///
/// The number counts what a newer library of the same version would have made otherwise, such as whom files belong to.
const FORMAT: &str = concat!(env!("CARGO_PKG_VERSION"), " 3\n");

/// Why the directory of a service can't be used.
#[derive(Debug, Error)]
pub enum ServiceDirError {
    /// The service has no valid name.
    #[error(transparent)]
    Name(#[from] StateDirError),
    /// The directory could not be used.
    #[error("{}", tr_marked!(.failure, path = .path.display(), source = .source))]
    Io {
        /// What can't be done, a message with `{path}` and `{source}`.
        failure: &'static str,
        /// On which file.
        path: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
}

fn failed(failure: &'static str, path: &Path) -> impl FnOnce(io::Error) -> ServiceDirError {
    move |source| ServiceDirError::Io {
        failure,
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
            made.map_err(failed(msgid!("cannot create {path}: {source}"), path))?;
            set_mode(path, mode)
        }
    }
}

fn set_mode(path: &Path, mode: u32) -> Result<(), ServiceDirError> {
    fs::set_permissions(path, Permissions::from_mode(mode))
        .map_err(failed(msgid!("cannot prepare {path}: {source}"), path))
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
        let file =
            File::open(base).map_err(failed(msgid!("cannot open {path}: {source}"), base))?;
        let lock = Flock::lock(file, FlockArg::LockExclusive).map_err(|(_, errno)| {
            failed(msgid!("cannot lock {path}: {source}"), base)(errno.into())
        })?;
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

    /// Where the directory of the service `name` is, or would be.
    pub fn path_of(name: &str) -> PathBuf {
        base().join(name)
    }

    /// The saved configuration.
    pub fn configuration(&self) -> PathBuf {
        self.path.join(CONFIGURATION)
    }

    /// Whether a guest of this version understands the files of `generation`.
    pub fn is_current(&self, generation: &Path) -> bool {
        let format = fs::read_to_string(self.path.join("format"));
        let plan = fs::read(guest_dir(generation).join(PLAN));
        format.is_ok_and(|format| format == FORMAT)
            // That of a machine is in its initial RAM disk, together with what understands it.
            && plan.map_or(true, |plan| Plan::from_bytes(&plan).is_ok())
    }

    /// The generation that `mentioned` says is in use.
    pub fn generation(&self, mentioned: impl Fn(&Path) -> bool) -> Option<PathBuf> {
        self.generations()
            .ok()?
            .into_iter()
            .find(|path| mentioned(path))
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
            .map_err(failed(
                msgid!("cannot create a directory in {path}: {source}"),
                &self.path,
            ))?;
        // Whom QEMU runs as is let in by the builder.
        set_mode(generation.path(), 0o700)?;
        let mut files = Vec::new();
        for (name, content) in [
            (CONFIGURATION, configuration),
            ("connection", uri),
            ("format", FORMAT),
        ] {
            let path = self.path.join(name);
            let write = || {
                let mut file = NamedTempFile::new_in(generation.path())?;
                file.write_all(content.as_bytes())?;
                file.as_file().sync_all()?;
                Ok(file)
            };
            files.push((
                write().map_err(failed(msgid!("cannot write {path}: {source}"), &path))?,
                path,
            ));
        }
        Ok(Draft { generation, files })
    }

    /// Puts a definition that libvirt has taken in place of the one before.
    ///
    /// What the one before refers to is removed, unless a running sandbox uses it.
    pub fn commit(&self, draft: Draft, in_use: bool) -> Result<(), ServiceDirError> {
        let generation = draft.generation.keep();
        for (file, path) in draft.files {
            file.persist(&path).map_err(|error| {
                failed(msgid!("cannot write {path}: {source}"), &path)(error.error)
            })?;
        }
        if !in_use {
            self.keep_only(&generation);
        }
        Ok(())
    }

    /// Moves what a service has written to its temporary directories from one generation to another.
    pub fn move_scratch(from: &Path, to: &Path) -> Result<(), ServiceDirError> {
        let (from, to) = (kept_mounts(from), kept_mounts(to));
        let Ok(entries) = fs::read_dir(&from) else {
            return Ok(());
        };
        for entry in entries.flatten() {
            let target = to.join(entry.file_name());
            // One that is not there any more is not needed.
            if target.exists() {
                fs::remove_dir_all(&target)
                    .and_then(|()| fs::rename(entry.path(), &target))
                    .map_err(failed(msgid!("cannot replace {path}: {source}"), &target))?;
            }
        }
        Ok(())
    }

    /// Removes every generation but this one. What can't be removed takes room, but does no harm.
    pub fn keep_only(&self, kept: &Path) {
        let remove = || {
            for path in self.generations()?.iter().filter(|path| *path != kept) {
                fs::remove_dir_all(path)
                    .map_err(failed(msgid!("cannot remove {path}: {source}"), path))?;
            }
            Ok(())
        };
        let removed: Result<(), ServiceDirError> = remove();
        if let Err(error) = removed {
            glib::g_warning!(crate::log::LOG_DOMAIN, "{error}");
        }
    }

    /// Removes what is there; says whether there was something.
    pub fn remove(&self) -> Result<bool, ServiceDirError> {
        match fs::remove_dir_all(&self.path) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(failed(msgid!("cannot remove {path}: {source}"), &self.path)(error)),
        }
    }

    /// Removes what a failed definition leaves of a service that was not defined before.
    pub fn remove_if_empty(&self) {
        for path in [&self.path.join("config"), &self.path] {
            // Of a service that is defined there is something in it.
            let _ = fs::remove_dir(path);
        }
    }

    fn generations(&self) -> Result<Vec<PathBuf>, ServiceDirError> {
        let entries = fs::read_dir(&self.path)
            .map_err(failed(msgid!("cannot read {path}: {source}"), &self.path))?;
        let is_generation =
            |entry: &fs::DirEntry| entry.file_name().to_string_lossy().starts_with(GENERATION);
        let generations = entries.flatten().filter(is_generation);
        Ok(generations.map(|entry| entry.path()).collect())
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
        service.commit(first, false).unwrap();
        let configuration = service.path().join("config/sandbox.cfg");
        assert_eq!(mode(&configuration), 0o600);
        assert_eq!(mode(&first_generation), 0o700);

        let failed = service.draft("lxc:///", "failed").unwrap();
        fs::write(failed.path().join("plan"), "x").unwrap();
        drop(failed);
        service.remove_if_empty();
        assert_eq!(fs::read_to_string(&configuration).unwrap(), "one");
        assert!(first_generation.exists());

        let second = service.draft("lxc:///system", "two").unwrap();
        let second_generation = second.path().to_owned();
        service.commit(second, false).unwrap();
        assert_eq!(fs::read_to_string(&configuration).unwrap(), "two");
        assert_eq!(service.connection().as_deref(), Some("lxc:///system"));
        assert!(second_generation.exists() && !first_generation.exists());

        assert!(service.remove().unwrap());
        assert!(!service.remove().unwrap());
        assert_eq!(fs::read_dir(base.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_a_running_sandbox_uses_stays_until_it_is_not_needed() {
        let base = tempfile::tempdir().unwrap();
        let service = lock(&base);
        let [old, new] = ["one", "two"].map(|configuration| {
            let draft = service.draft("lxc:///", configuration).unwrap();
            let path = draft.path().to_owned();
            service.commit(draft, true).unwrap();
            path
        });
        assert!(old.exists() && new.exists());
        assert_eq!(service.generation(|path| path == new), Some(new.clone()));
        let scratch = kept_mounts(&old);
        for name in ["0", "1"] {
            fs::create_dir_all(scratch.join(name)).unwrap();
            fs::write(scratch.join(name).join("file"), name).unwrap();
        }
        fs::create_dir_all(kept_mounts(&new).join("1")).unwrap();
        ServiceDir::move_scratch(&old, &new).unwrap();
        service.keep_only(&new);
        assert!(!old.exists());
        let moved = fs::read_to_string(kept_mounts(&new).join("1/file"));
        assert_eq!(moved.unwrap(), "1");
        assert!(
            !kept_mounts(&new).join("0").exists(),
            "no mount of this number any more"
        );
    }

    #[test]
    fn files_of_another_version_are_told_by_their_format_and_plan() {
        let base = tempfile::tempdir().unwrap();
        let service = lock(&base);
        let draft = service.draft("lxc:///", "").unwrap();
        let generation = draft.path().to_owned();
        assert!(!service.is_current(&generation));
        service.commit(draft, false).unwrap();
        assert!(service.is_current(&generation));
        fs::create_dir(guest_dir(&generation)).unwrap();
        fs::write(guest_dir(&generation).join(PLAN), b"vsb-plan\x01\0").unwrap();
        assert!(!service.is_current(&generation));
        fs::remove_file(guest_dir(&generation).join(PLAN)).unwrap();
        fs::write(service.path().join("format"), "0.8.0\n").unwrap();
        assert!(!service.is_current(&generation));
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
