//! The directories and images of the host, and the file systems in memory, that a sandbox mounts.

use std::fs;
use std::os::unix::fs::FileTypeExt;
use std::path::{Component, Path};

use glib::prelude::*;
use libvirt_glib::gconfig::{self, DomainDiskFormat, DomainFilesys};

use super::elements::{Access, make, read_only_filesys, text};
use super::names::{self, MachineMount};
use super::run::Run;
use super::{BuilderError, mounts};
use crate::config::{
    ConfigExt, ConfigMount, ConfigMountExt, ConfigMountGuestBind, ConfigMountHostBind,
    ConfigMountHostImage, ConfigMountRam,
};

/// What an image is on the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Medium {
    File,
    Block,
}

impl Medium {
    /// The name of libvirt's type of disks, and the attribute that the source is in.
    pub(crate) fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::File => ("file", "file"),
            Self::Block => ("block", "dev"),
        }
    }
}

/// Gives a container what libvirt mounts for it, in the order in which it has to be done.
pub(crate) fn add_to_container(run: Run<'_>, domain: &gconfig::Domain) -> Result<(), BuilderError> {
    let config = run.config;
    let all = config.mounts();
    check(&all)?;
    let mut directories = Vec::new();
    for mount in &all {
        directories.push(run.host_path(mount, directories.len())?);
    }
    if let Some(archives) = run.pack_archives()? {
        let archives = read_only_filesys(&archives, mounts::ARCHIVES, Access::Bind)?;
        domain.add_device(&archives);
    }
    let staged = mounts::are_staged(config);
    for index in names::mount_order(&all) {
        let (mount, directory) = (&all[index], directories[index].as_deref());
        let target = if !staged || names::is_root(mount) {
            names::target(mount)
        } else if mounts::is_inner(mount) {
            continue;
        } else {
            mounts::staging(index)
        };
        domain.add_device(&container_filesys(mount, directory, &target)?);
    }
    Ok(())
}

fn container_filesys(
    mount: &ConfigMount,
    directory: Option<&Path>,
    target: &Path,
) -> Result<DomainFilesys, BuilderError> {
    let (kind, source, driver) = if let Some(directory) = directory {
        (
            "mount",
            format!("dir='{}'", text(directory)?),
            String::new(),
        )
    } else if let Some(image) = mount.downcast_ref::<ConfigMountHostImage>() {
        let source = mounts::source(mount);
        let (kind, attribute) = image_medium(mount)?.names();
        let format = image.format();
        let driver = if format == DomainDiskFormat::Raw {
            "loop"
        } else {
            "nbd"
        };
        (
            kind,
            format!("{attribute}='{}'", text(&source)?),
            format!("<driver type='{driver}' format='{}'/>", nick(format)),
        )
    } else if let Some(ram) = mount.downcast_ref::<ConfigMountRam>() {
        (
            "ram",
            format!("usage='{}' units='bytes'", ram.usage()),
            String::new(),
        )
    } else {
        (
            "bind",
            format!("dir='{}'", text(&mounts::source(mount))?),
            String::new(),
        )
    };
    make(&format!(
        "<filesystem type='{kind}' accessmode='passthrough'><source {source}/><target dir='{}'/>{driver}{}</filesystem>",
        text(target)?,
        read_only(mount),
    ))
}

/// Gives a virtual machine the directories of its mounts; its images are disks, and the rest it makes itself.
pub(crate) fn add_to_machine(run: Run<'_>, domain: &gconfig::Domain) -> Result<(), BuilderError> {
    let config = run.config;
    let all = config.mounts();
    check(&all)?;
    for (index, MachineMount { mount, source }) in names::machine_mounts(&all, config.disks().len())
        .into_iter()
        .enumerate()
    {
        let directory = run.host_path(&mount, index)?;
        let (Some(mut directory), Some(tag)) = (directory, source) else {
            continue;
        };
        if !directory.is_dir() && !run.rehearses {
            directory = run.directory_of(&mount, index, &directory)?;
        }
        domain.add_device(&make::<DomainFilesys>(&format!(
            "<filesystem type='mount' {}><source dir='{}'/><target dir='{tag}'/>{}</filesystem>",
            Access::Squash.attributes(),
            text(&directory)?,
            read_only(&mount),
        ))?);
    }
    if let Some(archives) = run.pack_archives()? {
        let archives = read_only_filesys(&archives, mounts::ARCHIVES_TAG, Access::Squash)?;
        domain.add_device(&archives);
    }
    Ok(())
}

/// The element that keeps a mount from being written to.
pub(crate) fn read_only(mount: &ConfigMount) -> &'static str {
    if mounts::is_read_only(mount) {
        "<readonly/>"
    } else {
        ""
    }
}

/// Refuses what neither libvirt nor the guest could mount, before anything is made.
fn check(mounts: &[ConfigMount]) -> Result<(), BuilderError> {
    for mount in mounts {
        let target = names::target(mount);
        let climbs = target.components().any(|part| part == Component::ParentDir);
        if !target.is_absolute() || climbs {
            let problem = "the path in the sandbox has to be absolute, without '..'".to_owned();
            return Err(refused(mount, problem));
        }
        if let Some(ram) = mount.downcast_ref::<ConfigMountRam>() {
            if ram.usage() == 0 {
                return Err(refused(mount, "its size is 0".to_owned()));
            }
        } else {
            check_source(mount)?;
        }
        if !mount.includes().is_empty() && !takes_includes(mount) {
            let problem = "files can be copied only into ram mounts, and into host-binds without a source, that are mounted below the root"
                .to_owned();
            return Err(refused(mount, problem));
        }
        let holds_root = mount.is::<ConfigMountHostBind>() || mount.is::<ConfigMountHostImage>();
        if names::is_root(mount) && !holds_root {
            let problem = "the root can only be a directory or an image of the host".to_owned();
            return Err(refused(mount, problem));
        }
    }
    match mounts.iter().filter(|mount| names::is_root(mount)).nth(1) {
        Some(second) => Err(refused(second, "another mount is the root, too".to_owned())),
        None => Ok(()),
    }
}

/// Whether a mount is made for the run alone, so that files can be copied into it.
fn takes_includes(mount: &ConfigMount) -> bool {
    let is_temporary =
        mount.is::<ConfigMountHostBind>() && mounts::source(mount).as_os_str().is_empty();
    is_temporary || mount.is::<ConfigMountRam>()
}

fn check_source(mount: &ConfigMount) -> Result<(), BuilderError> {
    let source = mounts::source(mount);
    if source.as_os_str().is_empty() && mount.is::<ConfigMountHostBind>() && !names::is_root(mount)
    {
        return Ok(());
    }
    if !source.is_absolute() {
        let problem = format!("its source '{}' is not an absolute path", source.display());
        return Err(refused(mount, problem));
    }
    if mount.is::<ConfigMountGuestBind>() {
        return Ok(());
    }
    if mount.is::<ConfigMountHostImage>() {
        return image_medium(mount).map(|_| ());
    }
    match fs::metadata(&source) {
        Ok(_) => Ok(()),
        Err(error) => Err(refused(mount, format!("{}: {error}", source.display()))),
    }
}

/// The medium of an image that is mounted.
fn image_medium(mount: &ConfigMount) -> Result<Medium, BuilderError> {
    medium(&mounts::source(mount)).map_err(|problem| refused(mount, problem))
}

/// The medium of the image at `path`, or why it is none.
pub(crate) fn medium(path: &Path) -> Result<Medium, String> {
    let about = fs::metadata(path).map_err(|error| format!("{}: {error}", path.display()))?;
    if about.file_type().is_block_device() {
        Ok(Medium::Block)
    } else if about.is_file() {
        Ok(Medium::File)
    } else {
        Err(format!(
            "{} is neither a file nor a block device",
            path.display()
        ))
    }
}

/// The name of an image format in libvirt.
pub(crate) fn nick(format: DomainDiskFormat) -> String {
    format.nick().unwrap_or_else(|| "raw".to_owned())
}

pub(crate) fn refused(mount: &ConfigMount, problem: String) -> BuilderError {
    BuilderError::Mount {
        target: names::target(mount),
        problem,
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::CString;
    use std::os::unix::fs::PermissionsExt;

    use libvirt_glib::gconfig::ToXml;

    use super::*;
    use crate::builder::{files, outside};
    use crate::config::{Config, ConfigInteractive, ConfigPropertiesExt};

    /// A root with some mount points, next to it a directory `dir`, an image and a state directory.
    fn room() -> tempfile::TempDir {
        let room = tempfile::tempdir().unwrap();
        for name in ["root/a/b", "root/tmp", "dir", "state"] {
            fs::create_dir_all(room.path().join(name)).unwrap();
        }
        fs::write(room.path().join("image.img"), "").unwrap();
        room
    }

    /// A configuration in which `@` stands for the room.
    fn config(room: &Path, options: &[&str]) -> Config {
        let config = ConfigInteractive::new(c"box");
        config.set_root(Some(room.join("root").as_path()));
        for option in options {
            let option = option.replace('@', &room.display().to_string());
            config
                .add_mount_opts(&CString::new(option).unwrap())
                .unwrap();
        }
        config.upcast()
    }

    fn run<'a>(config: &'a Config, statedir: &'a Path) -> Run<'a> {
        Run {
            config,
            statedir,
            rehearses: false,
        }
    }

    fn container(room: &Path, options: &[&str]) -> Result<String, BuilderError> {
        let domain = gconfig::Domain::new();
        add_to_container(run(&config(room, options), &room.join("state")), &domain)?;
        Ok(domain.to_xml().to_string())
    }

    fn machine(room: &Path, options: &[&str]) -> Result<String, BuilderError> {
        let domain = gconfig::Domain::new();
        let config = config(room, options);
        add_to_machine(run(&config, &room.join("state")), &domain)?;
        Ok(domain.to_xml().to_string())
    }

    fn targets(xml: &str) -> Vec<&str> {
        xml.lines()
            .filter_map(|line| {
                line.trim()
                    .strip_prefix("<target dir=\"")?
                    .strip_suffix("\"/>")
            })
            .collect()
    }

    #[test]
    fn libvirt_mounts_what_it_can_in_the_order_of_paths() {
        let room = room();
        let options = [
            "host-bind:/a/b=@/dir",
            "ram:/tmp=3G",
            "guest-bind:/a=/tmp/x",
        ];
        let xml = container(room.path(), &options).unwrap();
        assert_eq!(targets(&xml), ["/tmp", "/a", "/a/b"]);
        assert!(
            xml.contains(r#"<source usage="3221225472" units="bytes"/>"#),
            "{xml}"
        );
    }

    #[test]
    fn what_init_mounts_itself_is_staged() {
        let room = room();
        let options = [
            "ram:/tmp=1M",
            "host-bind:/none=@/dir",
            "host-image:/a=@/image.img",
        ];
        let xml = container(room.path(), &options).unwrap();
        let staging = |index| super::mounts::staging(index).display().to_string();
        assert_eq!(targets(&xml), [staging(2), staging(1)]);
    }

    #[test]
    fn a_directory_without_a_source_is_made_and_removed() {
        let room = room();
        let xml = container(room.path(), &["ram:/tmp=1M", "host-bind:/a="]).unwrap();
        let scratch = outside::all(&room.path().join("state")).remove(0);
        let made = scratch.join("mounts/1");
        assert!(
            xml.contains(&format!(r#"<source dir="{}"/>"#, made.display())),
            "{xml}"
        );
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
        assert_eq!(mode(&made), 0o777);
        assert_eq!(mode(&scratch), 0o700, "closed to others");
        fs::write(made.join("file"), "").unwrap();
        files::remove_outside(&room.path().join("state")).unwrap();
        assert!(!scratch.exists());
    }

    #[test]
    fn a_machine_gets_the_directories_alone() {
        let room = room();
        let options = [
            "ram:/tmp=1M",
            "host-bind:/b=@/dir",
            "host-image:/c=@/image.img",
        ];
        let xml = machine(room.path(), &options).unwrap();
        assert_eq!(targets(&xml), ["sandbox:mount0"]);
        assert!(
            xml.contains(r#"accessmode="squash" multidevs="remap""#),
            "{xml}"
        );
    }

    #[test]
    fn what_is_only_read_is_said_to_libvirt() {
        let room = room();
        let options = ["host-bind:/a=@/dir,ro", "host-bind:/tmp=@/dir"];
        for build in [container, machine] {
            let xml = build(room.path(), &options).unwrap();
            assert_eq!(xml.matches("<readonly/>").count(), 1, "{xml}");
        }
        let image = container(room.path(), &["host-image:/a=@/image.img,ro"]).unwrap();
        assert!(image.contains("<readonly/>"), "{image}");
    }

    #[test]
    fn what_cannot_be_mounted_is_refused_by_name() {
        let room = room();
        for (options, problem) in [
            (&["host-bind:a=@/dir"][..], "'a': the path in the sandbox"),
            (
                &["host-bind:/a/../b=@/dir"],
                "'/a/../b': the path in the sandbox",
            ),
            (&["ram:=1M"], "'': the path in the sandbox"),
            (&["ram:/tmp=0"], "'/tmp': its size is 0"),
            (&["ram:/=1M"], "'/': the root can only be"),
            (&["guest-bind:/=/a"], "'/': the root can only be"),
            (&["host-bind:/="], "its source '' is not an absolute path"),
            (
                &["host-bind:/=@/dir", "host-bind://=@/root"],
                "another mount is the root",
            ),
            (&["host-bind:/a=@/none"], "/none: No such file"),
            (
                &["host-bind:/a=dir"],
                "its source 'dir' is not an absolute path",
            ),
            (&["guest-bind:/a="], "its source '' is not an absolute path"),
            (&["host-image:/a="], "its source '' is not an absolute path"),
            (&["host-image:/a=@/none.img"], "/none.img: No such file"),
            (
                &["host-image:/a=@/dir"],
                "/dir is neither a file nor a block device",
            ),
        ] {
            for build in [container, machine] {
                let message = build(room.path(), options).unwrap_err().to_string();
                assert!(message.contains(problem), "{options:?}: {message}");
            }
        }
        container(room.path(), &["host-bind:/a=@/image.img"]).unwrap();
    }
}
