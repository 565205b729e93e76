//! From the command line to the configuration of a sandbox.

use std::ffi::{CString, OsStr, OsString};
use std::io::IsTerminal;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use glib::prelude::*;
use libvirt_sandbox::config::{
    Config, ConfigError, ConfigExt, ConfigInteractive, ConfigPropertiesExt,
};
use thiserror::Error;

use crate::args::Args;
use crate::here;
use crate::identity::{Identity, IdentityError};

/// What the command line asks for and can't have.
#[derive(Debug, Error)]
pub enum ConfigureError {
    /// The program can't run as that user.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// A relative path leads nowhere.
    #[error("{}", tr!("cannot tell which directory this is: {reason}", reason = .0))]
    Here(std::io::Error),
    /// An option or the configuration file is malformed.
    #[error(transparent)]
    Option(#[from] ConfigError),
    /// The configuration file is for something else.
    #[error(
        "{}",
        tr!(
            "{path} does not configure an interactive sandbox, which is what virt-sandbox runs",
            path = .0.display(),
        )
    )]
    Service(std::path::PathBuf),
    /// There is nothing to run.
    #[error(
        "{}",
        tr!("no program to run: {path} names none, give one as COMMAND", path = .0.display())
    )]
    NoCommand(std::path::PathBuf),
    /// Nobody can tell where the directory of the overlay is.
    #[error(
        "{}",
        tr!(
            "cannot use {path} as the directory of the overlay: {source}",
            path = path.display(),
            source,
        )
    )]
    Overlay {
        path: std::path::PathBuf,
        source: std::io::Error,
    },
    /// The root directory does not exist.
    #[error(
        "{}",
        tr!("cannot use {path} as the root directory: {source}", path = path.display(), source)
    )]
    Root {
        path: std::path::PathBuf,
        source: std::io::Error,
    },
}

/// The name of a sandbox that got none.
pub const DEFAULT_NAME: &str = "sandbox";

/// Makes the configuration of a sandbox named `name`, or as its file or nobody names it.
pub fn configure(args: &Args, name: Option<&str>) -> Result<ConfigInteractive, ConfigureError> {
    let config = match &args.config {
        Some(file) => load(file, name)?,
        None => ConfigInteractive::new(&text(OsStr::new(name.unwrap_or(DEFAULT_NAME)))),
    };
    if !args.command.is_empty() {
        config.set_command(args.command.iter().map(|word| text(word)).collect());
    }
    config.set_tty(std::io::stdin().is_terminal() && std::io::stdout().is_terminal());
    if let Some(root) = &args.root {
        // Links on the way are for the builder to follow, or not.
        let absolute = root.metadata().and_then(|_| std::path::absolute(root));
        let root = absolute.map_err(|source| ConfigureError::Root {
            path: root.clone(),
            source,
        })?;
        config.set_root(Some(root));
    }
    set_overlay(args, &config)?;
    if let Some(memory) = args.memory {
        config.set_memory(memory);
    }
    if let Some(cpus) = args.cpus {
        config.set_vcpus(cpus.div_ceil(1000));
        config.set_cpu_limit(if cpus % 1000 == 0 { 0 } else { cpus });
    }
    if let Some(directory) = &args.workdir {
        config.set_workdir(Some(from_here(directory)?));
    }
    if let Some(name) = &args.hostname {
        config.set_hostname(Some(Path::new(name)));
    }
    if let Some(duration) = args.timeout {
        // At least one, for 0 is no limit.
        let milliseconds = duration.as_millis().max(1);
        config.set_timeout(u64::try_from(milliseconds).unwrap_or(u64::MAX));
    }
    if let Some(release) = &args.kernver {
        config.set_kernrelease(Some(Path::new(release)));
    }
    if let Some(path) = &args.kernpath {
        config.set_kernpath(Some(from_here(path)?));
    }
    if let Some(path) = &args.kmodpath {
        config.set_kmodpath(Some(from_here(path)?));
    }
    set_identity(args, &config)?;
    for variable in &args.env {
        config.add_env_opts(&text(variable))?;
    }
    for disk in &args.disk {
        let disk = here::source(disk, &["file", "block"]).map_err(ConfigureError::Here)?;
        config.add_disk_opts(&text(&disk))?;
    }
    for mount in mounts(args) {
        let mount = here::source(&mount, &["host-bind", "host-image"]);
        config.add_mount_opts(&text(&mount.map_err(ConfigureError::Here)?))?;
    }
    for include in &args.include {
        let include = here::include(include).map_err(ConfigureError::Here)?;
        config.add_host_include(&text(&include))?;
    }
    if let Some(file) = &args.includefile {
        config.add_host_include_file(file)?;
    }
    for network in &args.network {
        config.add_network_opts(&text(network))?;
    }
    if let Some(security) = &args.security {
        config.set_security_opts(&text(security))?;
    }
    if args.no_seccomp {
        config.set_seccomp(false);
    }
    config.set_userns(args.userns || config.userns());
    config.set_shell(args.shell || config.shell());
    config.set_debug(args.debug || config.debug());
    config.set_verbose(args.verbose || config.verbose());
    Ok(config)
}

/// All mounts, as --mount has them.
fn mounts(args: &Args) -> Vec<OsString> {
    let short = [
        ("host-bind:", &args.host_bind),
        ("host-image:", &args.host_image),
        ("guest-bind:", &args.guest_bind),
    ];
    let mut all = args.mount.clone();
    for (kind, values) in short {
        for value in values {
            let mut mount = OsString::from(kind);
            mount.push(value);
            all.push(mount);
        }
    }
    all
}

fn from_here(path: &Path) -> Result<PathBuf, ConfigureError> {
    std::path::absolute(path).map_err(ConfigureError::Here)
}

/// Reads the configuration in `path`, for a sandbox named `name` instead of what the file says.
fn load(path: &Path, name: Option<&str>) -> Result<ConfigInteractive, ConfigureError> {
    let config = match name {
        Some(name) => Config::load_renamed(path, Path::new(name)),
        None => Config::load_from_path(path),
    };
    config?
        .downcast()
        .map_err(|_| ConfigureError::Service(path.to_owned()))
}

fn set_identity(args: &Args, config: &ConfigInteractive) -> Result<(), ConfigureError> {
    let name = match &args.switchto {
        Some(name) => name.as_str(),
        None if args.privileged => "root",
        None => return Ok(()),
    };
    let user = Identity::find(name)?;
    config.set_uid(user.uid.as_raw());
    config.set_gid(user.gid.as_raw());
    config.set_username(Some(Path::new(&user.name)));
    config.set_homedir(Some(user.home));
    config.set_privileged(args.privileged);
    Ok(())
}

fn set_overlay(args: &Args, config: &ConfigInteractive) -> Result<(), ConfigureError> {
    if let Some(size) = args.overlay_size {
        config.set_overlay_size(size);
    }
    match &args.overlay {
        None => {}
        Some(None) => {
            config.set_overlay(true);
            config.set_overlay_dir(None::<&Path>);
        }
        Some(Some(directory)) => {
            let absolute = std::path::absolute(directory);
            config.set_overlay_dir(Some(absolute.map_err(|source| {
                ConfigureError::Overlay {
                    path: directory.clone(),
                    source,
                }
            })?));
        }
    }
    Ok(())
}

/// An argument; the operating system gives none with a zero byte.
pub fn text(argument: &OsStr) -> CString {
    CString::new(argument.as_bytes()).unwrap_or_default()
}
