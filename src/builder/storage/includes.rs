//! Copies files of the host into the mounts that are made for one run.

use std::ffi::{CString, OsStr};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use glib::subclass::prelude::*;

use super::include::{Include, Progress};
use super::{archive, include_copy, sources};
use crate::builder::BuilderError;
use crate::config::Config;

/// Looks up what is to be included in the mount at `target`, paths in the sandbox and on the host; everything is there.
pub(super) fn look_up(
    config: &Config,
    target: &Path,
    includes: Vec<(CString, CString)>,
) -> Result<Vec<Include>, BuilderError> {
    let includes = includes.iter().map(|(inside, source)| {
        let [source, inside] =
            [source, inside].map(|path| Path::new(OsStr::from_bytes(path.to_bytes())));
        let include = || {
            if !source.is_absolute() {
                return Err(tr!("the path on the host has to be absolute"));
            }
            Ok(Include {
                // A link is copied as a link.
                found: Arc::new(sources::find_itself(config, source)?),
                target: relative(inside).map_err(|error| error.to_string())?,
            })
        };
        include().map_err(|problem| refused(target, source, problem))
    });
    includes.collect()
}

/// What is to be included in the root.
pub(super) fn of_root(config: &Config) -> Result<Vec<Include>, BuilderError> {
    let includes = config.imp().root_includes.borrow().clone();
    look_up(config, Path::new("/"), includes)
}

fn refused(target: &Path, source: &Path, problem: impl std::fmt::Display) -> BuilderError {
    BuilderError::Mount {
        target: target.to_owned(),
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

/// Copies `includes` into `directory`, which nobody else can reach, and which is at `target` in the sandbox.
pub(super) fn copy(
    includes: &[Include],
    target: &Path,
    directory: &Path,
) -> Result<(), BuilderError> {
    for include in includes {
        tell(target, include);
        include_copy::copy(include, directory, &mut Progress::default())
            .map_err(|error| refused(target, &include.found.path, error))?;
    }
    Ok(())
}

/// Packs `includes`, which come to `target` in the sandbox, into the file `path`, for the sandbox to unpack.
pub(super) fn pack(includes: &[Include], target: &Path, path: &Path) -> Result<(), BuilderError> {
    for include in includes {
        tell(target, include);
    }
    archive::write(includes, path, &mut Progress::default())
        .map_err(|(source, error)| refused(target, &source, error))
}

fn tell(target: &Path, include: &Include) {
    glib::g_info!(
        crate::log::LOG_DOMAIN,
        "{}",
        tr!(
            "copying {source} to {target}",
            source = include.found.path.display(),
            target = target.join(&include.target).display(),
        )
    );
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

    use glib::prelude::*;

    use super::*;
    use crate::config::ConfigInteractive;

    fn copied(includes: &[(&Path, &str)], directory: &Path) -> Result<(), String> {
        let text = |path: &Path| CString::new(path.as_os_str().as_bytes()).unwrap();
        let includes = includes.iter();
        let includes = includes.map(|(source, target)| (text(Path::new(target)), text(source)));
        let config = ConfigInteractive::new(c"box");
        let target = Path::new("/data");
        let copied = look_up(config.upcast_ref(), target, includes.collect());
        let copied = copied.and_then(|includes| copy(&includes, target, directory));
        copied.map_err(|error| error.to_string())
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
