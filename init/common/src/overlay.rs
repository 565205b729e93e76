//! A layer over the root that takes what is written to it.

use std::ffi::OsString;
use std::fs::{self, DirBuilder, File, Metadata, Permissions};
use std::io;
use std::mem::forget;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg, OFlag, open};
use nix::mount::{MntFlags, MsFlags, mount, umount2};
use nix::sys::stat::Mode;
use rustix::mount::MountAttrFlags;
use sandbox_plan::{Overlay, Store};

use crate::attach::{descriptor_path, detach, new};
use crate::error::{Error, OrError};
use crate::mounts::Options;

/// Where a container's store is.
const STORE: &str = "/dev/libvirt-sandbox-store";

/// Directories can be renamed. Files are copied whole, so that what is kept in a store can be read without the root. And all
/// have one device, and the number that they had before they were written to: the top bits of it tell the layer.
const FEATURES: [(&str, &str); 4] = [
    ("redirect_dir", "on"),
    ("metacopy", "off"),
    ("index", "off"),
    ("xino", "on"),
];

/// The layers over the root of a container, and over what the host has mounted below it.
#[derive(Debug)]
pub struct Layers {
    store: PathBuf,
}

impl Layers {
    /// Opens the store that they are kept in.
    ///
    /// # Errors
    /// When another sandbox uses it, or the kernel refuses.
    pub fn open(overlay: &Overlay) -> Result<Self, Error> {
        let store = match &overlay.store {
            Store::Directory(path) => Path::new(path),
            Store::Mount(_) => Path::new(STORE),
        };
        open_store(&overlay.store, store)?;
        Ok(Self {
            store: store.to_owned(),
        })
    }

    /// Shows writable what is in the directory `lower`, which is at `path` below the root; attached nowhere.
    pub fn stack(&self, lower: &OwnedFd, path: &Path) -> nix::Result<OwnedFd> {
        let layer = if path.as_os_str().is_empty() {
            self.store.join("root")
        } else {
            self.store.join("mounts").join(layer_name(path))
        };
        let about = fs::metadata(descriptor_path(lower));
        let (upper, work) = about
            .and_then(|about| make_layer(&about, &layer))
            .map_err(|error| error.raw_os_error().map_or(Errno::EIO, Errno::from_raw))?;
        let (upper, work) = (open_directory(&upper)?, open_directory(&work)?);
        let [lower, upper, work] = [lower, &upper, &work].map(text_of);
        let mut options = vec![
            ("lowerdir", lower.as_str()),
            ("upperdir", &upper),
            ("workdir", &work),
        ];
        options.extend(FEATURES);
        new("overlay", &options, MountAttrFlags::MOUNT_ATTR_NODEV)
    }
}

/// Takes the store of a container out of sight, so that only its layers lead to it.
pub fn leave_stores(overlay: Option<&Overlay>) -> Result<(), Error> {
    match overlay {
        Some(_) => detach(Path::new(STORE)).or_error(|| format!("unmount {STORE}")),
        None => Ok(()),
    }
}

/// Shows read-only what is in the directory `lower`; attached nowhere. `second` is an empty directory.
pub fn read_only(lower: &OwnedFd, second: &OwnedFd) -> nix::Result<OwnedFd> {
    let lower = format!("{}:{}", text_of(lower), text_of(second));
    let options = [
        ("lowerdir", lower.as_str()),
        ("redirect_dir", "nofollow"),
        ("metacopy", "off"),
        ("xino", "auto"),
    ];
    let flags = MountAttrFlags::MOUNT_ATTR_NODEV | MountAttrFlags::MOUNT_ATTR_RDONLY;
    new("overlay", &options, flags)
}

fn text_of(fd: &OwnedFd) -> String {
    descriptor_path(fd).display().to_string()
}

fn open_directory(path: &Path) -> nix::Result<OwnedFd> {
    let flags = OFlag::O_PATH | OFlag::O_DIRECTORY | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
    open(path, flags, Mode::empty())
}

/// Makes a store ready: mounts it at `place`, unless it is there already.
///
/// # Errors
/// When the kernel refuses, or another sandbox uses it.
pub fn open_store(store: &Store, place: &Path) -> Result<(), Error> {
    let Store::Mount(store) = store else {
        return claim(place);
    };
    let source = Path::new(&store.source);
    let action = || format!("mount {} as the overlay", source.display());
    let options = Options::parse(&store.options);
    fs::create_dir(place).or_error(action)?;
    let (fstype, data) = (store.fstype.as_str(), options.data.as_str());
    let flags = options.flags | MsFlags::MS_NODEV;
    mount(Some(source), place, Some(fstype), flags, Some(data)).or_error(action)
}

/// Takes a store out of sight, so that only its layers lead to it.
///
/// # Errors
/// When the kernel refuses.
pub fn leave_store(place: &Path) -> Result<(), Error> {
    let action = || format!("unmount {}", place.display());
    umount2(place, MntFlags::MNT_DETACH).or_error(action)?;
    fs::remove_dir(place).or_error(action)
}

/// Mounts at `target` what is in the directory `lower`, writable: the directory `layer` takes what is written. The directory
/// `above` comes before `lower`.
///
/// # Errors
/// When the kernel refuses.
pub fn stack(
    lower: &Path,
    above: Option<&Path>,
    layer: &Path,
    target: &Path,
    flags: MsFlags,
) -> Result<(), Error> {
    let action = || format!("make {} writable by an overlay", lower.display());
    let about = lower.metadata().or_error(action)?;
    let (upper, work) = make_layer(&about, layer).or_error(action)?;
    // By descriptor, since the options have no room for every path.
    let open = |path: &Path| open_directory(path).or_error(action);
    let above = above.map(open).transpose()?;
    let (lower, upper, work) = (open(lower)?, open(&upper)?, open(&work)?);
    let name = |directory: &OwnedFd| descriptor_path(directory).display().to_string();
    let lowers: Vec<String> = above.iter().chain([&lower]).map(name).collect();
    let (lowers, upper, work) = (lowers.join(":"), name(&upper), name(&work));
    let features = FEATURES
        .map(|(key, value)| format!("{key}={value}"))
        .join(",");
    let options = format!("lowerdir={lowers},upperdir={upper},workdir={work},{features}");
    let fstype = Some("overlay");
    mount(fstype, target, fstype, flags, Some(options.as_str())).or_error(action)
}

/// Hides the directory of the sandbox that shows the store, too.
///
/// # Errors
/// When the kernel refuses.
pub fn hide(overlay: &Overlay) -> Result<(), Error> {
    let Some(path) = overlay.hidden.as_ref().map(Path::new) else {
        return Ok(());
    };
    let flags = MsFlags::MS_NOSUID | MsFlags::MS_NODEV | MsFlags::MS_RDONLY;
    let fstype = Some("tmpfs");
    match mount(fstype, path, fstype, flags, Some("mode=0,size=4k")) {
        // It was removed in the sandbox.
        Err(Errno::ENOENT | Errno::ENOTDIR) => Ok(()),
        hidden => hidden.or_error(|| format!("hide {}", path.display())),
    }
}

/// Keeps other sandboxes from the store as long as this process lives.
fn claim(store: &Path) -> Result<(), Error> {
    let directory = File::open(store).or_error(|| format!("open {}", store.display()))?;
    match Flock::lock(directory, FlockArg::LockExclusiveNonblock) {
        Ok(lock) => {
            forget(lock);
            Ok(())
        }
        Err((_, Errno::EWOULDBLOCK)) => Err(Error::OverlayInUse),
        Err((_, errno)) => Err(errno).or_error(|| format!("lock {}", store.display())),
    }
}

/// Makes the two directories of a layer, unless they are there.
fn make_layer(lower: &Metadata, layer: &Path) -> io::Result<(PathBuf, PathBuf)> {
    let (upper, work) = (layer.join("upper"), layer.join("work"));
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&work)?;
    if !upper.exists() {
        // Under another name until it is what it covers: this process may be killed.
        let new = layer.join("new");
        DirBuilder::new().recursive(true).create(&new)?;
        // What is in a store that is kept may be a link.
        let handle = open_directory(&new)?;
        let place = descriptor_path(&handle);
        chown(&place, Some(lower.uid()), Some(lower.gid()))?;
        fs::set_permissions(&place, Permissions::from_mode(lower.mode() & 0o7777))?;
        fs::rename(&new, &upper)?;
    }
    Ok((upper, work))
}

/// What a layer over `path` is called in its store: the path with other letters for slashes.
pub fn layer_name(path: &Path) -> OsString {
    let mut name = Vec::new();
    let path = path.strip_prefix("/").unwrap_or(path);
    for byte in path.as_os_str().as_bytes() {
        match byte {
            b'/' => name.extend(b"%2F"),
            b'%' => name.extend(b"%25"),
            other => name.push(*other),
        }
    }
    OsString::from_vec(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_outside_of_a_store_is_changed() {
        let room = std::env::temp_dir().join(format!("overlay-test-{}", std::process::id()));
        let (layer, other) = (room.join("layer"), room.join("other"));
        fs::create_dir_all(&layer).unwrap();
        DirBuilder::new().mode(0o700).create(&other).unwrap();
        std::os::unix::fs::symlink(&other, layer.join("new")).unwrap();
        let lower = fs::metadata("/").unwrap();
        make_layer(&lower, &layer).unwrap_err();
        assert_eq!(fs::metadata(&other).unwrap().mode() & 0o777, 0o700);
        fs::remove_file(layer.join("new")).unwrap();
        let (upper, _) = make_layer(&lower, &layer).unwrap();
        assert_eq!(fs::metadata(upper).unwrap().mode(), lower.mode());
        fs::remove_dir_all(&room).unwrap();
    }

    #[test]
    fn layers_have_names_of_their_own() {
        for path in ["srv/a%2Fb", "/srv/a%2Fb"] {
            assert_eq!(layer_name(Path::new(path)), "srv%2Fa%252Fb");
        }
    }
}
