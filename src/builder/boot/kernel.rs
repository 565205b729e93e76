//! Chooses the kernel that a machine boots.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::builder::boot::release::{self, Release};

/// What the names of kernel images in the boot directory start with.
const IMAGE_PREFIXES: [&str; 3] = ["vmlinuz-", "kernel-", "vmlinux-"];

/// Which kernel is wanted.
#[derive(Clone, Debug, Default)]
pub struct KernelRequest {
    /// Its release, such as `6.1.0-1-amd64`.
    pub release: Option<String>,
    /// Its image.
    pub path: Option<PathBuf>,
    /// The directory that holds a directory of modules for each release, as `/lib/modules` does.
    pub module_dir: Option<PathBuf>,
    /// The release that runs on this host, preferred when nothing is configured.
    pub running: String,
}

/// Where kernels are installed.
#[derive(Clone, Debug)]
pub struct Places {
    /// The directory of images.
    pub boot: PathBuf,
    /// Directories like `/lib/modules`.
    pub modules: Vec<PathBuf>,
}

impl Default for Places {
    fn default() -> Self {
        Self {
            boot: "/boot".into(),
            modules: vec!["/lib/modules".into(), "/usr/lib/modules".into()],
        }
    }
}

/// A kernel that can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kernel {
    /// Its release.
    pub release: String,
    /// Its image.
    pub image: PathBuf,
    /// The directory with its `modules.dep`.
    pub modules: PathBuf,
    /// Why this one was taken, for somebody who wonders.
    pub why: String,
}

/// Why there is no kernel.
#[derive(Debug, thiserror::Error)]
pub enum KernelError {
    /// The configured image can't be used.
    #[error(
        "{}",
        tr!(
            "cannot read kernel image {path}: {source}{advice}",
            path = .path.display(),
            source,
            advice = advice(.source),
        )
    )]
    Image {
        /// The image.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The release of the configured image is not known.
    #[error(
        "{}",
        tr!(
            "cannot tell which release kernel image {path} is: configure its release too",
            path = .0.display(),
        )
    )]
    UnknownRelease(PathBuf),
    /// Nothing fits.
    #[error(
        "{}",
        tr!(
            "found no {wanted}: {looked_for}; install a kernel, or configure another one",
            wanted,
            looked_for = .looked_for.join(", "),
        )
    )]
    NotFound {
        /// What was wanted.
        wanted: String,
        /// Each thing that was looked for, and what was found instead.
        looked_for: Vec<String>,
    },
}

fn advice(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => {
            tr!("; make it readable for this user (chmod a+r), or configure another kernel")
        }
        io::ErrorKind::NotFound => tr!("; configure another kernel"),
        _ => String::new(),
    }
}

impl KernelRequest {
    /// Chooses a kernel: the configured one, else the running one, else the newest that is installed with its modules.
    pub fn choose(&self, places: &Places) -> Result<Kernel, KernelError> {
        let mut search = Search {
            boot: &places.boot,
            modules: match &self.module_dir {
                Some(dir) => std::slice::from_ref(dir),
                None => &places.modules,
            },
            looked_for: Vec::new(),
        };
        let (wanted, found) = match (&self.path, &self.release) {
            (Some(path), release) => {
                let release = configured_release(path, release.as_deref())?;
                let wanted = tr!(
                    "modules of kernel {release} for image {path}",
                    release,
                    path = path.display()
                );
                let modules = search.modules_of(&release);
                let found = modules.map(|modules| Kernel {
                    release,
                    image: path.clone(),
                    modules,
                    why: tr!("its image is configured"),
                });
                (wanted, found)
            }
            (None, Some(release)) => (
                tr!("kernel {release}", release),
                search.find(release, tr!("its release is configured")),
            ),
            (None, None) => (
                tr!("kernel that a machine can boot"),
                search
                    .find(&self.running, tr!("it is the one that runs on this host"))
                    .or_else(|| search.newest(&self.running)),
            ),
        };
        found.ok_or(KernelError::NotFound {
            wanted,
            looked_for: search.looked_for,
        })
    }
}

fn configured_release(path: &Path, release: Option<&str>) -> Result<String, KernelError> {
    let unreadable = |source| KernelError::Image {
        path: path.to_owned(),
        source,
    };
    let mut image = open_image(path).map_err(unreadable)?;
    if let Some(release) = release {
        return Ok(release.to_owned());
    }
    release::of_image(&mut image)
        .map_err(unreadable)?
        .or_else(|| release_in_name(path))
        .ok_or_else(|| KernelError::UnknownRelease(path.to_owned()))
}

/// Opens an image, but nothing that would make the reader wait, such as a named pipe.
fn open_image(path: &Path) -> io::Result<File> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other(tr!("it is not a regular file")));
    }
    File::open(path)
}

fn release_in_name(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_str()?;
    IMAGE_PREFIXES
        .iter()
        .find_map(|prefix| name.strip_prefix(prefix))
        .map(str::to_owned)
}

/// A search that remembers what it looked for.
struct Search<'a> {
    boot: &'a Path,
    modules: &'a [PathBuf],
    looked_for: Vec<String>,
}

impl Search<'_> {
    fn modules_of(&mut self, release: &str) -> Option<PathBuf> {
        for root in self.modules {
            let dir = root.join(release);
            let list = dir.join("modules.dep");
            match File::open(&list) {
                Ok(_) => return Some(dir),
                Err(error) => self.note(&list, &error),
            }
        }
        None
    }

    fn image_of(&mut self, release: &str) -> Option<PathBuf> {
        let in_boot = IMAGE_PREFIXES.map(|prefix| self.boot.join(format!("{prefix}{release}")));
        let with_modules = self
            .modules
            .iter()
            .map(|root| root.join(release).join("vmlinuz"));
        for path in in_boot.into_iter().chain(with_modules) {
            match open_image(&path) {
                Ok(_) => return Some(path),
                Err(error) => self.note(&path, &error),
            }
        }
        None
    }

    fn note(&mut self, path: &Path, error: &io::Error) {
        self.looked_for.push(match error.kind() {
            io::ErrorKind::NotFound => tr!("no {path}", path = path.display()),
            _ => format!("{} ({error}{})", path.display(), advice(error)),
        });
    }

    fn find(&mut self, release: &str, why: impl Into<String>) -> Option<Kernel> {
        // Both are looked for, so that a message names all that is missing.
        let (image, modules) = (self.image_of(release), self.modules_of(release));
        Some(Kernel {
            release: release.to_owned(),
            image: image?,
            modules: modules?,
            why: why.into(),
        })
    }

    fn newest(&mut self, running: &str) -> Option<Kernel> {
        let why = tr!(
            "it is the newest installed one, as the running kernel {running} lacks its image or modules",
            running
        );
        let mut releases: Vec<Release> = self.installed().into_iter().map(Release).collect();
        releases.sort();
        let found = releases
            .iter()
            .rev()
            .filter(|release| release.0 != running)
            .find_map(|release| self.find(&release.0, &*why));
        if releases.is_empty() {
            let pattern = self.boot.join("vmlinuz-*");
            self.looked_for
                .push(tr!("no {path}", path = pattern.display()));
        }
        found
    }

    fn installed(&mut self) -> BTreeSet<String> {
        let in_boot = self.list(self.boot);
        let mut found: BTreeSet<String> = in_boot
            .iter()
            .filter_map(|path| release_in_name(path))
            .collect();
        for root in self.modules {
            let with_image = self.list(root).into_iter().filter_map(|dir| {
                let name = dir.file_name()?.to_str()?.to_owned();
                dir.join("vmlinuz").exists().then_some(name)
            });
            found.extend(with_image);
        }
        found
    }

    fn list(&mut self, dir: &Path) -> Vec<PathBuf> {
        match fs::read_dir(dir) {
            Ok(entries) => entries.flatten().map(|entry| entry.path()).collect(),
            Err(error) => {
                self.note(dir, &error);
                Vec::new()
            }
        }
    }
}

#[cfg(test)]
#[path = "kernel_tests.rs"]
mod tests;
