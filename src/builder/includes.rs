//! Copies files of the host into the directories that are made for one run.

use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};

use super::{BuilderError, names};
use crate::config::{ConfigMount, ConfigMountExt};

/// Copies what is to be included in `mount` into `directory`, which nobody else can reach.
pub(crate) fn copy(mount: &ConfigMount, directory: &Path) -> Result<(), BuilderError> {
    for (target, source) in mount.includes() {
        let target = Path::new(std::ffi::OsStr::from_bytes(target.to_bytes()));
        let source = Path::new(std::ffi::OsStr::from_bytes(source.to_bytes()));
        copy_one(source, directory, target).map_err(|problem| BuilderError::Mount {
            target: names::target(mount),
            problem: format!("cannot copy {} into it: {problem}", source.display()),
        })?;
    }
    Ok(())
}

fn copy_one(source: &Path, directory: &Path, target: &Path) -> Result<(), String> {
    if !source.is_absolute() {
        return Err("the path on the host has to be absolute".to_owned());
    }
    let target = make_parents(directory, target).map_err(|error| error.to_string())?;
    glib::g_info!(
        crate::LOG_DOMAIN,
        "copying {} to {}",
        source.display(),
        target.display()
    );
    // Modes, owners, links, times and extended attributes, as far as this user may set them.
    let copied = Command::new("cp")
        .args(["-a", "--remove-destination", "--no-target-directory", "--"])
        .args([source, &target])
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("cp: {error}"))?;
    if copied.status.success() {
        Ok(())
    } else {
        let errors = String::from_utf8_lossy(&copied.stderr);
        Err(errors.lines().next().unwrap_or("cp failed").to_owned())
    }
}

/// Makes the directories that `target` is in, and gives its path. What was copied before may be a link to anywhere, so no
/// link is followed.
fn make_parents(directory: &Path, target: &Path) -> io::Result<PathBuf> {
    let mut path = directory.to_owned();
    for part in target.components() {
        match part {
            Component::Normal(name) => {
                make_directory(&path)?;
                path.push(name);
            }
            Component::ParentDir => {
                let text = "the path in the sandbox has to be without '..'";
                return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
            }
            Component::Prefix(_) | Component::RootDir | Component::CurDir => {}
        }
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
    use crate::config::ConfigMountHostBind;

    fn copied(includes: &[(&Path, &str)], directory: &Path) -> Result<(), String> {
        let mount = ConfigMountHostBind::new(c"", c"/data");
        for (source, target) in includes {
            let text = |path: &Path| std::ffi::CString::new(path.as_os_str().as_bytes()).unwrap();
            mount.add_include(&text(source), &text(Path::new(target)));
        }
        copy(mount.upcast_ref(), directory).map_err(|error| error.to_string())
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
