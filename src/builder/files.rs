//! The files in the state directory of a sandbox.

use std::fs::{self, DirBuilder, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};

pub(crate) use sandbox_state::layout::{PLAN, SOCKET};
use sandbox_state::{Claim, NameLock, layout};

use crate::builder::BuilderError;
use crate::builder::storage::scratch;

/// The directory for the archives, in the scratch directory.
const ARCHIVES: &str = "archives";

/// No sandbox can have this name.
const EMPTY_ROOT: &str = ".root";

/// The name of the socket over which a container gets what it has of the host, where libvirt can't mount it.
const SOURCES_SOCKET: &str = "src.sock";

/// What the guest, or the emulator, gets to see of the state directory.
pub(crate) fn guest_dir(statedir: &Path) -> PathBuf {
    statedir.join(layout::GUEST)
}

/// The guest's directory by its own name, which no other run in the same state directory has had.
pub(crate) fn real_guest_dir(statedir: &Path) -> PathBuf {
    let directory = guest_dir(statedir);
    fs::read_link(&directory).map_or(directory, |name| statedir.join(name))
}

/// The socket that the guest, or the emulator, connects to.
pub(crate) fn socket(statedir: &Path) -> PathBuf {
    guest_dir(statedir).join(SOCKET)
}

/// The directory that libvirt takes for a container's root, until the first process has put the real one together. All
/// sandboxes with a client have one, which stays: where a daemon that has hung starts one too late, libvirt would make it again.
pub(crate) fn root_dir(statedir: &Path) -> PathBuf {
    match statedir.parent() {
        Some(base) if base.ends_with("libvirt-sandbox") => base.join(EMPTY_ROOT),
        _ => statedir.join("root"),
    }
}

/// Makes it, with what libvirt would make in it.
pub(crate) fn make_root_dir(root: &Path) -> Result<(), BuilderError> {
    let make = || {
        for name in ["dev", "proc", "sys", ".oldroot"] {
            DirBuilder::new().recursive(true).create(root.join(name))?;
        }
        // Whatever the mask is: the first process of a container with users of its own passes through.
        fs::set_permissions(root, Permissions::from_mode(0o755))
    };
    make().map_err(BuilderError::write(root))
}

/// The socket over which a container gets what it has of the host, where libvirt can't mount it.
pub(crate) fn sources_socket(statedir: &Path) -> PathBuf {
    guest_dir(statedir).join(SOURCES_SOCKET)
}

/// The saved configuration.
pub(crate) fn configuration(statedir: &Path) -> PathBuf {
    statedir.join(layout::CONFIGURATION)
}

/// The initial RAM disk of a virtual machine.
pub(crate) fn initrd(statedir: &Path) -> PathBuf {
    statedir.join(layout::INITRD)
}

/// Copies the kernel to where it is this sandbox's alone.
pub(crate) fn copy_kernel(kernel: &Path, statedir: &Path) -> Result<PathBuf, BuilderError> {
    let copy = own_kernel(statedir);
    fs::copy(kernel, &copy).map_err(BuilderError::write(&copy))?;
    Ok(copy)
}

/// Removes the copy, which nobody needs once the machine runs.
pub(crate) fn remove_kernel(statedir: &Path) -> Result<(), BuilderError> {
    remove(own_kernel(statedir), fs::remove_file)
}

/// The copy of the kernel, where there is one.
pub(crate) fn own_kernel(statedir: &Path) -> PathBuf {
    statedir.join(layout::KERNEL)
}

/// What a virtual machine's kernel and first process write.
pub(crate) fn log(statedir: &Path) -> PathBuf {
    statedir.join(layout::LOG)
}

/// Makes the directory of the mount number `index` in the directory `scratch`, unless it is there. What it is in is closed
/// to others, so it can be open to whatever user the sandbox writes as.
pub(crate) fn make_scratch_dir(scratch: &Path, index: usize) -> Result<PathBuf, BuilderError> {
    let parent = scratch.join("mounts");
    let directory = parent.join(index.to_string());
    let make = || {
        DirBuilder::new().recursive(true).create(&directory)?;
        fs::set_permissions(&parent, Permissions::from_mode(0o755))?;
        fs::set_permissions(&directory, Permissions::from_mode(0o777))
    };
    make().map_err(BuilderError::write(&directory))?;
    Ok(directory)
}

/// Makes the directory for the archives that fill mounts, in the directory `scratch`, unless it is there.
pub(crate) fn make_archive_dir(scratch: &Path) -> Result<PathBuf, BuilderError> {
    let directory = scratch.join(ARCHIVES);
    let make = DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&directory);
    make.map_err(BuilderError::write(&directory))?;
    Ok(directory)
}

/// What a sandbox has outside of its state directory for the user who reads it there: the directories, and the archives in them.
pub(crate) fn for_reader(statedir: &Path) -> Vec<PathBuf> {
    let mut paths = scratch::all(statedir);
    for index in 0..paths.len() {
        let archives = paths[index].join(ARCHIVES);
        let entries = fs::read_dir(&archives).into_iter().flatten().flatten();
        paths.extend(entries.map(|entry| entry.path()));
        if archives.is_dir() {
            paths.push(archives);
        }
    }
    paths
}

/// Gives a file to the user `owner`, who reads it.
pub(crate) fn give(path: &Path, owner: u32, group: u32) -> Result<(), BuilderError> {
    sandbox_state::give(path, owner, group).map_err(BuilderError::write(path))
}

/// Removes what the sandbox has outside of its state directory, unless somebody holds its name, who does that with all the rest.
pub(crate) fn remove_outside(statedir: &Path) -> Result<(), BuilderError> {
    let outside = statedir.join(layout::OUTSIDE);
    if !outside.exists() {
        return Ok(());
    }
    let remove = || match NameLock::claim(statedir).map_err(|error| error.source)? {
        Claim::Held(lock) => lock.remove_outside().and_then(|()| lock.unlock()),
        Claim::Taken => Ok(()),
    };
    remove().map_err(|source| BuilderError::Remove {
        path: outside,
        source,
    })
}

fn remove(
    path: PathBuf,
    remove: impl FnOnce(PathBuf) -> io::Result<()>,
) -> Result<(), BuilderError> {
    match remove(path.clone()) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => {
            Err(BuilderError::Remove { path, source })
        }
        _ => Ok(()),
    }
}

/// Makes the guest's directory under a name of its own, and a link to it. A domain of a former run that libvirt starts only
/// now, since its client was killed meanwhile, finds nothing then, instead of the files of this one. Only the caller passes
/// through, until whom libvirt runs the guest as is let in.
pub(crate) fn make_new_guest_dir(statedir: &Path) -> Result<(), BuilderError> {
    let link = guest_dir(statedir);
    let make = || {
        // Together as long as the link: addresses of sockets are short.
        let directory = tempfile::Builder::new()
            .prefix("c")
            .rand_bytes(5)
            .permissions(Permissions::from_mode(0o700))
            .tempdir_in(statedir)?
            .keep();
        symlink(directory.file_name().unwrap_or_default(), &link)
    };
    make().map_err(BuilderError::write(&link))
}

/// Makes the guest's directory, unless it is there.
pub(crate) fn make_guest_dir(statedir: &Path) -> Result<PathBuf, BuilderError> {
    let directory = guest_dir(statedir);
    match DirBuilder::new().mode(0o700).create(&directory) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => (),
        made => made.map_err(BuilderError::write(&directory))?,
    }
    Ok(directory)
}

/// Writes the plan, which holds the program's environment.
pub(crate) fn write_plan(statedir: &Path, plan: &[u8]) -> Result<(), BuilderError> {
    write_private(&make_guest_dir(statedir)?.join(PLAN), plan)
}

/// Writes what is nobody else's business.
pub(crate) fn write_private(path: &Path, content: &[u8]) -> Result<(), BuilderError> {
    let write = || {
        // A builder may be asked a second time.
        if path.exists() {
            fs::remove_file(path)?;
        }
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)?
            .write_all(content)
    };
    write().map_err(BuilderError::write(path))
}
