//! What a container has of the host: each directory, file and image under its number, in the container's own `/dev`.

use std::ffi::OsStr;
use std::fs;
use std::io::ErrorKind;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use rustix::fs::{
    AtFlags, FileType, Mode, OFlags, ResolveFlags, StatxFlags, fstatfs, makedev, openat, openat2,
    statx,
};
use rustix::mount::MountAttrFlags;
use sandbox_plan::{Mount, SOURCES, Source, Tree, kernel_file_system};

use crate::attach::{attach, copy_of, detach, errno, make_read_only, restrict};
use crate::error::{Error, OrError};
use crate::nothing::Nothing;
use crate::passing;
use crate::place::{Kind, kind_of};

/// Where the empty directory and the empty file are that stand for what a sandbox must not see.
const EMPTY: &str = "/dev/libvirt-sandbox-empty";

const NO_LINK: OFlags = OFlags::PATH.union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

/// The sources of a container, until they are in their places.
#[derive(Debug)]
pub struct Sources {
    nothing: Nothing,
}

/// A [`Tree`] that is not attached anywhere.
#[derive(Debug)]
pub struct Planted {
    /// The mount of its top.
    pub top: OwnedFd,
    /// What goes below it, relative to it.
    pub below: Vec<(PathBuf, OwnedFd)>,
}

impl Sources {
    /// Those that are mounted at their places.
    pub fn new() -> Result<Self, Error> {
        Ok(Self {
            nothing: Nothing::new(EMPTY)?,
        })
    }

    /// What stands for what a sandbox must not see.
    pub fn nothing(&self) -> &Nothing {
        &self.nothing
    }

    /// The source itself, after a look whether it is what the host meant: never a file system of the kernel, whatever has been
    /// mounted there since a service was defined.
    pub fn open(&self, source: Source) -> Result<OwnedFd, Error> {
        let path = path_of(source.number);
        let action = || format!("open {}", path.display());
        let opened = open(&path).or_error(action)?;
        let about = fstatfs(&opened).map_err(errno).or_error(action)?;
        if kernel_file_system(about.f_type as u32).is_some() {
            return Err(Error::Exchanged);
        }
        let Some(expected) = source.identity else {
            return Ok(opened);
        };
        let flags = AtFlags::EMPTY_PATH | AtFlags::SYMLINK_NOFOLLOW;
        let about = statx(&opened, "", flags, StatxFlags::INO);
        let about = about.map_err(errno).or_error(action)?;
        let device = makedev(about.stx_dev_major, about.stx_dev_minor);
        if (device, about.stx_ino) != (expected.device, expected.inode) {
            return Err(Error::Exchanged);
        }
        Ok(opened)
    }

    /// A tree as the host has it.
    pub fn plant(&self, tree: &Tree, read_only: bool) -> Result<Planted, Error> {
        let copy = |source: Source| {
            let copy = copy_of(self.open(source)?, OsStr::new(""), false);
            let copy = copy.or_error(|| "take a directory of the host".into())?;
            if read_only {
                make_read_only(&copy, false).or_error(|| "make a mount read-only".into())?;
            }
            Ok(copy)
        };
        let below = tree.below.iter().map(|below| {
            let mount = match below.source {
                Some(source) => match copy(source) {
                    // Somebody has unmounted it, or mounted over it, meanwhile.
                    Err(Error::Exchanged) => self.nothing.copy(below.is_directory),
                    copied => copied,
                },
                None => self.nothing.copy(below.is_directory),
            };
            Ok((PathBuf::from(&below.path), mount?))
        });
        Ok(Planted {
            below: below.collect::<Result<_, Error>>()?,
            top: copy(tree.top)?,
        })
    }

    /// The trees of the mounts, in their order.
    pub fn plant_all(&self, mounts: &[Mount]) -> Result<Vec<Option<Planted>>, Error> {
        let plant = |mount: &Mount| {
            let tree = mount.tree.as_ref();
            let planted = tree.map(|tree| self.plant(tree, mount.read_only));
            planted.transpose()
        };
        mounts.iter().map(plant).collect()
    }

    /// Takes the sources out of sight. What was taken of them stays.
    pub fn leave(self) -> Result<(), Error> {
        let directory = Path::new(SOURCES);
        for entry in fs::read_dir(directory).or_error(|| format!("read {SOURCES}"))? {
            let path = entry.or_error(|| format!("read {SOURCES}"))?.path();
            detach(&path).or_error(|| format!("unmount {}", path.display()))?;
        }
        fs::remove_dir(directory).or_error(|| format!("remove {SOURCES}"))?;
        self.nothing.leave()
    }
}

impl Planted {
    /// Whether it is a directory or something else.
    pub fn kind(&self) -> nix::Result<Kind> {
        Ok(match kind_of(&self.top)? {
            FileType::Directory => Kind::Directory,
            _ => Kind::File,
        })
    }

    /// Attaches it at `place`.
    pub fn attach(self, place: impl AsFd) -> nix::Result<OwnedFd> {
        attach(&self.top, place)?;
        for (path, mount) in self.below {
            attach_below(&self.top, &path, mount)?;
        }
        Ok(self.top)
    }
}

/// Attaches a mount at a path below the mount `top`, if there is still a place for it: what is not there hides itself, and so
/// does what this process can't reach, which has more rights in the sandbox than any program.
pub fn attach_below(top: &OwnedFd, path: &Path, mount: OwnedFd) -> nix::Result<()> {
    let way = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
    match openat2(top, path, NO_LINK, Mode::empty(), way).map_err(errno) {
        Err(Errno::ENOENT | Errno::ENOTDIR | Errno::ELOOP | Errno::EACCES) => Ok(()),
        place => match attach(mount, place?) {
            // A file has taken the place of a directory, or the other way round.
            Err(Errno::ENOTDIR | Errno::EISDIR) => Ok(()),
            attached => attached,
        },
    }
}

/// A read-only copy of a source that shows files only, and keeps devices from working.
pub fn plain_copy(source: &OwnedFd) -> nix::Result<OwnedFd> {
    let copy = copy_of(source, OsStr::new(""), false)?;
    make_read_only(&copy, false)?;
    restrict(&copy, MountAttrFlags::MOUNT_ATTR_NODEV)?;
    Ok(copy)
}

/// Takes the sources that come over the socket at `path`, and mounts each under its number.
///
/// # Errors
/// When the host does not send them, or the kernel refuses.
pub fn receive(path: &Path) -> Result<(), Error> {
    let action = || "take what the host gives to the sandbox".to_owned();
    let socket = UnixStream::connect(path).or_error(action)?;
    match fs::create_dir(SOURCES) {
        // libvirt has mounted an image there.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        made => made.or_error(|| format!("create {SOURCES}"))?,
    }
    while let Some((number, mount)) = passing::receive(&socket).or_error(action)? {
        let mount = mount.ok_or(Errno::EPROTO).or_error(action)?;
        let path = path_of(number);
        let action = || format!("mount {}", path.display());
        match kind_of(&mount).or_error(action)? {
            FileType::Directory => fs::create_dir(&path).or_error(action)?,
            _ => fs::File::create_new(&path).map(drop).or_error(action)?,
        }
        open(&path)
            .and_then(|place| attach(&mount, place))
            .or_error(action)?;
    }
    Ok(())
}

/// Where the source number `number` is.
pub fn path_of(number: u32) -> PathBuf {
    Path::new(SOURCES).join(number.to_string())
}

fn open(path: &Path) -> nix::Result<OwnedFd> {
    openat(rustix::fs::CWD, path, NO_LINK, Mode::empty()).map_err(errno)
}
