//! What the host makes for the mounts of one run: temporary directories, archives, links to single files.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use sandbox_plan::ONLY_FILE;

use super::mount::{Content, Mount};
use super::sources::{Found, Kind, Source};
use super::{Storage, archive, includes, scratch, sources};
use crate::builder::{BuilderError, files};
use crate::config::Config;

/// Where the sandbox finds its mounts on the host.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Made {
    /// The directory or file behind each mount; none behind what takes nothing of the host, and images.
    pub mounts: Vec<Option<PathBuf>>,
    /// The directory of the archives that fill mounts, if there are any.
    pub archives: Option<PathBuf>,
}

/// Makes what the mounts of one run need.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Maker<'a> {
    pub config: &'a Config,
    pub storage: &'a Storage,
    pub statedir: &'a Path,
    /// Whether directories have to be shared instead of single files.
    pub shares_directories: bool,
}

impl Maker<'_> {
    /// Makes all of it.
    pub(crate) fn make(self) -> Result<Made, BuilderError> {
        let mut made = Made::default();
        for (index, mount) in self.storage.mounts.iter().enumerate() {
            made.mounts.push(self.path(mount, index)?);
        }
        for filled in self.storage.filled_inside() {
            let scratch = scratch::directory(self.config, self.statedir)?;
            let archives = files::make_archive_dir(&scratch)?;
            let archive = archives.join(archive::name(filled.number));
            includes::pack(filled.includes, filled.target, &archive)?;
            made.archives = Some(archives);
        }
        Ok(made)
    }

    /// Tells where it would be.
    pub(crate) fn imagine(self) -> Made {
        let path = |(index, mount): (usize, &Mount)| match &mount.content {
            Content::Temporary => Some(imagined(&format!("mounts/{index}"))),
            Content::Host(found) if self.is_linked(found) => {
                Some(imagined(&format!("files/{index}")))
            }
            Content::Host(found) => Some(found.path.clone()),
            Content::Memory(_) | Content::Sandbox(_) | Content::Image(_) => None,
        };
        let filled = self.storage.filled_inside();
        Made {
            mounts: self.storage.mounts.iter().enumerate().map(path).collect(),
            archives: (!filled.is_empty()).then(|| imagined("archives")),
        }
    }

    fn path(self, mount: &Mount, index: usize) -> Result<Option<PathBuf>, BuilderError> {
        match &mount.content {
            Content::Temporary => {
                let scratch = scratch::directory(self.config, self.statedir)?;
                let directory = files::make_scratch_dir(&scratch, index)?;
                includes::copy(&mount.includes, &mount.target, &directory)?;
                Ok(Some(directory))
            }
            Content::Host(found) if self.is_linked(found) => {
                self.directory_of(mount, index, found).map(Some)
            }
            Content::Host(found) => Ok(Some(found.path.clone())),
            Content::Memory(_) | Content::Sandbox(_) | Content::Image(_) => Ok(None),
        }
    }

    fn is_linked(self, found: &Found) -> bool {
        self.shares_directories && found.kind != Kind::Directory
    }

    /// A directory in which there is nothing but the file `file`, for a machine to share: a link to it, or a copy where it
    /// can only be read.
    fn directory_of(
        self,
        mount: &Mount,
        index: usize,
        found: &Found,
    ) -> Result<PathBuf, BuilderError> {
        let file = &found.path;
        match self.link(index, found) {
            Ok(directory) => Ok(directory),
            Err(_) if mount.read_only => self.copy(index, found).map_err(|error| {
                mount.refused(tr!(
                    "cannot copy {file}: {error}",
                    file = file.display(),
                    error
                ))
            }),
            Err(error) => Err(mount.refused(no_link(file, &error))),
        }
    }

    /// What was found, to be used: nothing else may have come to its place.
    fn again(self, found: &Found) -> io::Result<Source> {
        let source = sources::find(self.config, &found.path).map_err(io::Error::other)?;
        match source.identity == found.identity {
            true => Ok(source),
            false => Err(io::Error::other(tr!(
                "somebody exchanged it while the sandbox was built"
            ))),
        }
    }

    fn link(self, index: usize, found: &Found) -> io::Result<PathBuf> {
        let source = self.again(found)?;
        let places = places(self.config, &source.path);
        let mut reason = match places.is_empty() {
            true => io::Error::other(tr!("others can write to all directories that it is in")),
            false => io::ErrorKind::CrossesDevices.into(),
        };
        for (number, parent) in places.into_iter().enumerate() {
            let name = format!("file{index}-{number}");
            let linked = scratch::make(self.statedir, &name, &parent)
                .and_then(|directory| source.link(&directory.join(ONLY_FILE)).map(|()| directory));
            match linked {
                Ok(directory) => return Ok(directory),
                Err(error) => reason = error,
            }
        }
        Err(reason)
    }

    fn copy(self, index: usize, found: &Found) -> io::Result<PathBuf> {
        let source = self.again(found)?;
        let mut content = source.open()?;
        let base = scratch::base().map_err(io::Error::other)?;
        let directory = scratch::make(self.statedir, &format!("file{index}"), &base)?;
        let mut copy = fs::File::create_new(directory.join(ONLY_FILE))?;
        io::copy(&mut content, &mut copy)?;
        let about = content.metadata()?;
        copy.set_permissions(about.permissions())?;
        copy.set_modified(about.modified()?)?;
        Ok(directory)
    }
}

/// Where something would be that is not made.
fn imagined(name: &str) -> PathBuf {
    scratch::base_path()
        .join(".libvirt-sandbox-XXXXXX/content")
        .join(name)
}

/// Refuses single files to a service on a virtual machine: a link to one would have to stay as long as its definition.
pub(crate) fn refuse_files(storage: &Storage) -> Result<(), BuilderError> {
    for mount in &storage.mounts {
        if let Some(found) = mount.host().filter(|found| found.kind != Kind::Directory) {
            return Err(mount.refused(tr!(
                "{file} is a file, and a service on a virtual machine can be given only directories",
                file = found.path.display()
            )));
        }
    }
    Ok(())
}

/// Directories on the file system of `file` that the caller may write to; the last ones are those that it is in. Nobody else can
/// put another one in the place of what is made there, which a machine is given.
fn places(config: &Config, file: &Path) -> Vec<PathBuf> {
    let device = |path: &Path| fs::metadata(path).map(|about| about.dev()).ok();
    let wanted = device(file);
    [scratch::base().ok(), scratch::base_in_cache()]
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
    use std::ffi::CString;
    use std::os::unix::fs::PermissionsExt;

    use glib::prelude::*;

    use super::*;
    use crate::config::{ConfigExt, ConfigInteractive};

    fn config(option: &str) -> Config {
        let config = ConfigInteractive::new(c"box");
        config
            .add_mount_opts(&CString::new(option).unwrap())
            .unwrap();
        config.upcast()
    }

    #[test]
    fn a_machine_sees_the_file_itself_and_nothing_else() {
        let (state, room) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let file = room.path().join("file");
        fs::write(&file, "content").unwrap();
        fs::write(room.path().join("secret"), "").unwrap();
        let config = config(&format!("host-bind:/y={}", file.display()));
        let storage = Storage::look_up(&config).unwrap();
        let maker = Maker {
            config: &config,
            storage: &storage,
            statedir: state.path(),
            shares_directories: true,
        };
        let made = maker.make().unwrap();
        let directory = made.mounts[0].clone().unwrap();
        assert_eq!(fs::read_dir(&directory).unwrap().count(), 1);
        assert_eq!(
            fs::metadata(&directory).unwrap().permissions().mode() & 0o777,
            0o700
        );
        let inode = |path: &Path| fs::metadata(path).unwrap().ino();
        assert_eq!(inode(&directory.join(ONLY_FILE)), inode(&file));
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
    fn what_is_imagined_is_not_made() {
        let state = tempfile::tempdir().unwrap();
        let config = config("host-bind:/y=/etc/passwd");
        config.add_mount_opts(c"host-bind:/z=").unwrap();
        let storage = Storage::look_up(&config).unwrap();
        let maker = Maker {
            config: &config,
            storage: &storage,
            statedir: state.path(),
            shares_directories: true,
        };
        let imagined = maker.imagine();
        assert!(imagined.mounts.iter().flatten().all(|path| !path.exists()));
        assert_eq!(imagined.mounts.iter().flatten().count(), 2);
        assert_eq!(fs::read_dir(state.path()).unwrap().count(), 0);
        let refused = refuse_files(&storage).unwrap_err().to_string();
        assert!(refused.contains("only directories"), "{refused}");
    }
}
