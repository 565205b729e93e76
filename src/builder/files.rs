//! The files in the state directory of a sandbox.

use std::fs::{self, DirBuilder, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use super::{BuilderError, outside};

/// The name of the plan in the guest's directory.
pub(crate) const PLAN: &str = "plan";

/// The name of the socket that the guest connects to, in the guest's directory.
pub(crate) const SOCKET: &str = "app.sock";

/// The name of the socket over which a container with users of its own gets what it has of the host.
const SOURCES_SOCKET: &str = "src.sock";

/// What the guest, or the emulator, gets to see of the state directory.
pub(crate) fn guest_dir(statedir: &Path) -> PathBuf {
    statedir.join("config")
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

/// The directory that libvirt takes for a container's root, until the first process has put the real one together.
pub(crate) fn root_dir(statedir: &Path) -> PathBuf {
    statedir.join("root")
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

/// The socket over which a container with users of its own gets what it has of the host.
pub(crate) fn sources_socket(statedir: &Path) -> PathBuf {
    guest_dir(statedir).join(SOURCES_SOCKET)
}

/// The saved configuration.
pub(crate) fn configuration(statedir: &Path) -> PathBuf {
    statedir.join("sandbox.cfg")
}

/// The initial RAM disk of a virtual machine.
pub(crate) fn initrd(statedir: &Path) -> PathBuf {
    statedir.join("initrd.img")
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
    statedir.join("vmlinuz")
}

/// What a virtual machine's kernel and first process write.
pub(crate) fn log(statedir: &Path) -> PathBuf {
    statedir.join("console.log")
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
    let directory = scratch.join("archives");
    let make = || {
        DirBuilder::new().recursive(true).create(&directory)?;
        fs::set_permissions(&directory, Permissions::from_mode(0o755))
    };
    make().map_err(BuilderError::write(&directory))?;
    Ok(directory)
}

/// Removes what the sandbox has outside of its state directory.
pub(crate) fn remove_outside(statedir: &Path) -> Result<(), BuilderError> {
    outside::remove(statedir).map_err(|source| BuilderError::Remove {
        path: statedir.join("outside"),
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
/// now, since its client was killed meanwhile, finds nothing then, instead of the files of this one.
pub(crate) fn make_new_guest_dir(statedir: &Path) -> Result<(), BuilderError> {
    let link = guest_dir(statedir);
    let make = || {
        // Together as long as the link: addresses of sockets are short.
        let directory = tempfile::Builder::new()
            .prefix("c")
            .rand_bytes(5)
            .permissions(Permissions::from_mode(0o711))
            .tempdir_in(statedir)?
            .keep();
        symlink(directory.file_name().unwrap_or_default(), &link)
    };
    make().map_err(BuilderError::write(&link))
}

/// Makes the guest's directory, unless it is there.
pub(crate) fn make_guest_dir(statedir: &Path) -> Result<PathBuf, BuilderError> {
    let directory = guest_dir(statedir);
    match DirBuilder::new().mode(0o711).create(&directory) {
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
