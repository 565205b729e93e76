//! Packs what is to be copied into a file system in memory, which only the sandbox can fill.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use nix::unistd::{getegid, geteuid};
use sandbox_plan::{ATTRIBUTE, encode_attribute};
use tar::{Builder, EntryType, Header};

use super::include::{Include, Progress};
use super::include_tree::{Entry, for_each, named};

/// Where the guest finds the archives that fill its mounts.
pub(super) const MOUNT: &str = "/dev/libvirt-sandbox-archives";

/// What the share with the archives is called.
pub(super) const TAG: &str = "sandbox:archives";

/// The name of the archive that fills the mount number `index`.
pub(super) fn name(index: usize) -> String {
    format!("{index}.tar")
}

/// Packs `includes` into the new file `path`; for a failure gives the host's path, too.
pub(crate) fn write(
    includes: &[Include],
    path: &Path,
    progress: &mut Progress,
) -> Result<(), (PathBuf, io::Error)> {
    let output = |error| (path.to_owned(), error);
    // Whoever unpacks it gets it afterwards: what is in it may be nobody else's business.
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(output)?;
    let mut archive = Archive {
        tar: Builder::new(BufWriter::new(Output { file, path })),
        packed: HashMap::new(),
        links: HashMap::new(),
        directory: path.parent().unwrap_or(Path::new("/")),
        progress,
    };
    for include in includes {
        archive
            .add(include)
            .map_err(|error| (include.found.path.clone(), error))?;
    }
    let finish = || archive.tar.into_inner()?.flush();
    finish().map_err(output)
}

struct Archive<'a, W: Write> {
    tar: Builder<W>,
    /// What is in the archive, and whether it is a directory.
    packed: HashMap<PathBuf, bool>,
    /// The first path of each file that has several, by device and inode.
    links: HashMap<(u64, u64), PathBuf>,
    /// Where the archive is.
    directory: &'a Path,
    progress: &'a mut Progress,
}

impl<W: Write> Archive<'_, W> {
    fn add(&mut self, include: &Include) -> io::Result<()> {
        let parents: Vec<_> = include.target.ancestors().skip(1).collect();
        for parent in parents.into_iter().rev() {
            if parent != Path::new("") {
                self.add_parent(parent)?;
            }
        }
        for_each(include, |entry| self.add_one(entry))
    }

    /// Adds a directory that the host has not: it is the caller's, as everywhere.
    fn add_parent(&mut self, path: &Path) -> io::Result<()> {
        match self.packed.get(path) {
            Some(true) => return Ok(()),
            // What was copied before may be a link to anywhere.
            Some(false) => return Err(io::ErrorKind::NotADirectory.into()),
            None => {}
        }
        self.packed.insert(path.to_owned(), true);
        let mut header = header(EntryType::Directory);
        header.set_mode(0o755);
        header.set_uid(geteuid().as_raw().into());
        header.set_gid(getegid().as_raw().into());
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        header.set_mtime(now.unwrap_or_default().as_secs());
        self.tar.append_data(&mut header, path, io::empty())
    }

    fn add_one(&mut self, entry: &Entry) -> io::Result<()> {
        let (source, target, about) = (&entry.source, &*entry.target, &entry.about);
        let is_mount = target == Path::new("");
        let kind = about.file_type();
        if kind.is_socket() || kind.is_fifo() || kind.is_block_device() || kind.is_char_device() {
            glib::g_info!(
                crate::log::LOG_DOMAIN,
                "{}",
                tr!(
                    "{source} is left out: it is neither a file, a directory nor a link",
                    source = source.display()
                )
            );
            return Ok(());
        }
        if let Some(was_directory) = self.packed.insert(target.to_owned(), about.is_dir())
            && was_directory != about.is_dir()
        {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        if !about.is_file() {
            self.progress.add(0);
        }
        let target = if is_mount { Path::new(".") } else { target };
        let mut header = header(EntryType::Regular);
        header.set_metadata(about);
        if about.nlink() > 1 && about.is_file() {
            let first = self.links.get(&(about.dev(), about.ino()));
            if let Some(first) = first.filter(|first| *first != target) {
                self.progress.add(0);
                header.set_entry_type(EntryType::Link);
                header.set_size(0);
                return self.tar.append_link(&mut header, target, first);
            }
            let key = (about.dev(), about.ino());
            self.links.insert(key, target.to_owned());
        }
        self.add_extensions(entry)?;
        if about.is_symlink() {
            header.set_size(0);
            self.tar.append_link(&mut header, target, entry.link()?)
        } else if about.is_dir() {
            header.set_size(0);
            self.tar.append_data(&mut header, target, io::empty())
        } else {
            let content = entry.content(self.directory)?;
            self.progress.add(content.stored());
            let data = content.announce(&mut header);
            self.tar.append_data(&mut header, target, data)
        }
    }

    /// What the format of the header has no room for: fractions of a second, and extended attributes.
    fn add_extensions(&mut self, entry: &Entry) -> io::Result<()> {
        let about = &entry.about;
        let time = format!("{}.{:09}", about.mtime(), about.mtime_nsec());
        let mut all = vec![("mtime", time)];
        let attributes = entry.attributes().into_iter();
        all.extend(
            attributes.map(|(name, value)| (ATTRIBUTE, encode_attribute(name.as_bytes(), &value))),
        );
        let all = all.iter().map(|(name, value)| (*name, value.as_bytes()));
        self.tar.append_pax_extensions(all)
    }
}

fn header(kind: EntryType) -> Header {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_size(0);
    header
}

/// The archive on the disk, whose errors are not about what is packed.
struct Output<'a> {
    file: File,
    path: &'a Path,
}

impl Write for Output<'_> {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        let written = self.file.write(data);
        written.map_err(|error| named(self.path, error))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    fn packed(includes: &[(&Path, &str)], path: &Path) -> Result<(), String> {
        let includes = includes.iter();
        let includes: Result<Vec<_>, _> = includes
            .map(|(source, target)| Include::test(source, target))
            .collect();
        let includes = includes?;
        let mut progress = Progress::default();
        write(&includes, path, &mut progress).map_err(|(_, error)| error.to_string())
    }

    /// Type and path of each entry.
    fn entries(path: &Path) -> Vec<String> {
        let mut archive = tar::Archive::new(File::open(path).unwrap());
        let shown = |entry: io::Result<tar::Entry<'_, File>>| {
            let entry = entry.unwrap();
            let kind = char::from(entry.header().entry_type().as_byte());
            format!("{kind} {}", entry.path().unwrap().display())
        };
        archive.entries().unwrap().map(shown).collect()
    }

    #[test]
    fn a_tree_is_packed_with_the_directories_above_it() {
        let room = tempfile::tempdir().unwrap();
        let tree = room.path().join("tree");
        fs::create_dir(&tree).unwrap();
        fs::write(tree.join("file"), "content").unwrap();
        fs::hard_link(tree.join("file"), room.path().join("other")).unwrap();
        let long = "x".repeat(300);
        let other = room.path().join("other");
        let archive = room.path().join("archive");
        let includes = [(tree.as_path(), "a/b"), (&other, "a/c"), (&other, &long)];
        packed(&includes, &archive).unwrap();
        let expected = ["5 a", "5 a/b", "0 a/b/file", "1 a/c", &format!("1 {long}")];
        assert_eq!(entries(&archive), expected);
        let whole = room.path().join("whole");
        packed(&[(&tree, "")], &whole).unwrap();
        assert_eq!(entries(&whole), ["5 .", "0 file"]);
    }

    #[test]
    fn what_can_not_be_packed_is_named() {
        let room = tempfile::tempdir().unwrap();
        let (tree, file) = (room.path().join("tree"), room.path().join("file"));
        fs::create_dir(&tree).unwrap();
        symlink("/", tree.join("link")).unwrap();
        fs::write(&file, "").unwrap();
        for (number, (includes, problem)) in [
            (vec![(&*file, "")], "name a path below it"),
            (vec![(&*tree, "t"), (&*file, "t/link/x")], "not a directory"),
            (vec![(&*file, "t"), (&*tree, "t")], "already exists"),
            (vec![(Path::new("/missing/x"), "t")], "/missing: "),
        ]
        .into_iter()
        .enumerate()
        {
            let message = packed(&includes, &room.path().join(number.to_string()));
            let message = message.unwrap_err();
            assert!(message.contains(problem), "{message}");
        }
    }
}
