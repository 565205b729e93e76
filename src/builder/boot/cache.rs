//! A cache of files that take long to make, each stored under a hash of what it was made from.

use std::fs::{self, DirBuilder, File, Metadata, Permissions};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use nix::unistd::{Uid, geteuid};
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

/// How many entries of a kind are kept however old they are.
const KEPT: usize = 4;
/// An entry used more recently than this may be one that a starting sandbox is about to open.
const IN_USE: Duration = Duration::from_secs(3600);
/// A file that changed this recently can change again without its time stamps showing it.
const SETTLED: Duration = Duration::from_secs(2);
/// What the names of files start with that are still being written.
const UNFINISHED: &str = ".unfinished-";

/// What a cached file is made from: files, and settings in words.
///
/// Two equal keys mean equal contents. A file counts with its path, device, inode, size, modification time and change
/// time. A file that is replaced gets another inode or change time; one that is written in place gets another change
/// time, which no program can set back. That leaves a second write within the resolution of the clock, so nothing
/// made from a file changed in the last two seconds is stored; and a change while the entry is being made, so the key
/// is computed again before the entry is stored.
#[derive(Clone, Debug)]
pub struct Key {
    files: Vec<PathBuf>,
    settings: Vec<String>,
}

/// The hash of a key, and when the newest of its files changed.
#[derive(PartialEq, Eq)]
struct Stamp {
    digest: String,
    changed: SystemTime,
}

impl Key {
    /// The key of what is made from `files` and `settings`, in this order.
    pub fn new<'a>(
        files: impl IntoIterator<Item = &'a Path>,
        settings: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        Self {
            files: files.into_iter().map(Path::to_owned).collect(),
            settings: settings.into_iter().map(Into::into).collect(),
        }
    }

    fn stamp(&self) -> io::Result<Stamp> {
        let mut hash = Sha256::new();
        let mut changed = SystemTime::UNIX_EPOCH;
        for setting in &self.settings {
            hash.update((setting.len() as u64).to_le_bytes());
            hash.update(setting);
        }
        for path in &self.files {
            let about = fs::metadata(path).map_err(|error| {
                io::Error::new(error.kind(), format!("{}: {error}", path.display()))
            })?;
            let name = path.as_os_str().as_bytes();
            hash.update((name.len() as u64).to_le_bytes());
            hash.update(name);
            for number in [about.dev(), about.ino(), about.size()] {
                hash.update(number.to_le_bytes());
            }
            for number in [
                about.mtime(),
                about.mtime_nsec(),
                about.ctime(),
                about.ctime_nsec(),
            ] {
                hash.update(number.to_le_bytes());
            }
            let seconds = Duration::from_secs(about.ctime().try_into().unwrap_or(0));
            changed = changed.max(SystemTime::UNIX_EPOCH + seconds);
        }
        let digest = hash.finalize()[..16]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Ok(Stamp { digest, changed })
    }
}

/// The cache of this user, or, where there can't be one, only a place for the files of this run.
#[derive(Debug)]
pub struct Cache {
    dir: Option<PathBuf>,
    spare: PathBuf,
}

impl Cache {
    /// Opens the cache of the user that runs this process. Files that can't be stored in it go to `spare`, a private
    /// directory of the sandbox that is starting.
    pub fn open(spare: &Path) -> Self {
        Self {
            dir: usable(),
            spare: spare.to_owned(),
        }
    }

    /// Opens the cache in `dir`, created with `mode`. It isn't used when it can't be created, when it belongs to
    /// another user, or when others may write to it.
    pub fn at(dir: &Path, mode: u32, spare: &Path) -> Self {
        Self {
            dir: make_usable(dir, mode).then(|| dir.to_owned()),
            spare: spare.to_owned(),
        }
    }

    /// The path of the file of kind `kind` that `key` determines. `build` writes it when it isn't stored yet.
    ///
    /// A cache that can't be written to is no error: the file is then made in the spare directory, for this run.
    pub fn get<E: From<io::Error>>(
        &self,
        kind: &str,
        key: &Key,
        mut build: impl FnMut(&mut File) -> Result<(), E>,
    ) -> Result<PathBuf, E> {
        if let Some(dir) = &self.dir {
            let stamp = key.stamp()?;
            let found = find(dir, kind, &stamp.digest);
            // Whatever fails here is tried again outside the cache, so that a full disk is not taken for a bad input.
            if let Some(path) = found.or_else(|| store(dir, kind, key, &stamp, &mut build)) {
                return Ok(path);
            }
        }
        let entry = write(&self.spare, &mut build)?;
        let path = self.spare.join(format!("{kind}.uncached"));
        entry.persist(&path).map_err(|failed| failed.error)?;
        Ok(path)
    }
}

/// The path of the file of kind `kind` that `key` determines, if this user's cache has it.
pub(crate) fn lookup(kind: &str, key: &Key) -> Option<PathBuf> {
    let dir = place();
    let stamp = key.stamp().ok()?;
    is_ours(&dir)
        .then(|| find(&dir, kind, &stamp.digest))
        .flatten()
}

/// Where the calling user's cache is.
///
/// Not below the home directory: what is in it boots the user's next machines, and a program that is given the home
/// directory, or its caches, would decide about them. A name without secrets can be taken by somebody else; then there is
/// no cache.
pub(crate) fn place() -> PathBuf {
    place_of(geteuid())
}

fn place_of(user: Uid) -> PathBuf {
    if user.is_root() {
        "/var/cache/libvirt-sandbox".into()
    } else {
        format!("/var/tmp/libvirt-sandbox-cache-{user}").into()
    }
}

/// That place, where it can be used.
pub(crate) fn usable() -> Option<PathBuf> {
    let (dir, mode) = (place(), if geteuid().is_root() { 0o755 } else { 0o700 });
    let is_usable = make_usable(&dir, mode);
    if !is_usable {
        glib::g_info!(
            crate::log::LOG_DOMAIN,
            "{}",
            tr!(
                "{path} can't be used as a cache, since it isn't a directory that is yours alone: every start takes longer",
                path = dir.display()
            )
        );
    }
    is_usable.then_some(dir)
}

/// Makes the directory `dir` with `mode`, unless it is there; whether only this user writes to it.
fn make_usable(dir: &Path, mode: u32) -> bool {
    let made = match dir.parent() {
        Some(parent) => DirBuilder::new()
            .recursive(true)
            .mode(mode)
            .create(parent)
            .and_then(|()| DirBuilder::new().mode(mode).create(dir))
            // Whatever the umask is: QEMU may run as another user than root.
            .and_then(|()| fs::set_permissions(dir, Permissions::from_mode(mode))),
        None => Ok(()),
    };
    let exists = match made {
        Ok(()) => true,
        Err(error) => error.kind() == io::ErrorKind::AlreadyExists,
    };
    exists && is_ours(dir)
}

fn is_ours(dir: &Path) -> bool {
    fs::symlink_metadata(dir).is_ok_and(|about| about.is_dir() && ours(&about))
}

/// Whether only this user can have written what `about` describes.
fn ours(about: &Metadata) -> bool {
    Uid::from_raw(about.uid()) == geteuid() && about.mode() & 0o022 == 0
}

/// Looks for an entry. Its name ends in its size, so that one that was cut short is recognized.
fn find(dir: &Path, kind: &str, digest: &str) -> Option<PathBuf> {
    let prefix = format!("{kind}-{digest}.");
    fs::read_dir(dir).ok()?.flatten().find_map(|entry| {
        let size: u64 = entry
            .file_name()
            .to_str()?
            .strip_prefix(&prefix)?
            .parse()
            .ok()?;
        let about = fs::symlink_metadata(entry.path()).ok()?;
        if !about.is_file() || !ours(&about) || about.len() != size {
            return None;
        }
        // The time of the last use, for pruning; opening it shows that it can be read.
        File::open(entry.path())
            .ok()?
            .set_modified(SystemTime::now())
            .ok()?;
        Some(entry.path())
    })
}

/// Makes an entry, unless what it is made from changes too fast for its key.
fn store<E: From<io::Error>>(
    dir: &Path,
    kind: &str,
    key: &Key,
    stamp: &Stamp,
    build: &mut impl FnMut(&mut File) -> Result<(), E>,
) -> Option<PathBuf> {
    if stamp.changed.elapsed().ok()? <= SETTLED {
        return None;
    }
    let entry = write(dir, build).ok()?;
    if key.stamp().ok()? != *stamp {
        return None;
    }
    let path = publish(entry, dir, kind, &stamp.digest).ok()?;
    prune(dir, kind);
    Some(path)
}

fn write<E: From<io::Error>>(
    dir: &Path,
    build: &mut impl FnMut(&mut File) -> Result<(), E>,
) -> Result<NamedTempFile, E> {
    let mut file = tempfile::Builder::new()
        .prefix(UNFINISHED)
        .tempfile_in(dir)?;
    build(file.as_file_mut())?;
    // QEMU may run as another user.
    file.as_file()
        .set_permissions(Permissions::from_mode(0o644))?;
    Ok(file)
}

fn publish(entry: NamedTempFile, dir: &Path, kind: &str, digest: &str) -> io::Result<PathBuf> {
    // Without it a power failure can leave a file of the right size without its content.
    entry.as_file().sync_data()?;
    let size = entry.as_file().metadata()?.len();
    let path = dir.join(format!("{kind}-{digest}.{size}"));
    entry.persist(&path)?;
    Ok(path)
}

/// Removes entries of `kind` that were not used for long, and what interrupted runs left.
fn prune(dir: &Path, kind: &str) {
    let Ok(entries) = fs::read_dir(dir) else {
        return;
    };
    let prefix = format!("{kind}-");
    let mut old = Vec::new();
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let unfinished = name.starts_with(UNFINISHED);
        if !unfinished && !name.starts_with(&prefix) {
            continue;
        }
        let Ok(used) = entry.metadata().and_then(|about| about.modified()) else {
            continue;
        };
        let idle = used.elapsed().is_ok_and(|idle| idle > IN_USE);
        if !unfinished {
            old.push((used, idle, entry.path()));
        } else if idle {
            // Another process may be pruning too: a file that is gone is what we want.
            let _ = fs::remove_file(entry.path());
        }
    }
    old.sort_by_key(|(used, ..)| std::cmp::Reverse(*used));
    for (_, idle, path) in old.into_iter().skip(KEPT) {
        if idle {
            let _ = fs::remove_file(path);
        }
    }
}

#[cfg(test)]
#[path = "cache_tests.rs"]
mod tests;
