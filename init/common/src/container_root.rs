//! Puts the root of a container together from what the host mounted in the container's own `/dev`, and goes there for good.
//!
//! The root that libvirt starts a container with is an empty directory of the sandbox. So neither libvirt nor the first process
//! ever mounts anything by a path in a tree that a program can change.

use std::ffi::OsStr;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use rustix::fs::{CWD, FileType, Mode, OFlags, fstatfs, openat};
use sandbox_plan::{Below, Container, Plan, Source, View};

use crate::attach::{PRIVATE, attach, copy_of, enter, errno, make_read_only, new};
use crate::error::{Error, OrError};
use crate::log::Log;
use crate::overlay::{self, Layers};
use crate::place::{Places, kind_of};
use crate::rootfs::Rootfs;
use crate::sources::{Sources, attach_below, plain_copy};

/// File systems that no socket can be in and no pipe is shared through, and that overlayfs does not take: the numbers of
/// vfat, exfat, iso9660 and udf.
const PLAIN: [u64; 4] = [0x4d44, 0x2011_bab0, 0x9660, 0x1501_3346];

const ACTION: &str = "put the root together";

/// What is made of the root and of each mount below it.
struct Assembly<'a> {
    sources: &'a Sources,
    view: View,
    layers: Option<Layers>,
    second: OwnedFd,
    log: Log,
}

/// Makes the root of the plan that of the calling process.
///
/// # Errors
/// When the kernel refuses: no program runs in half a root.
pub fn assemble(plan: &Plan, container: &Container, protect_sys: bool) -> Result<Rootfs, Error> {
    let sources = Sources::new()?;
    let assembly = Assembly {
        sources: &sources,
        view: container.view,
        layers: plan.overlay.as_ref().map(Layers::open).transpose()?,
        second: sources.nothing().directory()?,
        log: Log::new(plan.debug),
    };
    let root = assembly.root(&container.root.top)?;
    let below = assembly.below(&container.root.below)?;
    let trees = sources.plant_all(&plan.mounts)?;
    let mut hidden = Vec::new();
    for path in container.hidden.iter().chain(hidden_store(plan)) {
        hidden.push((below_root(path), sources.nothing().copy(true)?));
    }
    drop(assembly);
    overlay::leave_stores(plan.overlay.as_ref())?;
    sources.leave()?;
    let kernel = kernel_directories(protect_sys)?;
    let old = openat(CWD, "/", OFlags::PATH | OFlags::CLOEXEC, Mode::empty());
    attach(&root, old.map_err(errno).or_error(|| ACTION.into())?).or_error(|| ACTION.into())?;
    for (path, mount) in below {
        attach_below(&root, &path, mount)
            .or_error(|| format!("mount what is below /{}", path.display()))?;
    }
    if let Some(store) = hidden_store(plan) {
        pin(&root, &below_root(store)).or_error(|| "hide the overlay".into())?;
    }
    for (path, mount) in hidden {
        attach_below(&root, &path, mount).or_error(|| format!("hide /{}", path.display()))?;
    }
    enter(&root).or_error(|| "enter the root".into())?;
    let is_written_to = match &plan.overlay {
        Some(overlay) => overlay.is_kept(),
        None => container.view == View::Own,
    };
    let mut places = Places::new(plan.program.identity.clone(), is_written_to)
        .or_error(|| "open the root".into())?;
    for (path, mount, is_own) in kernel {
        let place = places.make_kernel(Path::new(path))?;
        attach(&mount, place).or_error(|| format!("mount {path}"))?;
        if is_own {
            places
                .add_own(&mount)
                .or_error(|| format!("look at {path}"))?;
        }
    }
    Ok(Rootfs {
        places,
        trees,
        settled: container.is_settled.then_some(root),
    })
}

/// The kernel's file systems and the sandbox's own, with whether a program finds nothing of others in them.
fn kernel_directories(protect_sys: bool) -> Result<Vec<(&'static str, OwnedFd, bool)>, Error> {
    let copy = |path: &str| {
        copy_of(CWD, OsStr::new(path), true).or_error(|| format!("keep the mounts in {path}"))
    };
    let sys = copy("/sys")?;
    if protect_sys {
        make_read_only(&sys, true).or_error(|| "make /sys read-only".into())?;
    }
    let run =
        new("tmpfs", &[("mode", "755")], PRIVATE).or_error(|| "make a private /run".into())?;
    Ok(vec![
        ("/proc", copy("/proc")?, false),
        ("/sys", sys, false),
        ("/dev", copy("/dev")?, true),
        ("/run", run, true),
    ])
}

fn hidden_store(plan: &Plan) -> Option<&std::ffi::OsString> {
    plan.overlay.as_ref()?.hidden.as_ref()
}

fn below_root(path: &OsStr) -> PathBuf {
    let path = Path::new(path);
    path.strip_prefix("/").unwrap_or(path).to_owned()
}

/// Mounts each directory on the way to `path` on itself: who can't rename it can't bring what is hidden in it to light.
fn pin(root: &OwnedFd, path: &Path) -> nix::Result<()> {
    let ways: Vec<&Path> = path.ancestors().skip(1).collect();
    for way in ways
        .into_iter()
        .rev()
        .filter(|way| !way.as_os_str().is_empty())
    {
        match copy_of(root, way.as_os_str(), true) {
            Err(Errno::ENOENT | Errno::ENOTDIR) => return Ok(()),
            copy => attach_below(root, way, copy?)?,
        }
    }
    Ok(())
}

impl Assembly<'_> {
    fn root(&self, top: &Source) -> Result<OwnedFd, Error> {
        let source = self.sources.open(*top)?;
        if self.layers.is_none() && self.view == View::Own {
            return copy_of(&source, OsStr::new(""), false).or_error(|| ACTION.into());
        }
        match self.stack(&source, Path::new("")) {
            // Nothing can be in the way of a program there.
            Err(_) if self.layers.is_none() && is_plain(&source) => {
                plain_copy(&source).or_error(|| ACTION.into())
            }
            stacked => stacked.or_error(|| {
                "put an overlay over the root, which keeps the host's sockets from the sandbox"
                    .into()
            }),
        }
    }

    /// What comes on the mount points below.
    fn below(&self, below: &[Below]) -> Result<Vec<(PathBuf, OwnedFd)>, Error> {
        let mut mounts = Vec::new();
        for below in below {
            let path = PathBuf::from(&below.path);
            let mount = match below.source {
                Some(source) => match self.sources.open(source) {
                    // Somebody has unmounted it, or mounted over it, meanwhile.
                    Err(Error::Exchanged) => None,
                    source => self.shown(&source?, &path),
                },
                None => None,
            };
            mounts.push(match mount {
                Some(mount) => (path, mount),
                None => (path, self.sources.nothing().copy(below.is_directory)?),
            });
        }
        Ok(mounts)
    }

    /// How a mount of the host is shown; not at all where its sockets could be reached.
    fn shown(&self, source: &OwnedFd, path: &Path) -> Option<OwnedFd> {
        if self.layers.is_none() && self.view == View::Own {
            return copy_of(source, OsStr::new(""), false).ok();
        }
        let shown = match kind_of(source) {
            Ok(FileType::Directory) => match self.stack(source, path) {
                Err(_) if is_plain(source) => plain_copy(source),
                stacked => stacked,
            },
            Ok(FileType::RegularFile) => plain_copy(source),
            Ok(_) => Err(Errno::EACCES),
            Err(errno) => Err(errno),
        };
        shown
            .inspect_err(|errno| {
                let path = path.display();
                self.log
                    .step(format_args!("hide /{path}: {}", errno.desc()));
            })
            .ok()
    }

    fn stack(&self, lower: &OwnedFd, path: &Path) -> nix::Result<OwnedFd> {
        match &self.layers {
            Some(layers) => layers.stack(lower, path),
            None => overlay::read_only(lower, &self.second),
        }
    }
}

fn is_plain(source: &OwnedFd) -> bool {
    fstatfs(source).is_ok_and(|about| PLAIN.contains(&(about.f_type as u64)))
}
