//! Finds the kernel modules that a sandbox needs, in the order in which they have to be loaded.

use std::collections::{HashMap, HashSet};
use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use crate::builder::boot::decompress::{Compression, read_bounded};

/// What every machine needs: its PCI devices, the root file system and the console.
pub const NEEDED: [&str; 4] = ["virtio_pci", "9p", "9pnet_virtio", "virtio_console"];

/// Larger than any module, debugging information included.
const LARGEST: u64 = 256 << 20;

/// Why the modules of a kernel can't be had.
#[derive(Debug, thiserror::Error)]
pub enum ModuleError {
    /// There is no list of modules, or it can't be read.
    #[error(
        "{}",
        tr!(
            "cannot read {path}: {source}; install the modules of this kernel, or run depmod if they are there",
            path = .path.display(),
            source,
        )
    )]
    List {
        /// The list.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The kernel has no such module.
    #[error(
        "{}",
        tr!(
            "kernel {release} has no module {name}, neither built in nor below {dir}: use a kernel that has it",
            release,
            name,
            dir = .dir.display(),
        )
    )]
    Missing {
        /// The module.
        name: String,
        /// The kernel.
        release: String,
        /// The directory of its modules.
        dir: PathBuf,
    },
    /// The file of a module can't be read.
    #[error(
        "{}",
        tr!("cannot read kernel module {path}: {source}", path = .path.display(), source)
    )]
    Load {
        /// The file.
        path: PathBuf,
        /// What the system said, or the decoder.
        source: io::Error,
    },
}

/// A module, ready for the guest to load.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    /// Its file name without the suffix of a compression, such as `9pnet_virtio.ko`.
    pub file_name: String,
    /// The uncompressed file.
    pub data: Vec<u8>,
}

/// The modules of one kernel.
#[derive(Debug)]
pub struct ModuleTree {
    dir: PathBuf,
    release: String,
    /// The lines of `modules.dep` by module: of the thousands only a few are taken apart.
    modules: HashMap<String, String>,
    builtin: HashSet<String>,
    soft: HashMap<String, SoftDependencies>,
}

#[derive(Debug, Default)]
struct SoftDependencies {
    pre: Vec<String>,
    post: Vec<String>,
}

/// A load order in the making.
#[derive(Default)]
struct Order {
    files: Vec<PathBuf>,
    seen: HashSet<String>,
}

/// What is left to do for a load order.
enum Step {
    Need(String),
    Load(PathBuf),
}

impl ModuleTree {
    /// Reads the lists in `dir`, such as `/lib/modules/6.1.0-1-amd64`.
    pub fn open(dir: &Path) -> Result<Self, ModuleError> {
        let list = |name: &str| {
            let path = dir.join(name);
            fs::read_to_string(&path).map_err(|source| ModuleError::List { path, source })
        };
        // A kernel without modules built in, or without soft dependencies, may lack these lists.
        let optional_list = |name: &str| match list(name) {
            Err(ModuleError::List { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                Ok(String::new())
            }
            other => other,
        };
        Ok(Self {
            dir: dir.to_owned(),
            release: dir
                .file_name()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default(),
            modules: list("modules.dep")?
                .lines()
                .filter_map(|line| Some((module_name(line.split_once(':')?.0)?, line.to_owned())))
                .collect(),
            builtin: optional_list("modules.builtin")?
                .lines()
                .filter_map(module_name)
                .collect(),
            soft: parse_soft_dependencies(&optional_list("modules.softdep")?),
        })
    }

    /// The files of the modules `required` and everything they depend on, in load order. Modules built into the kernel
    /// are left out, and so are those of `optional` that there are none of.
    pub fn resolve<'a>(
        &self,
        required: impl IntoIterator<Item = &'a str>,
        optional: impl IntoIterator<Item = &'a str>,
    ) -> Result<Vec<PathBuf>, ModuleError> {
        let mut order = Order::default();
        for name in required {
            self.add(&normalized(name), &mut order)?;
        }
        for name in optional {
            let name = normalized(name);
            if self.knows(&name) {
                self.add(&name, &mut order)?;
            }
        }
        Ok(order.files)
    }

    fn knows(&self, name: &str) -> bool {
        self.modules.contains_key(name) || self.builtin.contains(name)
    }

    /// Adds a module and all it needs. How deep that goes is up to the lists, so it is no recursion.
    fn add(&self, name: &str, order: &mut Order) -> Result<(), ModuleError> {
        let mut left = vec![Step::Need(name.to_owned())];
        while let Some(step) = left.pop() {
            let name = match step {
                Step::Load(path) => {
                    order.files.push(path);
                    continue;
                }
                Step::Need(name) => name,
            };
            if self.builtin.contains(&name) || !order.seen.insert(name.clone()) {
                continue;
            }
            let Some((path, dependencies)) = self
                .modules
                .get(&name)
                .and_then(|line| line.split_once(':'))
            else {
                return Err(ModuleError::Missing {
                    name,
                    release: self.release.clone(),
                    dir: self.dir.clone(),
                });
            };
            // What is pushed last is done first.
            let soft = self.soft.get(&name);
            left.extend(soft.into_iter().flat_map(|soft| self.known(&soft.post)));
            left.push(Step::Load(self.dir.join(path)));
            // As in `kernel/fs/9p/9p.ko.xz: kernel/net/9p/9pnet.ko.xz kernel/fs/netfs/netfs.ko.xz`, the last one is the
            // first to load.
            let dependencies = dependencies.split_whitespace().filter_map(module_name);
            left.extend(dependencies.map(Step::Need));
            left.extend(soft.into_iter().flat_map(|soft| self.known(&soft.pre)));
        }
        Ok(())
    }

    /// Soft dependencies may be absent: then the kernel does without.
    fn known<'a>(&'a self, names: &'a [String]) -> impl Iterator<Item = Step> + 'a {
        let known = names.iter().rev().filter(move |name| self.knows(name));
        known.cloned().map(Step::Need)
    }
}

impl Module {
    /// Reads the module in the file `path`, and decompresses it.
    pub fn load(path: &Path) -> Result<Self, ModuleError> {
        let failed = |source| ModuleError::Load {
            path: path.to_owned(),
            source,
        };
        Ok(Self {
            file_name: guest_file_name(path),
            data: read_module(path).map_err(failed)?,
        })
    }
}

/// The name of a module's file in the guest, where modules are uncompressed.
pub fn guest_file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let stem = name.split_once(".ko").map_or(&*name, |(stem, _)| stem);
    format!("{stem}.ko")
}

fn read_module(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = BufReader::new(File::open(path)?);
    let mut magic = Vec::new();
    Read::by_ref(&mut file).take(6).read_to_end(&mut magic)?;
    let compression = Compression::detect(&magic);
    let whole = magic.as_slice().chain(file);
    let data = match compression {
        Some(compression) => read_bounded(compression.decoder(whole)?, LARGEST)?,
        None => read_bounded(whole, LARGEST)?,
    };
    if !data.starts_with(b"\x7fELF") {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            tr!("it holds no kernel module"),
        ));
    }
    Ok(data)
}

/// The name of the module in the file `path`: in names, - and _ are the same.
fn module_name(path: &str) -> Option<String> {
    let (stem, _) = path.trim().rsplit('/').next()?.split_once(".ko")?;
    Some(normalized(stem))
}

fn normalized(name: &str) -> String {
    name.replace('-', "_")
}

/// Reads lines such as `softdep r8169 pre: realtek post: led`.
fn parse_soft_dependencies(list: &str) -> HashMap<String, SoftDependencies> {
    let mut all: HashMap<String, SoftDependencies> = HashMap::new();
    for line in list.lines() {
        let Some(rest) = line.strip_prefix("softdep ") else {
            continue;
        };
        let mut words = rest.split_whitespace();
        let Some(name) = words.next() else { continue };
        let soft = all.entry(normalized(name)).or_default();
        let mut names: Option<&mut Vec<String>> = None;
        for word in words {
            match word {
                "pre:" => names = Some(&mut soft.pre),
                "post:" => names = Some(&mut soft.post),
                name => {
                    if let Some(names) = &mut names {
                        names.push(normalized(name));
                    }
                }
            }
        }
    }
    all
}

#[cfg(test)]
#[path = "modules_tests.rs"]
mod tests;
