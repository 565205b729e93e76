//! Why there is no domain for a configuration.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::builder::boot::initrd::InitrdError;
use crate::builder::boot::kernel::KernelError;
use crate::builder::boot::modules::ModuleError;
use crate::builder::boot::vmlinux::ImageError;
use crate::driver::UriError;
use sandbox_gettext::translate;

/// Why a builder failed.
#[derive(Debug, Error)]
pub enum BuilderError {
    /// The connection leads to no driver that sandboxes run on.
    #[error(transparent)]
    Uri(#[from] UriError),
    /// The connection was never opened.
    #[error("{}", tr!("the connection is not open"))]
    NotConnected,
    /// libvirt does not tell its capabilities.
    #[error("{}", tr!("cannot get the capabilities of libvirt: {reason}", reason = .0))]
    Capabilities(glib::Error),
    /// More or less of the host than a sandbox can have.
    #[error("{}", tr!("cannot give the sandbox {wanted}: {problem}", wanted, problem))]
    Resources {
        /// How much of what.
        wanted: String,
        /// What is wrong.
        problem: String,
    },
    /// A program that can't be run as it is configured.
    #[error("{}", tr!("cannot run the program: {problem}", problem = .0))]
    Program(String),
    /// A host name that is none.
    #[error(
        "{}",
        tr!(
            "'{path}' is no host name: use at most 64 letters, digits, '-' and '.', none of the last two at an end of a part",
            path = .0.display(),
        )
    )]
    HostName(PathBuf),
    /// Something that can't be mounted.
    #[error("{}", tr!("cannot mount at '{target}': {problem}", target = target.display(), problem))]
    Mount {
        /// Where in the sandbox.
        target: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// Something of the host that the sandbox can't be given.
    #[error("{}", tr!("cannot give the sandbox {wanted}: {problem}", wanted = path.display(), problem))]
    Source {
        /// Where it should be.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// What the host has mounted can't be told.
    #[error("{}", tr!("cannot tell what is mounted on the host: {reason}", reason = .0))]
    HostMounts(io::Error),
    /// A directory that can't keep what is written to the root.
    #[error(
        "{}",
        tr!(
            "cannot keep what is written in the overlay directory {path}: {problem}",
            path = path.display(),
            problem,
        )
    )]
    Overlay {
        /// The directory.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// A disk that the sandbox can't have.
    #[error("{}", tr!("cannot use the disk '{tag}': {problem}", tag = tag.display(), problem))]
    Disk {
        /// What it is called.
        tag: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// A network interface that the sandbox can't have.
    #[error("{}", tr!("cannot set up the network: {problem}", problem = .0))]
    Network(String),
    /// A security label that can't be had.
    #[error("{}", tr!("cannot confine the sandbox as configured: {problem}", problem = .0))]
    Security(String),
    /// No user namespace.
    #[error("{}", tr!("cannot give the sandbox a user namespace: {problem}", problem = .0))]
    UserNamespace(String),
    /// A path that a domain description can't hold.
    #[error(
        "{}",
        tr!(
            "{path} can't be used: libvirt takes only paths in UTF-8 without control characters",
            path = format_args!("{:?}", .0),
        )
    )]
    Path(PathBuf),
    /// libvirt-gconfig does not accept an element.
    #[error("{}", tr!("libvirt does not accept {xml}: {source}", xml, source))]
    Element {
        /// The element.
        xml: String,
        /// What was wrong with it.
        source: glib::Error,
    },
    /// The configured root directory can't be one.
    #[error(
        "{}",
        tr!("the root directory {path} can't be used: {source}", path = path.display(), source)
    )]
    Root {
        /// Where it should be.
        path: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
    /// There is no systemd to boot.
    #[error(
        "{}",
        tr!(
            "the root directory {path} has no systemd: install it there, or use a generic service",
            path = .0.display(),
        )
    )]
    NoSystemd(PathBuf),
    /// A helper program is missing.
    #[error(
        "{}",
        tr!(
            "cannot find the helper program {path}: is the installation complete?",
            path = .0.display(),
        )
    )]
    Helper(PathBuf),
    /// A variable of the environment has no meaning.
    #[error("{}", tr!("{name} is '{value}', use {allowed}", name, value, allowed = translate(allowed)))]
    Variable {
        /// Which variable.
        name: &'static str,
        /// What it is set to.
        value: String,
        /// What it may be set to.
        allowed: &'static str,
    },
    /// What the guest needs could not be written.
    #[error("{}", tr!("cannot write {path}: {source}", path = path.display(), source))]
    Write {
        /// Where.
        path: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
    /// A directory that others may have a hand in.
    #[error(
        "{}",
        tr!(
            "{path} can't hold the temporary files of sandboxes: {problem}; make it a directory that is yours alone, or set TMPDIR to another one",
            path = path.display(),
            problem,
        )
    )]
    Temporary {
        /// The directory.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// What was made for a run could not be removed.
    #[error("{}", tr!("cannot remove {path}: {source}", path = path.display(), source))]
    Remove {
        /// What.
        path: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
    /// No kernel.
    #[error(transparent)]
    Kernel(#[from] KernelError),
    /// A kernel image that can't be booted.
    #[error(transparent)]
    Image(#[from] ImageError),
    /// Kernel modules that can't be found or read.
    #[error(transparent)]
    Module(#[from] ModuleError),
    /// No initial RAM disk.
    #[error(transparent)]
    Initrd(#[from] InitrdError),
}

impl BuilderError {
    pub(crate) fn read(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Source {
            path: path.to_owned(),
            problem: source.to_string(),
        }
    }

    pub(crate) fn write(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Write {
            path: path.to_owned(),
            source,
        }
    }

    fn quark(&self) -> &'static str {
        match self {
            Self::Kernel(_) | Self::Image(_) | Self::Module(_) => "gvir-sandbox-builder-machine",
            Self::Initrd(_) => "gvir-sandbox-builder-initrd",
            _ => "gvir-sandbox-builder",
        }
    }
}

impl From<BuilderError> for glib::Error {
    fn from(error: BuilderError) -> Self {
        Self::with_domain(glib::Quark::from_str(error.quark()), 0, &error.to_string())
    }
}
