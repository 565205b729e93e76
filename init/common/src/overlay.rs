//! A layer over the root that takes what is written to it.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, DirBuilder, File, Permissions};
use std::io;
use std::mem::forget;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, chown};
use std::path::{Component, Path, PathBuf};

use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg};
use nix::mount::{MntFlags, MsFlags, mount, umount2};
use nix::unistd::{chdir, pivot_root};
use sandbox_plan::{Overlay, Store};

use crate::error::{Error, OrError};
use crate::mount_point::{NONE, PRIVATE, descriptor_path, open_directory};
use crate::mounts::Options;

/// Where the new root is put together; `/run` is the sandbox's own.
pub const STAGING: &str = "/run/libvirt-sandbox-root";

/// Where a store is mounted meanwhile.
pub const STORE: &str = "/run/libvirt-sandbox-store";

/// What belongs to the kernel or to the sandbox, and is not covered.
const KEPT: [&str; 4] = ["dev", "proc", "run", "sys"];

/// Directories can be renamed. Files are copied whole, so that what is kept in a store can be read without the root.
const FEATURES: &str = "redirect_dir=on,metacopy=off,index=off,xino=off";

const ACTION: &str = "make the root writable";

/// Makes the root of a container writable: puts layers over it, and over what the host has mounted below it.
///
/// # Errors
/// When another sandbox uses the store, or the kernel refuses.
pub fn replace_root(overlay: &Overlay) -> Result<(), Error> {
    let store = match &overlay.store {
        Store::Directory(path) => Path::new(path),
        Store::Mount(_) => Path::new(STORE),
    };
    open_store(&overlay.store, store)?;
    let below = mounts_at_root().or_error(|| ACTION.into())?;
    fs::create_dir(STAGING).or_error(|| format!("create {STAGING}"))?;
    let staging = Path::new(STAGING);
    stack(
        Path::new("/"),
        &store.join("root"),
        staging,
        MsFlags::MS_NODEV,
    )?;
    for path in below.keys().filter(|path| *path != Path::new("/")) {
        cover(path, store, staging)?;
    }
    leave_store(store)?;
    enter(staging).or_error(|| ACTION.into())?;
    hide(overlay)
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

/// Mounts at `target` what is in the directory `lower`, writable: the directory `layer` takes what is written.
///
/// # Errors
/// When the kernel refuses.
pub fn stack(lower: &Path, layer: &Path, target: &Path, flags: MsFlags) -> Result<(), Error> {
    let action = || format!("make {} writable by an overlay", lower.display());
    let (upper, work) = make_layer(lower, layer).or_error(action)?;
    // By descriptor, since the options have no room for every path.
    let open = |path: &Path| open_directory(path).or_error(action);
    let (lower, upper, work) = (open(lower)?, open(&upper)?, open(&work)?);
    let [lower, upper, work] =
        [&lower, &upper, &work].map(|directory| descriptor_path(directory).display().to_string());
    let options = format!("lowerdir={lower},upperdir={upper},workdir={work},{FEATURES}");
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
    let flags = PRIVATE | MsFlags::MS_RDONLY;
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
fn make_layer(lower: &Path, layer: &Path) -> io::Result<(PathBuf, PathBuf)> {
    let (upper, work) = (layer.join("upper"), layer.join("work"));
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&work)?;
    if !upper.exists() {
        // Under another name until it is what it covers: this process may be killed.
        let new = layer.join("new");
        DirBuilder::new().recursive(true).create(&new)?;
        let about = lower.metadata()?;
        chown(&new, Some(about.uid()), Some(about.gid()))?;
        fs::set_permissions(&new, Permissions::from_mode(about.mode() & 0o7777))?;
        fs::rename(&new, &upper)?;
    }
    Ok((upper, work))
}

/// Covers in the new root what is mounted at `path`. What can't have a layer stays as it is, read-only.
fn cover(path: &Path, store: &Path, staging: &Path) -> Result<(), Error> {
    let target = staging.join(path.strip_prefix("/").unwrap_or(path));
    let layer = store.join("mounts").join(layer_name(path));
    if path.is_dir() && stack(path, &layer, &target, MsFlags::MS_NODEV).is_ok() {
        return Ok(());
    }
    match mount(Some(path), &target, NONE, MsFlags::MS_BIND, NONE) {
        // Another mount hides it.
        Err(Errno::ENOENT) => Ok(()),
        bound => bound.or_error(|| format!("keep {}", path.display())),
    }
}

/// What a layer over `path` is called in its store: the path with other letters for slashes.
fn layer_name(path: &Path) -> OsString {
    let mut name = Vec::new();
    for byte in path.as_os_str().as_bytes().iter().skip(1) {
        match byte {
            b'/' => name.extend(b"%2F"),
            b'%' => name.extend(b"%25"),
            other => name.push(*other),
        }
    }
    OsString::from_vec(name)
}

/// The root, and where the host has something mounted in it, in the order of paths, each with its type.
pub fn mounts_at_root() -> io::Result<BTreeMap<PathBuf, String>> {
    let table = fs::read("/proc/self/mountinfo")?;
    let points = table.split(|byte| *byte == b'\n').filter_map(|line| {
        let mut words = line.split(|byte| *byte == b' ');
        let path = PathBuf::from(OsString::from_vec(unescape(words.nth(4)?)));
        let fstype = words.skip_while(|word| *word != b"-").nth(1)?;
        is_covered(&path).then(|| (path, String::from_utf8_lossy(fstype).into_owned()))
    });
    // Of several at one place the last one is seen.
    Ok(points.collect())
}

fn is_covered(path: &Path) -> bool {
    match path.components().nth(1) {
        Some(Component::Normal(first)) => KEPT.iter().all(|kept| first != *kept),
        _ => true,
    }
}

/// Undoes the kernel's `\040` for a space, and the like.
fn unescape(text: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, tail)) = rest.split_first() {
        let digits = tail.first_chunk::<3>().filter(|_| byte == b'\\');
        let code = digits
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 8).ok());
        plain.push(code.unwrap_or(byte));
        rest = if code.is_some() { &tail[3..] } else { tail };
    }
    plain
}

/// Makes the file system at `staging` the root. What is kept of the old one comes with it.
pub fn enter(staging: &Path) -> io::Result<()> {
    chdir(staging)?;
    mount(Some("."), "/", NONE, MsFlags::MS_MOVE, NONE)?;
    // What is mounted over the root of a process is no root yet: absolute paths lead to the old one.
    fs::remove_dir(staging)?;
    for name in KEPT {
        DirBuilder::new().recursive(true).create(name)?;
        let flags = MsFlags::MS_BIND | MsFlags::MS_REC;
        mount(Some(&Path::new("/").join(name)), name, NONE, flags, NONE)?;
    }
    pivot_root(".", ".")?;
    umount2(".", MntFlags::MNT_DETACH)?;
    Ok(chdir("/")?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mount_points_are_unescaped() {
        assert_eq!(unescape(br"/a\040b\134c\x"), br"/a b\c\x");
        assert_eq!(unescape(br"/a\04"), br"/a\04");
    }

    #[test]
    fn what_the_host_has_mounted_is_covered() {
        for (path, covered) in [
            ("/", true),
            ("/proc/sys", false),
            ("/dev", false),
            ("/device", true),
            ("/srv/a", true),
        ] {
            assert_eq!(is_covered(Path::new(path)), covered, "{path}");
        }
    }

    #[test]
    fn layers_have_names_of_their_own() {
        assert_eq!(layer_name(Path::new("/srv/a%2Fb")), "srv%2Fa%252Fb");
    }
}
