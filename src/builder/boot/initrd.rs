//! Writes the initial RAM disk of a machine: its init, the kernel modules and the plan.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use cpio::newc::{self, ModeFileType};

use crate::builder::boot::cache::{Cache, Key};
use crate::builder::boot::modules::{Module, ModuleError};

/// Changed whenever the same input gives another archive.
const FORMAT: &str = "initrd 2";
const DIRECTORIES: [&str; 5] = ["dev", "modules", "proc", "root", "sys"];

/// Why the initial RAM disk can't be written.
#[derive(Debug, thiserror::Error)]
pub enum InitrdError {
    /// The init can't be read.
    #[error(
        "{}",
        tr!(
            "cannot read {path}: {source}; reinstall libvirt-sandbox or name another init",
            path = .path.display(),
            source,
        )
    )]
    Init {
        /// The init.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The archive can't be written.
    #[error(
        "{}",
        tr!("cannot write initial ram disk {path}: {source}", path = .path.display(), source)
    )]
    Write {
        /// The archive.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A module can't be read.
    #[error(transparent)]
    Module(#[from] ModuleError),
    /// The cache failed, and so did the place beside it.
    #[error("{}", tr!("cannot write initial ram disk: {reason}", reason = .0))]
    Store(#[from] io::Error),
}

/// What is in an initial RAM disk.
#[derive(Clone, Copy, Debug)]
pub struct Initrd<'a> {
    /// The first process of the guest, a static executable, which becomes `/init`.
    pub init: &'a Path,
    /// What it has to do, which becomes `/plan`.
    pub plan: Option<&'a [u8]>,
    /// What becomes `/modules/<file name>`, in load order, which is in `/modules.load`.
    pub modules: &'a [Module],
}

impl Initrd<'_> {
    /// Writes the archive to `out`: the same bytes for the same content.
    pub fn write_to(&self, out: impl Write) -> Result<(), InitrdError> {
        let init = std::fs::read(self.init).map_err(|source| InitrdError::Init {
            path: self.init.to_owned(),
            source,
        })?;
        let mut archive = Archive::new(BufWriter::new(out));
        for name in DIRECTORIES {
            archive.directory(name)?;
        }
        // The kernel opens it as the standard streams of init, before init can create anything.
        archive.device("dev/console", 5, 1)?;
        archive.file("init", 0o755, &init)?;
        let load: String = self
            .modules
            .iter()
            .map(|module| format!("{}\n", module.file_name))
            .collect();
        archive.file("modules.load", 0o644, load.as_bytes())?;
        let mut modules: Vec<&Module> = self.modules.iter().collect();
        modules.sort_by(|a, b| a.file_name.cmp(&b.file_name));
        for module in modules {
            archive.file(
                &format!("modules/{}", module.file_name),
                0o644,
                &module.data,
            )?;
        }
        if let Some(plan) = self.plan {
            archive.file("plan", 0o600, plan)?;
        }
        Ok(archive.finish()?)
    }

    /// Writes the archive to the new file `target`, which only this user can read: the plan is private.
    pub fn create(&self, target: &Path) -> Result<(), InitrdError> {
        let written = self.write_to(create_private(target)?);
        if written.is_err() {
            // Half an archive is of no use; the first error is the one to tell.
            let _ = std::fs::remove_file(target);
        }
        written
    }
}

/// The archive with `init` and the modules in `files`, from the cache; it lacks the plan.
pub fn cached_base(cache: &Cache, init: &Path, files: &[PathBuf]) -> Result<PathBuf, InitrdError> {
    let inputs = std::iter::once(init).chain(files.iter().map(PathBuf::as_path));
    cache.get("initrd", &Key::new(inputs, [FORMAT]), |out| {
        let modules: Vec<Module> = files
            .iter()
            .map(|path| Module::load(path))
            .collect::<Result<_, _>>()?;
        let base = Initrd {
            init,
            plan: None,
            modules: &modules,
        };
        base.write_to(out)
    })
}

/// Writes `base` and `plan` to the new file `target`: Linux unpacks archives that follow each other.
pub fn add_plan(base: &Path, plan: &[u8], target: &Path) -> Result<(), InitrdError> {
    let mut out = create_private(target)?;
    let copied = File::open(base).and_then(|mut from| {
        io::copy(&mut from, &mut out)?;
        let mut archive = Archive::new(BufWriter::new(&mut out));
        archive.file("plan", 0o600, plan)?;
        archive.finish()
    });
    copied.map_err(|source| InitrdError::Write {
        path: target.to_owned(),
        source,
    })
}

fn create_private(target: &Path) -> Result<File, InitrdError> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(target)
        .map_err(|source| InitrdError::Write {
            path: target.to_owned(),
            source,
        })
}

/// A newc archive whose entries carry nothing of the host: no time, no owner, inodes in sequence.
struct Archive<W: Write> {
    out: W,
    entries: u32,
}

impl<W: Write> Archive<W> {
    fn new(out: W) -> Self {
        Self { out, entries: 0 }
    }

    fn directory(&mut self, name: &str) -> io::Result<()> {
        let entry = newc::Builder::new(name).mode(0o755).nlink(2);
        self.add(entry.set_mode_file_type(ModeFileType::Directory), &[])
    }

    fn device(&mut self, name: &str, major: u32, minor: u32) -> io::Result<()> {
        let entry = newc::Builder::new(name)
            .mode(0o600)
            .rdev_major(major)
            .rdev_minor(minor);
        self.add(entry.set_mode_file_type(ModeFileType::Char), &[])
    }

    fn file(&mut self, name: &str, mode: u32, data: &[u8]) -> io::Result<()> {
        let entry = newc::Builder::new(name).mode(mode);
        self.add(entry.set_mode_file_type(ModeFileType::Regular), data)
    }

    fn add(&mut self, entry: newc::Builder, data: &[u8]) -> io::Result<()> {
        let too_large = |_| {
            io::Error::new(
                io::ErrorKind::FileTooLarge,
                tr!("a file larger than 4 GiB does not fit into it"),
            )
        };
        let size = data.len().try_into().map_err(too_large)?;
        self.entries += 1;
        let mut writer = entry.ino(self.entries).write(&mut self.out, size);
        writer.write_all(data)?;
        writer.finish()?;
        Ok(())
    }

    fn finish(mut self) -> io::Result<()> {
        newc::trailer(&mut self.out)?;
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Read;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn module(name: &str, data: &[u8]) -> Module {
        Module {
            file_name: name.to_owned(),
            data: data.to_vec(),
        }
    }

    fn room() -> (tempfile::TempDir, PathBuf) {
        let root = tempfile::tempdir().unwrap();
        let init = root.path().join("my-init");
        fs::write(&init, "init!").unwrap();
        (root, init)
    }

    type Listing = Vec<(String, u32, Vec<u8>)>;

    /// Name, mode and content of every entry up to the trailer, and what follows it.
    fn entries(mut archive: &[u8]) -> (Listing, &[u8]) {
        let mut found = Vec::new();
        loop {
            let mut reader = newc::Reader::new(archive).unwrap();
            let entry = reader.entry().clone();
            assert_eq!((entry.mtime(), entry.uid(), entry.gid()), (0, 0, 0));
            let mut data = Vec::new();
            reader.read_to_end(&mut data).unwrap();
            archive = reader.finish().unwrap();
            if entry.is_trailer() {
                return (found, archive);
            }
            found.push((entry.name().to_owned(), entry.mode(), data));
        }
    }

    #[test]
    fn holds_everything_in_order() {
        let (_root, init) = room();
        let modules = [module("b.ko", b"bb"), module("a.ko", b"a")];
        let initrd = Initrd {
            init: &init,
            plan: Some(b"{}"),
            modules: &modules,
        };
        let mut archive = Vec::new();
        initrd.write_to(&mut archive).unwrap();
        let (found, rest) = entries(&archive);
        let listing: Vec<(&str, u32, &[u8])> = found
            .iter()
            .map(|(name, mode, data)| (name.as_str(), *mode, data.as_slice()))
            .collect();
        assert_eq!(
            listing,
            [
                ("dev", 0o040755, &b""[..]),
                ("modules", 0o040755, b""),
                ("proc", 0o040755, b""),
                ("root", 0o040755, b""),
                ("sys", 0o040755, b""),
                ("dev/console", 0o020600, b""),
                ("init", 0o100755, b"init!"),
                ("modules.load", 0o100644, b"b.ko\na.ko\n"),
                ("modules/a.ko", 0o100644, b"a"),
                ("modules/b.ko", 0o100644, b"bb"),
                ("plan", 0o100600, b"{}"),
            ]
        );
        assert!(rest.is_empty());
        let mut again = Vec::new();
        initrd.write_to(&mut again).unwrap();
        assert!(archive == again);
    }

    #[test]
    fn the_console_is_a_device() {
        let (_root, init) = room();
        let initrd = Initrd {
            init: &init,
            plan: None,
            modules: &[],
        };
        let mut archive = Vec::new();
        initrd.write_to(&mut archive).unwrap();
        let mut rest = archive.as_slice();
        loop {
            let reader = newc::Reader::new(rest).unwrap();
            let entry = reader.entry();
            if entry.name() == "dev/console" {
                assert_eq!((entry.rdev_major(), entry.rdev_minor()), (5, 1));
                return;
            }
            assert!(!entry.is_trailer());
            rest = reader.finish().unwrap();
        }
    }

    #[test]
    fn a_plan_follows_the_base() {
        let (root, init) = room();
        let file = root.path().join("m.ko");
        fs::write(&file, b"\x7fELF module").unwrap();
        let cache = Cache::at(&root.path().join("cache"), 0o700, root.path());
        let base = cached_base(&cache, &init, &[file]).unwrap();
        let target = root.path().join("initrd");
        add_plan(&base, b"the plan", &target).unwrap();
        assert_eq!(
            fs::metadata(&target).unwrap().permissions().mode() & 0o777,
            0o600
        );
        let archive = fs::read(&target).unwrap();
        let (found, rest) = entries(&archive);
        assert!(found.iter().any(|(name, ..)| name == "modules/m.ko"));
        assert!(found.iter().all(|(name, ..)| name != "plan"));
        let (found, rest) = entries(rest);
        assert_eq!(found, [("plan".to_owned(), 0o100600, b"the plan".to_vec())]);
        assert!(rest.is_empty());
    }

    #[test]
    fn another_init_or_module_makes_another_base() {
        let (root, init) = room();
        let file = root.path().join("a.ko");
        fs::write(&file, b"\x7fELF module").unwrap();
        let cache = Cache::at(&root.path().join("cache"), 0o700, root.path());
        let base =
            |files: &[PathBuf]| fs::read(cached_base(&cache, &init, files).unwrap()).unwrap();
        let both = base(std::slice::from_ref(&file));
        assert_ne!(base(&[]), both);
        assert_eq!(base(std::slice::from_ref(&file)), both);
        fs::write(&file, b"\x7fELF MODULE").unwrap();
        let changed = base(std::slice::from_ref(&file));
        assert!(changed.windows(6).any(|window| window == b"MODULE"));
        fs::write(&init, "INIT!").unwrap();
        let changed = base(&[file]);
        assert!(changed.windows(5).any(|window| window == b"INIT!"));
    }

    #[test]
    fn an_existing_file_is_not_overwritten() {
        let (root, init) = room();
        let target = root.path().join("initrd");
        fs::write(&target, "mine").unwrap();
        let initrd = Initrd {
            init: &init,
            plan: None,
            modules: &[],
        };
        let message = initrd.create(&target).unwrap_err().to_string();
        assert!(message.contains(target.to_str().unwrap()), "{message}");
        assert!(add_plan(&init, b"", &target).is_err());
        assert_eq!(fs::read(&target).unwrap(), b"mine");
    }

    #[test]
    fn a_missing_init_is_named() {
        let (root, init) = room();
        fs::remove_file(&init).unwrap();
        let initrd = Initrd {
            init: &init,
            plan: None,
            modules: &[],
        };
        let target = root.path().join("initrd");
        let message = initrd.create(&target).unwrap_err().to_string();
        assert!(message.contains(init.to_str().unwrap()), "{message}");
        assert!(!target.exists());
        let cache = Cache::at(&root.path().join("cache"), 0o700, root.path());
        let message = cached_base(&cache, &init, &[]).unwrap_err().to_string();
        assert!(message.contains(init.to_str().unwrap()), "{message}");
    }
}
