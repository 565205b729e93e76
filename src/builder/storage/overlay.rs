//! The layer over the root that takes what is written to it: in memory, or kept in a directory of the host.

use std::fs::{self, DirBuilder, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use libvirt_glib::gconfig::{self, DomainDiskFormat};
use sandbox_plan::{Mount as PlannedMount, Overlay as PlannedOverlay, Store};

use super::configured::has_overlay;
use super::mount::{Image, Medium, Mount};
use super::{disks, sources};
use crate::builder::domain::xml::{Access, filesys};
use crate::builder::{BuilderError, memory};
use crate::config::{Config, ConfigPropertiesExt};

/// Where libvirt mounts a container's directory.
const STORE_MOUNT: &str = "/dev/libvirt-sandbox-store";

/// What a container keeps in the directory. It is closed to others: it may hold programs with setuid bits.
const CONTAINER: &str = "container";

/// What a virtual machine keeps in the directory: 9p can't be the upper layer of an overlay.
const MACHINE: &str = "machine.img";

/// How large that is where nobody says: it takes only what is written.
const MACHINE_SIZE: u64 = 16 << 30;

/// The smallest one that has room for more than its own structures.
const LEAST_MACHINE_SIZE: u64 = 8 << 20;

/// What makes a root writable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Overlay {
    /// How much can be written, in bytes; 0 where nobody says.
    pub size: u64,
    /// The memory of the sandbox, in bytes, half of which takes what nobody keeps and has no size.
    pub memory: u64,
    /// Where it is kept; none where it is thrown away.
    pub kept: Option<Kept>,
}

/// A directory of the host that keeps what is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    /// As it is configured, for messages.
    configured: PathBuf,
    /// Without symbolic links; its last part need not exist.
    directory: PathBuf,
    /// Where it is in the root, if it is there.
    hidden: Option<PathBuf>,
}

impl Overlay {
    /// Looks up what a configuration wants; `root` is the directory of the host that is its root, where it is one.
    pub(crate) fn look_up(
        config: &Config,
        root: Option<&Path>,
        mounts: &[Mount],
    ) -> Result<Option<Self>, BuilderError> {
        if !has_overlay(config) {
            return Ok(None);
        }
        let kept = config.overlay_dir();
        let kept = kept.map(|directory| Kept::look_up(config, directory, root, mounts));
        Ok(Some(Self {
            size: config.overlay_size(),
            memory: memory::memory(config),
            kept: kept.transpose()?,
        }))
    }

    /// What the first process of a container does.
    pub(crate) fn of_container(&self) -> PlannedOverlay {
        self.plan(|| Store::Directory(STORE_MOUNT.into()))
    }

    /// What the first process of a virtual machine does, where what is written is kept on the disk `name`.
    pub(crate) fn of_machine(&self, name: &str) -> PlannedOverlay {
        let device = format!("/dev/{name}");
        self.plan(|| Store::Mount(file_system("auto", &device, String::new())))
    }

    fn plan(&self, keep: impl FnOnce() -> Store) -> PlannedOverlay {
        let size = match self.size {
            0 => self.memory / 2,
            size => size,
        };
        let thrown_away = || {
            let options = format!("mode=700,size={size}");
            Store::Mount(file_system("tmpfs", "tmpfs", options))
        };
        let hidden = self.kept.as_ref().and_then(|kept| kept.hidden.clone());
        PlannedOverlay {
            store: self.kept.as_ref().map_or_else(thrown_away, |_| keep()),
            hidden: hidden.map(Into::into),
        }
    }
}

impl Kept {
    /// Looks whether a directory can keep what is written. Others may pass through it, as QEMU's user does.
    fn look_up(
        config: &Config,
        configured: PathBuf,
        root: Option<&Path>,
        mounts: &[Mount],
    ) -> Result<Self, BuilderError> {
        if !configured.is_absolute() {
            let problem = tr!("it has to be an absolute path");
            return Err(refused(&configured, problem));
        }
        let found =
            resolve(config, &configured).map_err(|problem| refused(&configured, problem))?;
        for mount in mounts.iter().filter(|mount| !mount.is_root()) {
            let shows = mount.host().is_some_and(|source| {
                found.starts_with(&source.path) || source.path.starts_with(&found)
            });
            if shows {
                let problem = tr!(
                    "the sandbox would see it at {target}, too: use a directory outside of that mount",
                    target = mount.target.display()
                );
                return Err(refused(&configured, problem));
            }
        }
        if found.exists() && !found.is_dir() {
            return Err(refused(&configured, tr!("it is not a directory")));
        }
        if found.exists() {
            check_owner(config, &found).map_err(|problem| refused(&configured, problem))?;
        }
        let inside = root.and_then(|root| found.strip_prefix(root).ok());
        Ok(Self {
            hidden: inside.map(|inside| Path::new("/").join(inside)),
            directory: found,
            configured,
        })
    }

    fn refused(&self, problem: String) -> BuilderError {
        refused(&self.configured, problem)
    }

    fn make(&self) -> Result<(), BuilderError> {
        if self.directory.exists() {
            return Ok(());
        }
        let made = DirBuilder::new().mode(0o711).create(&self.directory);
        // Whatever the umask is.
        let open = |()| fs::set_permissions(&self.directory, Permissions::from_mode(0o711));
        made.and_then(open)
            .map_err(|error| self.refused(error.to_string()))
    }

    /// Where a container keeps what is written.
    pub(crate) fn of_container(&self) -> PathBuf {
        self.directory.join(CONTAINER)
    }

    /// Where a virtual machine keeps what is written.
    pub(crate) fn of_machine(&self) -> PathBuf {
        self.directory.join(MACHINE)
    }

    /// Makes the directory that keeps what is written in a container.
    pub(crate) fn make_for_container(&self, config: &Config) -> Result<(), BuilderError> {
        self.make()?;
        let store = self.of_container();
        let made = DirBuilder::new().recursive(true).mode(0o700).create(&store);
        made.map_err(BuilderError::write(&store))?;
        check_owner(config, &store).map_err(|problem| self.refused(problem))
    }

    /// Makes the image that keeps what is written in a virtual machine, where there is none yet.
    pub(crate) fn make_for_machine(&self, config: &Config, size: u64) -> Result<(), BuilderError> {
        self.make()?;
        let image = self.of_machine();
        if image.symlink_metadata().is_err() {
            let size = match size {
                0 => MACHINE_SIZE,
                size => size,
            };
            make_image(&image, size).map_err(|problem| self.refused(problem))?;
        }
        self.check_image(config)
    }

    /// Only a file of its own is taken for the image, where there is one: QEMU takes it as it is, without a look at what is in it.
    pub(crate) fn check_image(&self, config: &Config) -> Result<(), BuilderError> {
        if self.of_machine().symlink_metadata().is_err() {
            return Ok(());
        }
        Image::find(config, &self.of_machine(), DomainDiskFormat::Raw, true)
            .map(drop)
            .map_err(|problem| self.refused(problem))
    }
}

/// Gives a container the directory that keeps what is written.
pub(crate) fn add_to_container(
    kept: Option<&Kept>,
    domain: &gconfig::Domain,
) -> Result<(), BuilderError> {
    let Some(kept) = kept else {
        return Ok(());
    };
    domain.add_device(&filesys(&kept.of_container(), STORE_MOUNT, Access::Bind)?);
    Ok(())
}

/// Gives a virtual machine the image that keeps what is written, as the disk `name`.
pub(crate) fn add_to_machine(
    kept: Option<&Kept>,
    name: &str,
    domain: &gconfig::Domain,
) -> Result<(), BuilderError> {
    let Some(kept) = kept else {
        return Ok(());
    };
    let image = Image {
        path: kept.of_machine(),
        medium: Medium::File,
        format: DomainDiskFormat::Raw,
        has_backing: false,
    };
    let alone = disks::alone(false);
    domain.add_device(&disks::element(&image, name, alone)?);
    Ok(())
}

fn file_system(fstype: &str, source: &str, options: String) -> PlannedMount {
    PlannedMount {
        fstype: fstype.to_owned(),
        source: source.into(),
        target: "/".into(),
        options,
        read_only: false,
        ..PlannedMount::default()
    }
}

/// Refuses what another user could exchange, or has filled: libvirt and QEMU take it by its path, and it is written to by root.
fn check_owner(config: &Config, path: &Path) -> Result<(), String> {
    match sources::find(config, path)?.is_trusted {
        true => Ok(()),
        false => Err(tr!("it belongs to another user")),
    }
}

/// The path without symbolic links; its last part need not exist.
fn resolve(config: &Config, path: &Path) -> Result<PathBuf, String> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let (parent, name) = sources::find_parent(config, path)?;
            Ok(parent.path.join(name))
        }
        _ => Ok(sources::find(config, path)?.path),
    }
}

/// Makes an image with an empty file system. Whole or not at all, and never in the place of another one.
fn make_image(image: &Path, size: u64) -> Result<(), String> {
    if size < LEAST_MACHINE_SIZE {
        return Err(tr!(
            "{size} bytes are no room for a file system, use at least 8M",
            size
        ));
    }
    let new = image.with_extension(format!("{}.new", std::process::id()));
    let made = fill_image(&new, size).and_then(|()| match fs::hard_link(&new, image) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        linked => linked.map_err(|error| format!("{}: {error}", image.display())),
    });
    // It may not have been made.
    let _ = fs::remove_file(&new);
    made
}

fn fill_image(path: &Path, size: u64) -> Result<(), String> {
    let make = || {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true).mode(0o600);
        options.open(path)?.set_len(size)
    };
    make().map_err(|error| format!("{}: {error}", path.display()))?;
    // Ordinary users don't have the directories of administration in their path.
    let search = std::env::var("PATH").unwrap_or_default() + ":/usr/sbin:/sbin";
    let options = "root_owner=0:0,lazy_itable_init=1,lazy_journal_init=1";
    let made = Command::new("mke2fs")
        .args(["-q", "-F", "-t", "ext4", "-m", "0", "-E", options])
        .arg(path)
        .env("PATH", search)
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .output();
    match made {
        Err(error) => Err(tr!(
            "a virtual machine keeps an image in it, and mke2fs, which makes its file system, can't be run: {error}; install e2fsprogs",
            error
        )),
        Ok(output) if !output.status.success() => {
            let errors = String::from_utf8_lossy(&output.stderr);
            let reason = errors.lines().next_back().map(str::to_owned);
            Err(reason.unwrap_or_else(|| tr!("mke2fs failed")))
        }
        Ok(_) => Ok(()),
    }
}

fn refused(directory: &Path, problem: String) -> BuilderError {
    BuilderError::Overlay {
        path: directory.to_owned(),
        problem,
    }
}

#[cfg(test)]
mod tests {
    use glib::prelude::*;
    use libvirt_glib::gconfig::ToXml;

    use super::*;
    use crate::builder::storage::Storage;
    use crate::config::{ConfigExt, ConfigInteractive};

    fn config(root: &Path, directory: &Path) -> Config {
        let config = ConfigInteractive::new(c"box");
        config.set_root(Some(root));
        config.set_overlay_dir(Some(directory));
        config.upcast()
    }

    fn looked_up(config: &Config) -> (Storage, Kept) {
        let storage = Storage::look_up(config).unwrap();
        let kept = storage.overlay.clone().unwrap().kept.unwrap();
        (storage, kept)
    }

    #[test]
    fn a_machine_keeps_an_image_of_its_own() {
        let room = tempfile::tempdir().unwrap();
        let directory = room.path().join("keep");
        let config = config(Path::new("/"), &directory);
        let (_, kept) = looked_up(&config);
        let refused = kept
            .make_for_machine(&config, 4096)
            .unwrap_err()
            .to_string();
        assert!(refused.contains("4096 bytes are no room"), "{refused}");

        let data = room.path().join("data.img");
        fs::write(&data, "").unwrap();
        let option = format!("file:data={}", data.display());
        config
            .add_disk_opts(&std::ffi::CString::new(option).unwrap())
            .unwrap();
        let (storage, kept) = looked_up(&config);
        kept.make_for_machine(&config, LEAST_MACHINE_SIZE).unwrap();
        let image = directory.join("machine.img");
        let about = fs::metadata(&image).unwrap();
        assert_eq!(about.len(), LEAST_MACHINE_SIZE);
        assert_eq!(about.permissions().mode() & 0o777, 0o600);
        let domain = gconfig::Domain::new();
        add_to_machine(storage.kept(), &storage.overlay_disk(), &domain).unwrap();
        let xml = domain.to_xml().to_string();
        assert!(xml.contains(r#"<target dev="vdb""#), "{xml}");
        assert_eq!(fs::read_dir(&directory).unwrap().count(), 1, "nothing else");

        fs::write(&image, "kept").unwrap();
        kept.make_for_machine(&config, LEAST_MACHINE_SIZE).unwrap();
        assert_eq!(fs::read(&image).unwrap(), b"kept");
    }

    #[test]
    fn the_directory_is_hidden_where_the_root_shows_it() {
        let room = tempfile::tempdir().unwrap();
        let room = room.path().canonicalize().unwrap();
        fs::create_dir(room.join("root")).unwrap();
        let hidden = |root: &str, directory: &str| {
            let (storage, _) = looked_up(&config(&room.join(root), &room.join(directory)));
            storage.overlay.unwrap().of_container().hidden
        };
        assert_eq!(hidden("root", "root/keep"), Some("/keep".into()));
        assert_eq!(hidden("root", "keep"), None);
    }

    #[test]
    fn looking_it_up_makes_nothing() {
        let room = tempfile::tempdir().unwrap();
        let directory = room.path().join("keep");
        let config = config(Path::new("/"), &directory);
        let (storage, kept) = looked_up(&config);
        let domain = gconfig::Domain::new();
        add_to_container(storage.kept(), &domain).unwrap();
        add_to_machine(storage.kept(), &storage.overlay_disk(), &domain).unwrap();
        assert!(!directory.exists());
        kept.make_for_container(&config).unwrap();
        let store = fs::metadata(directory.join("container")).unwrap();
        assert_eq!(store.permissions().mode() & 0o777, 0o700);
    }

    #[test]
    fn half_of_the_memory_can_be_written_to() {
        let overlay = Overlay {
            size: 0,
            memory: 64 << 20,
            kept: None,
        };
        let Store::Mount(store) = overlay.of_container().store else {
            panic!("no file system in memory");
        };
        assert_eq!(store.options, "mode=700,size=33554432");
    }
}
