//! The layer over the root that takes what is written to it: in memory, or kept in a directory of the host.

use std::fs::{self, DirBuilder, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use glib::prelude::*;
use libvirt_glib::gconfig::{self, DomainDiskFormat, DomainFilesys};
use sandbox_plan::{Mount, Overlay, Store};

use super::elements::{Access, make, text};
use super::filesystems::Medium;
use super::{BuilderError, disks, filesystems, mounts, names, resources, sources};
use crate::config::{
    Config, ConfigExt, ConfigMountHostBind, ConfigMountHostImage, ConfigPropertiesExt,
};

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

/// Whether the root is to be made writable.
pub(crate) fn is_wanted(config: &Config) -> bool {
    config.overlay() || is_kept(config)
}

/// Whether what is written is to be kept.
pub(crate) fn is_kept(config: &Config) -> bool {
    config.overlay_dir().is_some()
}

/// What the first process of a container does.
pub(crate) fn of_container(config: &Config) -> Option<Overlay> {
    let kept = || Store::Directory(STORE_MOUNT.into());
    plan(config, kept)
}

/// What the first process of a virtual machine does.
pub(crate) fn of_machine(config: &Config) -> Option<Overlay> {
    let device = format!("/dev/{}", disk_name(config));
    let kept = || Store::Mount(file_system("auto", &device, String::new()));
    plan(config, kept)
}

fn plan(config: &Config, kept: impl FnOnce() -> Store) -> Option<Overlay> {
    if let Some(directory) = config.overlay_dir() {
        return Some(Overlay {
            store: kept(),
            hidden: inside_root(config, &directory).map(Into::into),
        });
    }
    config.overlay().then(|| Overlay {
        store: Store::Mount(file_system(
            "tmpfs",
            "tmpfs",
            format!("mode=700,size={}", size(config)),
        )),
        hidden: None,
    })
}

fn file_system(fstype: &str, source: &str, options: String) -> Mount {
    Mount {
        fstype: fstype.to_owned(),
        source: source.into(),
        target: "/".into(),
        options,
        read_only: false,
        ..Mount::default()
    }
}

fn size(config: &Config) -> u64 {
    match config.overlay_size() {
        0 => resources::memory(config) / 2,
        size => size,
    }
}

/// Gives a container the directory that keeps what is written.
pub(crate) fn add_to_container(
    config: &Config,
    rehearses: bool,
    domain: &gconfig::Domain,
) -> Result<(), BuilderError> {
    let Some(directory) = kept_in(config, rehearses)? else {
        return Ok(());
    };
    let store = directory.join(CONTAINER);
    if !rehearses {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(&store);
        made.map_err(BuilderError::write(&store))?;
        let found = sources::find(config, &store);
        let found = found.map_err(|problem| refused(&directory, problem))?;
        refuse_foreign(&directory, &found)?;
    }
    domain.add_device(&make::<DomainFilesys>(&format!(
        "<filesystem type='mount' {}><source dir='{}'/><target dir='{STORE_MOUNT}'/></filesystem>",
        Access::Bind.attributes(),
        text(&store)?,
    ))?);
    Ok(())
}

/// Gives a virtual machine the image that keeps what is written, after its other disks.
pub(crate) fn add_to_machine(
    config: &Config,
    rehearses: bool,
    domain: &gconfig::Domain,
) -> Result<(), BuilderError> {
    let Some(directory) = kept_in(config, rehearses)? else {
        return Ok(());
    };
    let image = directory.join(MACHINE);
    if !rehearses && image.symlink_metadata().is_err() {
        let size = match config.overlay_size() {
            0 => MACHINE_SIZE,
            size => size,
        };
        make_image(&image, size).map_err(|problem| refused(&directory, problem))?;
    }
    if image.symlink_metadata().is_ok() {
        // Only a file of its own: QEMU takes it as it is, without a look at what is in it.
        filesystems::image(config, &image).map_err(|problem| refused(&directory, problem))?;
    }
    let disk = disks::element(
        &image,
        Medium::File,
        DomainDiskFormat::Raw,
        &disk_name(config),
        disks::alone(false),
    )?;
    domain.add_device(&disk);
    Ok(())
}

/// The directory that keeps what is written, after a look whether it can. Others may pass through it, as QEMU's user does.
fn kept_in(config: &Config, rehearses: bool) -> Result<Option<PathBuf>, BuilderError> {
    let Some(directory) = config.overlay_dir() else {
        return Ok(None);
    };
    if !directory.is_absolute() {
        let problem = tr!("it has to be an absolute path");
        return Err(refused(&directory, problem));
    }
    let found = resolve(config, &directory).map_err(|problem| refused(&directory, problem))?;
    for mount in config.mounts() {
        let source = mounts::source(&mount).canonicalize();
        let shows =
            source.is_ok_and(|source| found.starts_with(&source) || source.starts_with(&found));
        if shows && mount.is::<ConfigMountHostBind>() && !names::is_root(&mount) {
            let target = names::target(&mount);
            let problem = tr!(
                "the sandbox would see it at {target}, too: use a directory outside of that mount",
                target = target.display()
            );
            return Err(refused(&directory, problem));
        }
    }
    if !found.exists() && !rehearses {
        let made = DirBuilder::new().mode(0o711).create(&found);
        // Whatever the umask is.
        let made = made.and_then(|()| fs::set_permissions(&found, Permissions::from_mode(0o711)));
        made.map_err(|error| refused(&directory, error.to_string()))?;
    }
    if found.exists() && !found.is_dir() {
        return Err(refused(&directory, tr!("it is not a directory")));
    }
    if found.exists() {
        let source = sources::find(config, &found);
        let source = source.map_err(|problem| refused(&directory, problem))?;
        refuse_foreign(&directory, &source)?;
    }
    Ok(Some(found))
}

/// Refuses what another user could exchange, or has filled: libvirt and QEMU take it by its path, and it is written to by root.
fn refuse_foreign(directory: &Path, found: &sources::Source) -> Result<(), BuilderError> {
    if !found.is_trusted {
        return Err(refused(directory, tr!("it belongs to another user")));
    }
    Ok(())
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

/// Where in the root the directory is.
fn inside_root(config: &Config, directory: &Path) -> Option<PathBuf> {
    let root = mounts::root_directory(config)?;
    // The plan is made before the directory.
    let directory = resolve(config, directory).ok()?;
    let inside = directory.strip_prefix(root).ok()?;
    Some(Path::new("/").join(inside))
}

/// The name of the image's device.
fn disk_name(config: &Config) -> String {
    let mounts = config.mounts();
    let images = mounts
        .iter()
        .filter(|mount| mount.is::<ConfigMountHostImage>());
    names::disk_name(names::MACHINE_DISKS, config.disks().len() + images.count())
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
    use libvirt_glib::gconfig::ToXml;

    use super::*;
    use crate::config::ConfigInteractive;

    fn config(root: &Path, directory: &Path) -> Config {
        let config = ConfigInteractive::new(c"box");
        config.set_root(Some(root));
        config.set_overlay_dir(Some(directory));
        config.upcast()
    }

    fn message(built: Result<(), BuilderError>) -> String {
        built.unwrap_err().to_string()
    }

    #[test]
    fn a_machine_keeps_an_image_of_its_own() {
        let room = tempfile::tempdir().unwrap();
        let directory = room.path().join("keep");
        let config = config(Path::new("/"), &directory);
        config.set_overlay_size(4096);
        let domain = gconfig::Domain::new();
        let refused = message(add_to_machine(&config, false, &domain));
        assert!(refused.contains("4096 bytes are no room"), "{refused}");

        config.set_overlay_size(LEAST_MACHINE_SIZE);
        config.add_disk_opts(c"file:data=/data.img").unwrap();
        add_to_machine(&config, false, &domain).unwrap();
        let image = directory.join("machine.img");
        let about = fs::metadata(&image).unwrap();
        assert_eq!(about.len(), LEAST_MACHINE_SIZE);
        assert_eq!(about.permissions().mode() & 0o777, 0o600);
        let xml = domain.to_xml().to_string();
        assert!(xml.contains(r#"<target dev="vdb""#), "{xml}");
        assert_eq!(fs::read_dir(&directory).unwrap().count(), 1, "nothing else");

        fs::write(&image, "kept").unwrap();
        add_to_machine(&config, false, &domain).unwrap();
        assert_eq!(fs::read(&image).unwrap(), b"kept");
    }

    #[test]
    fn the_directory_is_hidden_where_the_root_shows_it() {
        let room = tempfile::tempdir().unwrap();
        let room = room.path().canonicalize().unwrap();
        fs::create_dir(room.join("root")).unwrap();
        let hidden = |root: &str, directory: &str| {
            let config = config(&room.join(root), &room.join(directory));
            of_container(&config).unwrap().hidden
        };
        assert_eq!(hidden("root", "root/keep"), Some("/keep".into()));
        assert_eq!(hidden("root", "keep"), None);
    }

    #[test]
    fn a_rehearsal_makes_nothing() {
        let room = tempfile::tempdir().unwrap();
        let directory = room.path().join("keep");
        let config = config(Path::new("/"), &directory);
        let domain = gconfig::Domain::new();
        add_to_container(&config, true, &domain).unwrap();
        add_to_machine(&config, true, &domain).unwrap();
        assert!(!directory.exists());
        add_to_container(&config, false, &domain).unwrap();
        let store = fs::metadata(directory.join("container")).unwrap();
        assert_eq!(store.permissions().mode() & 0o777, 0o700);
    }

    #[test]
    fn half_of_the_memory_can_be_written_to() {
        let config = ConfigInteractive::new(c"box").upcast::<Config>();
        assert_eq!(of_container(&config), None);
        config.set_overlay(true);
        config.set_memory(64 << 20);
        let Some(Overlay {
            store: Store::Mount(store),
            ..
        }) = of_machine(&config)
        else {
            panic!("no file system in memory");
        };
        assert_eq!(store.options, "mode=700,size=33554432");
    }
}
