//! The root that can be written to: an overlay over each file system of the host, with room for mounts where the host's side
//! refuses what is mounted on its own.

use std::fs::{self, DirBuilder, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, chown};
use std::path::Path;

use nix::mount::mount;
use nix::sys::stat::{Mode, SFlag, mknod};
use sandbox_init::{Error, OrError, layer_name, leave_store, open_store, stack};
use sandbox_plan::{Gap, Machine, Overlay};

use crate::host::{PRIVATE, in_root, mount_host};

/// Where the host's file systems are in the initrd meanwhile, each under a number.
const LOWER: &str = "/lower";

/// Where the layers with room for mounts are.
const ROOM: &str = "/room";
const STORE: &str = "/store";

/// With it overlayfs does not look for the directory in the layers below.
const OPAQUE: &str = "trusted.overlay.opaque";

/// Mounts the root with all that is below it, writable.
///
/// # Errors
/// When the kernel refuses, or another sandbox uses the store.
pub fn mount_all(machine: &Machine, overlay: &Overlay) -> Result<(), Error> {
    let store = Path::new(STORE);
    open_store(&overlay.store, store)?;
    let fstype = Some("tmpfs");
    make_directory(Path::new(ROOM))?;
    mount(fstype, ROOM, fstype, PRIVATE, Some("mode=700"))
        .or_error(|| format!("mount tmpfs on {ROOM}"))?;
    for (number, host) in [&machine.root]
        .into_iter()
        .chain(&machine.below_root)
        .enumerate()
    {
        let path = Path::new(&host.target);
        let target = in_root(path);
        let (is_root, number) = (number == 0, number.to_string());
        let layer = if is_root {
            make_directory(&target)?;
            store.join("root")
        } else if is_mount_point(&target) {
            store.join("mounts").join(layer_name(path))
        } else {
            // What was kept has something else there.
            continue;
        };
        let lower = Path::new(LOWER).join(&number);
        make_directory(&lower)?;
        if !mount_host(host, &lower)? {
            continue;
        }
        let room = Path::new(ROOM).join(&number);
        let gaps: Vec<&Gap> = gaps_in(path, machine).collect();
        let has_gaps = !gaps.is_empty();
        if has_gaps {
            make_room(&room, &lower, path, &gaps)
                .or_error(|| format!("make room for mounts in {}", path.display()))?;
        }
        let above = has_gaps.then_some(room.as_path());
        stack(&lower, above, &layer, &target, PRIVATE)?;
    }
    leave_store(store)
}

/// The gaps that are in the file system of the host at `path` itself, and not in one that is mounted below it.
fn gaps_in<'a>(path: &Path, machine: &'a Machine) -> impl Iterator<Item = &'a Gap> {
    machine.gaps.iter().filter(move |gap| {
        let gap = Path::new(&gap.path);
        let bases = machine
            .below_root
            .iter()
            .map(|mount| Path::new(&mount.target));
        let holders = bases.filter(|base| gap != *base && gap.starts_with(base));
        let holder = holders.max_by_key(|base| base.components().count());
        holder.unwrap_or(Path::new("/")) == path
    })
}

/// Makes the layer `room` for what is at `path`, whose other layer is `lower`.
fn make_room(room: &Path, lower: &Path, path: &Path, gaps: &[&Gap]) -> io::Result<()> {
    make_like(lower, room)?;
    for gap in gaps {
        let gap_path = Path::new(&gap.path);
        let inside = gap_path.strip_prefix(path).unwrap_or(gap_path);
        let parents: Vec<&Path> = inside.ancestors().skip(1).collect();
        for parent in parents.into_iter().rev() {
            let made = room.join(parent);
            if !made.exists() {
                make_like(&lower.join(parent), &made)?;
            }
        }
        let place = room.join(inside);
        if gap.is_directory {
            fs::create_dir(&place)?;
            xattr::set(&place, OPAQUE, b"y")?;
        } else {
            // What overlayfs takes for a sign that there is nothing.
            mknod(&place, SFlag::S_IFCHR, Mode::empty(), 0)?;
        }
    }
    Ok(())
}

/// Makes a directory with owner and mode of another one.
fn make_like(original: &Path, copy: &Path) -> io::Result<()> {
    let about = original.symlink_metadata()?;
    fs::create_dir(copy)?;
    chown(copy, Some(about.uid()), Some(about.gid()))?;
    fs::set_permissions(copy, Permissions::from_mode(about.mode() & 0o7777))
}

fn make_directory(path: &Path) -> Result<(), Error> {
    let mut builder = DirBuilder::new();
    builder
        .recursive(true)
        .mode(0o755)
        .create(path)
        .or_error(|| format!("create {}", path.display()))
}

/// Whether the directory is where its path says, and not where a link in what was kept leads.
fn is_mount_point(target: &Path) -> bool {
    target.is_dir() && target.canonicalize().is_ok_and(|found| found == target)
}

#[cfg(test)]
mod tests {
    use sandbox_plan::Mount;

    use super::*;

    fn host(target: &str) -> Mount {
        Mount {
            fstype: "9p".into(),
            source: "tag".into(),
            target: target.into(),
            options: String::new(),
            read_only: true,
            ..Mount::default()
        }
    }

    #[test]
    fn a_gap_is_made_in_the_file_system_that_it_is_in() {
        let gaps = [
            "/dev",
            "/home",
            "/home/a/b",
            "/home/a/b/c",
            "/home/a/jail/proc",
        ];
        let machine = Machine {
            modules: Vec::new(),
            drivers: Vec::new(),
            root: host("/"),
            below_root: ["/home", "/home/a/b"].map(host).to_vec(),
            gaps: gaps
                .map(|path| Gap {
                    path: path.into(),
                    is_directory: true,
                })
                .to_vec(),
        };
        let found = |path: &str| {
            let gaps = gaps_in(Path::new(path), &machine);
            gaps.map(|gap| gap.path.to_str().unwrap())
                .collect::<Vec<_>>()
        };
        assert_eq!(found("/"), ["/dev", "/home"]);
        assert_eq!(found("/home"), ["/home/a/b", "/home/a/jail/proc"]);
        assert_eq!(found("/home/a/b"), ["/home/a/b/c"]);
    }
}
