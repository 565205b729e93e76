//! What the host makes for the mounts of one run: temporary directories, archives, links to single files.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use glib::prelude::*;

use crate::builder::BuilderError;
use crate::builder::files;
use crate::builder::storage::filesystems::host_source;
use crate::builder::storage::filesystems::refused;
use crate::builder::storage::includes;
use crate::builder::storage::mounts;
use crate::builder::storage::outside;
use crate::builder::storage::sources;
use crate::config::{Config, ConfigMount, ConfigMountHostBind, ConfigService};

/// A run that is prepared.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run<'a> {
    pub config: &'a Config,
    pub statedir: &'a Path,
    /// Whether it is only told what would be made.
    pub rehearses: bool,
}

impl Run<'_> {
    /// The host's directory or file behind the mount number `index`: without a source a directory that is made for this run,
    /// with what is to be in it.
    pub(crate) fn host_path(
        &self,
        mount: &ConfigMount,
        index: usize,
    ) -> Result<Option<PathBuf>, BuilderError> {
        if !mount.is::<ConfigMountHostBind>() {
            return Ok(None);
        }
        if !mounts::source(mount).as_os_str().is_empty() {
            return Ok(Some(host_source(self.config, mount)?.path));
        }
        if self.rehearses {
            includes::of(self.config, mount)?;
            return Ok(Some(self.imagined(&format!("mounts/{index}"))));
        }
        let scratch = outside::scratch(self.config, self.statedir)?;
        let directory = files::make_scratch_dir(&scratch, index)?;
        includes::copy(self.config, mount, &directory)?;
        Ok(Some(directory))
    }

    /// Packs what the guest copies into its mounts, and gives the directory of the archives, if there are any.
    pub(crate) fn pack_archives(&self) -> Result<Option<PathBuf>, BuilderError> {
        let mut directory = None;
        for (index, mount) in mounts::filled_inside(self.config) {
            if self.rehearses {
                includes::of(self.config, &mount)?;
                directory = Some(self.imagined("archives"));
                continue;
            }
            let archives = files::make_archive_dir(&outside::scratch(self.config, self.statedir)?)?;
            includes::pack(
                self.config,
                &mount,
                &archives.join(mounts::archive_name(index)),
            )?;
            directory = Some(archives);
        }
        Ok(directory)
    }

    /// A directory in which there is nothing but the file `file`, for a machine to share: a link to it, or a copy where it
    /// can only be read.
    pub(crate) fn directory_of(
        &self,
        mount: &ConfigMount,
        index: usize,
        file: &Path,
    ) -> Result<PathBuf, BuilderError> {
        if self.config.is::<ConfigService>() {
            let problem = tr!(
                "{file} is a file, and a service on a virtual machine can be given only directories",
                file = file.display()
            );
            return Err(refused(mount, problem));
        }
        if self.rehearses {
            return Ok(self.imagined(&format!("files/{index}")));
        }
        let linked = self.link(index, file);
        match linked {
            Ok(directory) => Ok(directory),
            Err(_) if mounts::is_read_only(mount) => self.copy(index, file).map_err(|error| {
                refused(
                    mount,
                    tr!("cannot copy {file}: {error}", file = file.display(), error),
                )
            }),
            Err(error) => Err(refused(mount, no_link(file, &error))),
        }
    }

    fn link(&self, index: usize, file: &Path) -> io::Result<PathBuf> {
        let source = sources::find(self.config, file).map_err(io::Error::other)?;
        let places = places(self.config, &source.path);
        let mut reason = match places.is_empty() {
            true => io::Error::other(tr!("others can write to all directories that it is in")),
            false => io::ErrorKind::CrossesDevices.into(),
        };
        for (number, parent) in places.into_iter().enumerate() {
            let name = format!("file{index}-{number}");
            let linked = outside::make(self.statedir, &name, &parent).and_then(|directory| {
                source
                    .link(&directory.join(mounts::ONLY_FILE))
                    .map(|()| directory)
            });
            match linked {
                Ok(directory) => return Ok(directory),
                Err(error) => reason = error,
            }
        }
        Err(reason)
    }

    fn copy(&self, index: usize, file: &Path) -> io::Result<PathBuf> {
        let source = sources::find(self.config, file).map_err(io::Error::other)?;
        let mut content = source.open()?;
        let base = outside::base().map_err(io::Error::other)?;
        let directory = outside::make(self.statedir, &format!("file{index}"), &base)?;
        let mut copy = fs::File::create_new(directory.join(mounts::ONLY_FILE))?;
        io::copy(&mut content, &mut copy)?;
        let about = content.metadata()?;
        copy.set_permissions(about.permissions())?;
        copy.set_modified(about.modified()?)?;
        Ok(directory)
    }

    /// Where something would be that is not made.
    fn imagined(&self, name: &str) -> PathBuf {
        outside::base_path()
            .join(".libvirt-sandbox-XXXXXX/content")
            .join(name)
    }
}

/// Directories on the file system of `file` that the caller may write to; the last ones are those that it is in. Nobody else can
/// put another one in the place of what is made there, which a machine is given.
fn places(config: &Config, file: &Path) -> Vec<PathBuf> {
    let device = |path: &Path| fs::metadata(path).map(|about| about.dev()).ok();
    let wanted = device(file);
    [outside::base().ok(), outside::base_in_cache()]
        .into_iter()
        .flatten()
        .chain(file.ancestors().skip(1).map(Path::to_owned))
        .filter(|place| device(place) == wanted)
        .filter_map(|place| sources::safe_directory(Some(config), &place))
        .collect()
}

fn no_link(file: &Path, error: &io::Error) -> String {
    tr!(
        "{file} is a file that a virtual machine can't be given to write to: a link to it can't be made ({error}); mount the directory that it is in, or with ',ro' a copy",
        file = file.display(),
        error
    )
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::config::{ConfigInteractive, ConfigServiceGeneric};

    #[test]
    fn a_machine_sees_the_file_itself_and_nothing_else() {
        let (state, room) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let file = room.path().join("file");
        fs::write(&file, "content").unwrap();
        fs::write(room.path().join("secret"), "").unwrap();
        let config = ConfigInteractive::new(c"box").upcast::<Config>();
        let run = Run {
            config: &config,
            statedir: state.path(),
            rehearses: false,
        };
        let mount = ConfigMountHostBind::new(c"/x", c"/y").upcast::<ConfigMount>();
        let directory = run.directory_of(&mount, 0, &file).unwrap();
        assert_eq!(fs::read_dir(&directory).unwrap().count(), 1);
        assert_eq!(
            fs::metadata(&directory).unwrap().permissions().mode() & 0o777,
            0o700
        );
        let inode = |path: &Path| fs::metadata(path).unwrap().ino();
        assert_eq!(inode(&directory.join(mounts::ONLY_FILE)), inode(&file));
        let own = room.path().canonicalize().unwrap();
        assert!(places(&config, &file).contains(&own));
        fs::set_permissions(&own, fs::Permissions::from_mode(0o777)).unwrap();
        let others = places(&config, &file);
        assert!(!others.contains(&own));
        assert!(others.contains(&own.parent().unwrap().to_owned()));
        files::remove_outside(state.path()).unwrap();
        assert!(!directory.exists());
        assert_eq!(fs::read(&file).unwrap(), b"content");
    }

    #[test]
    fn a_service_and_a_rehearsal_make_no_links() {
        let state = tempfile::tempdir().unwrap();
        let file = Path::new("/etc/passwd");
        let mount = ConfigMountHostBind::new(c"/etc/passwd", c"/y").upcast::<ConfigMount>();
        let service = ConfigServiceGeneric::new(c"box").upcast::<Config>();
        let run = |config, rehearses| Run {
            config,
            statedir: state.path(),
            rehearses,
        };
        let refused = run(&service, false)
            .directory_of(&mount, 0, file)
            .unwrap_err();
        assert!(
            refused.to_string().contains("only directories"),
            "{refused}"
        );
        let config = ConfigInteractive::new(c"box").upcast::<Config>();
        let imagined = run(&config, true).directory_of(&mount, 0, file).unwrap();
        assert!(!imagined.exists());
        assert_eq!(fs::read_dir(state.path()).unwrap().count(), 0);
    }
}
