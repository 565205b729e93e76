//! From the command line to the configuration of a sandbox.

use std::ffi::{CString, OsStr};
use std::io::IsTerminal;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use libvirt_sandbox::config::{ConfigError, ConfigExt, ConfigInteractive, ConfigPropertiesExt};
use nix::unistd::User;
use thiserror::Error;

use crate::args::Args;

/// What the command line asks for and can't have.
#[derive(Debug, Error)]
pub enum ConfigureError {
    /// There is no such user.
    #[error("no user named '{0}' exists")]
    NoUser(String),
    /// The users can't be looked up.
    #[error("cannot look up the user '{user}': {source}")]
    Lookup { user: String, source: nix::Error },
    /// An option is malformed.
    #[error(transparent)]
    Option(#[from] ConfigError),
    /// The root directory does not exist.
    #[error("cannot use {path} as the root directory: {source}")]
    Root {
        path: std::path::PathBuf,
        source: std::io::Error,
    },
}

/// Makes the configuration of a sandbox named `name`.
pub fn configure(args: &Args, name: &str) -> Result<ConfigInteractive, ConfigureError> {
    let config = ConfigInteractive::new(&text(OsStr::new(name)));
    config.set_command(args.command.iter().map(|word| text(word)).collect());
    config.set_tty(std::io::stdin().is_terminal() && std::io::stdout().is_terminal());
    if let Some(root) = &args.root {
        let root = root.canonicalize().map_err(|source| ConfigureError::Root {
            path: root.clone(),
            source,
        })?;
        config.set_root(Some(root));
    }
    config.set_kernrelease(args.kernver.as_deref().map(Path::new));
    config.set_kernpath(args.kernpath.as_deref());
    config.set_kmodpath(args.kmodpath.as_deref());
    set_identity(args, &config)?;
    for variable in &args.env {
        config.add_env_opts(&text(variable))?;
    }
    for disk in &args.disk {
        config.add_disk_opts(&text(disk))?;
    }
    for mount in &args.mount {
        config.add_mount_opts(&text(mount))?;
    }
    for include in &args.include {
        config.add_host_include(&text(include))?;
    }
    if let Some(file) = &args.includefile {
        config.add_host_include_file(file)?;
    }
    for network in &args.network {
        config.add_network_opts(&text(network))?;
    }
    config.set_shell(args.shell);
    config.set_debug(args.debug);
    config.set_verbose(args.verbose);
    Ok(config)
}

fn set_identity(args: &Args, config: &ConfigInteractive) -> Result<(), ConfigureError> {
    let name = match &args.switchto {
        Some(name) => name.as_str(),
        None if args.privileged => "root",
        None => return Ok(()),
    };
    let user = User::from_name(name)
        .map_err(|source| ConfigureError::Lookup {
            user: name.to_owned(),
            source,
        })?
        .ok_or_else(|| ConfigureError::NoUser(name.to_owned()))?;
    config.set_uid(user.uid.as_raw());
    config.set_gid(user.gid.as_raw());
    config.set_username(Some(Path::new(&user.name)));
    config.set_homedir(Some(user.dir));
    config.set_privileged(args.privileged);
    Ok(())
}

/// An argument; the operating system gives none with a zero byte.
fn text(argument: &OsStr) -> CString {
    CString::new(argument.as_bytes()).unwrap_or_default()
}
