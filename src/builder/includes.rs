//! Copies files of the host into the mounts that are made for one run.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, BufRead, BufReader, Read};
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use super::{BuilderError, archive, names, sources};
use crate::config::{Config, ConfigMount, ConfigMountExt};

/// After how many files, or bytes, it is told how far a copy is.
const FILES: u64 = 4096;
const BYTES: u64 = 64 << 20;

/// Something of the host that is copied into a mount.
#[derive(Debug)]
pub(crate) struct Include {
    /// Where it is on the host.
    pub source: PathBuf,
    /// Where it comes in the mount, empty for the mount itself.
    pub target: PathBuf,
}

/// Tells how far a copy is, as messages of the level "info".
#[derive(Debug, Default)]
pub(crate) struct Progress {
    files: u64,
    bytes: u64,
    told: (u64, u64),
}

impl Progress {
    /// One file more, with `bytes` bytes.
    pub(crate) fn add(&mut self, bytes: u64) {
        self.files += 1;
        self.bytes += bytes;
        let (files, bytes) = self.told;
        if self.files >= files + FILES || self.bytes >= bytes + BYTES {
            self.told = (self.files, self.bytes);
            glib::g_info!(crate::log::LOG_DOMAIN, "{}", self.text());
        }
    }

    fn text(&self) -> String {
        match self.bytes {
            0 => tr!("copied {files} files", files = self.files),
            bytes => tr!(
                "copied {files} files, {size} MiB",
                files = self.files,
                size = bytes >> 20
            ),
        }
    }
}

/// What is to be included in `mount`; everything is there and can be asked for.
pub(crate) fn of(config: &Config, mount: &ConfigMount) -> Result<Vec<Include>, BuilderError> {
    let includes = mount.includes().into_iter().map(|(target, source)| {
        let source = Path::new(OsStr::from_bytes(source.to_bytes()));
        let target = Path::new(OsStr::from_bytes(target.to_bytes()));
        let include = || {
            if !source.is_absolute() {
                return Err(tr!("the path on the host has to be absolute"));
            }
            Ok(Include {
                // A link is copied as a link.
                source: sources::find_itself(config, source)?.path,
                target: relative(target).map_err(|error| error.to_string())?,
            })
        };
        include().map_err(|problem| refused(mount, source, problem))
    });
    includes.collect()
}

fn refused(mount: &ConfigMount, source: &Path, problem: impl std::fmt::Display) -> BuilderError {
    BuilderError::Mount {
        target: names::target(mount),
        problem: tr!(
            "cannot copy {source} into it: {problem}",
            source = source.display(),
            problem
        ),
    }
}

fn relative(target: &Path) -> io::Result<PathBuf> {
    let mut path = PathBuf::new();
    for part in target.components() {
        match part {
            Component::Normal(name) => path.push(name),
            Component::ParentDir => {
                let text = tr!("the path in the sandbox has to be without '..'");
                return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
            }
            Component::Prefix(_) | Component::RootDir | Component::CurDir => {}
        }
    }
    Ok(path)
}

/// Copies what is to be included in `mount` into `directory`, which nobody else can reach.
pub(crate) fn copy(
    config: &Config,
    mount: &ConfigMount,
    directory: &Path,
) -> Result<(), BuilderError> {
    for include in of(config, mount)? {
        tell(mount, &include);
        copy_one(&include, directory)
            .map_err(|problem| refused(mount, &include.source, problem))?;
    }
    Ok(())
}

/// Packs what is to be included in `mount` into the file `path`, for the sandbox to unpack.
pub(crate) fn pack(config: &Config, mount: &ConfigMount, path: &Path) -> Result<(), BuilderError> {
    let includes = of(config, mount)?;
    for include in &includes {
        tell(mount, include);
    }
    archive::write(&includes, path, &mut Progress::default())
        .map_err(|(source, error)| refused(mount, &source, error))
}

fn tell(mount: &ConfigMount, include: &Include) {
    glib::g_info!(
        crate::log::LOG_DOMAIN,
        "{}",
        tr!(
            "copying {source} to {target}",
            source = include.source.display(),
            target = names::target(mount).join(&include.target).display(),
        )
    );
}

fn copy_one(include: &Include, directory: &Path) -> Result<(), String> {
    let target = make_parents(directory, &include.target).map_err(|error| error.to_string())?;
    // Modes, owners, links, times and extended attributes, as far as this user may set them. It names each file it has
    // copied.
    let mut copying = Command::new("cp")
        .args(["-av", "--remove-destination", "--no-target-directory", "--"])
        .args([&include.source, &target])
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| tr!("cp: {error}", error))?;
    let (names, errors) = (copying.stdout.take(), copying.stderr.take());
    let errors = thread::scope(|scope| {
        let errors = scope.spawn(|| {
            let mut text = Vec::new();
            let read = errors.map_or(Ok(0), |mut errors| errors.read_to_end(&mut text));
            read.map(|_| text)
        });
        let mut progress = Progress::default();
        for _ in names
            .into_iter()
            .flat_map(|names| BufReader::new(names).split(b'\n'))
        {
            progress.add(0);
        }
        errors.join().unwrap_or_else(|_| Ok(Vec::new()))
    });
    let status = copying.wait().map_err(|error| tr!("cp: {error}", error))?;
    if status.success() {
        return Ok(());
    }
    let errors = errors.unwrap_or_default();
    let errors = String::from_utf8_lossy(&errors);
    Err(errors
        .lines()
        .next()
        .map_or_else(|| tr!("cp failed"), str::to_owned))
}

/// Makes the directories that `target` is in, and gives its path. What was copied before may be a link to anywhere, so no
/// link is followed.
fn make_parents(directory: &Path, target: &Path) -> io::Result<PathBuf> {
    let mut path = directory.to_owned();
    for name in target {
        make_directory(&path)?;
        path.push(name);
    }
    Ok(path)
}

fn make_directory(path: &Path) -> io::Result<()> {
    match fs::create_dir(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            if path.symlink_metadata()?.is_dir() {
                Ok(())
            } else {
                Err(io::ErrorKind::NotADirectory.into())
            }
        }
        made => made,
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

    use glib::prelude::*;

    use super::*;
    use crate::config::{ConfigInteractive, ConfigMountHostBind};

    fn copied(includes: &[(&Path, &str)], directory: &Path) -> Result<(), String> {
        let mount = ConfigMountHostBind::new(c"", c"/data");
        for (source, target) in includes {
            let text = |path: &Path| std::ffi::CString::new(path.as_os_str().as_bytes()).unwrap();
            mount.add_include(&text(source), &text(Path::new(target)));
        }
        let config = ConfigInteractive::new(c"box");
        copy(config.upcast_ref(), mount.upcast_ref(), directory).map_err(|error| error.to_string())
    }

    #[test]
    fn a_tree_is_copied_as_it_is() {
        let host = tempfile::tempdir().unwrap();
        let tree = host.path().join("tree");
        fs::create_dir_all(tree.join("deep")).unwrap();
        fs::write(tree.join("deep/file"), "content").unwrap();
        fs::set_permissions(tree.join("deep/file"), fs::Permissions::from_mode(0o640)).unwrap();
        symlink("/etc", tree.join("link")).unwrap();
        let target = tempfile::tempdir().unwrap();
        let file = tree.join("deep/file");
        let includes = [
            (tree.as_path(), "/a/b"),
            (tree.as_path(), ""),
            (&file, "/other"),
        ];
        copied(&includes, target.path()).unwrap();
        for path in ["a/b/deep/file", "deep/file", "other"] {
            let path = target.path().join(path);
            assert_eq!(fs::read(&path).unwrap(), b"content");
            let (copy, original) = (fs::metadata(&path).unwrap(), fs::metadata(&file).unwrap());
            assert_eq!(copy.mode(), original.mode());
            assert_eq!(
                (copy.mtime(), copy.mtime_nsec()),
                (original.mtime(), original.mtime_nsec())
            );
        }
        assert_eq!(
            fs::read_link(target.path().join("a/b/link")).unwrap(),
            Path::new("/etc")
        );
    }

    #[test]
    fn nothing_is_written_outside() {
        let outside = tempfile::tempdir().unwrap();
        let host = tempfile::tempdir().unwrap();
        let (tree, file) = (host.path().join("tree"), host.path().join("file"));
        fs::create_dir(&tree).unwrap();
        symlink(outside.path(), tree.join("link")).unwrap();
        symlink(outside.path().join("new"), tree.join("dangling")).unwrap();
        fs::write(&file, "content").unwrap();
        let target = tempfile::tempdir().unwrap();
        copied(
            &[(&tree, "/tree"), (&file, "/tree/dangling")],
            target.path(),
        )
        .unwrap();
        for escape in ["/tree/link/file", "/../file"] {
            let message = copied(&[(&tree, "/tree"), (&file, escape)], target.path()).unwrap_err();
            assert!(message.contains("cannot copy"), "{message}");
        }
        assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_missing_source_is_named() {
        let target = tempfile::tempdir().unwrap();
        let message = copied(&[(Path::new("/nonexistent/x"), "/x")], target.path()).unwrap_err();
        assert!(
            message.contains("/nonexistent/x") && message.contains("No such file"),
            "{message}"
        );
    }
}
