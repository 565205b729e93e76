//! The devices that the first process uses, opened before anything of the user's is mounted.

use std::fs::{File, OpenOptions};
use std::os::fd::OwnedFd;
use std::os::unix::fs::{FileTypeExt, fchown};
use std::path::Path;

use nix::errno::Errno;
use nix::fcntl::{OFlag, open};
use nix::sys::stat::Mode;
use nix::unistd::isatty;
use sandbox_plan::{Kind, Plan};

use crate::error::{Error, OrError};

/// The multiplexer of terminals. For the one in `/dev` the kernel looks for the terminals beside it, where they are no more when
/// the root was covered meanwhile to make a mount point.
const PTMX: &str = "/dev/pts/ptmx";

/// The terminal that an init system writes to.
pub const CONSOLE: &str = "/dev/console";

/// The devices of a plan.
#[derive(Debug, Default)]
pub struct Devices {
    /// The disks.
    pub disks: Vec<File>,
    /// The terminal that a service runs on, or that its log is shown on.
    pub console: Option<OwnedFd>,
    /// The terminal that the shell runs on.
    pub shell: Option<OwnedFd>,
    /// What a terminal for the program is made with.
    pub ptmx: Option<OwnedFd>,
}

impl Devices {
    /// Opens them. Terminals are given to the program's user.
    ///
    /// # Errors
    /// When one is missing, or is not what it should be.
    pub fn open(plan: &Plan) -> Result<Self, Error> {
        let user = plan.program.identity.uid;
        let disks = plan
            .disks
            .iter()
            .map(|disk| open_disk(Path::new(&disk.device)));
        let terminal = |path| open_terminal(Path::new(path), user);
        let has_log = plan
            .container
            .as_ref()
            .is_some_and(|container| container.log.is_some());
        let console = match &plan.kind {
            Kind::Service(path) => Some(terminal(path)?),
            Kind::System if has_log => Some(open_terminal(Path::new(CONSOLE), user)?),
            _ => None,
        };
        let flags = OFlag::O_RDWR | OFlag::O_NOCTTY | OFlag::O_CLOEXEC | OFlag::O_NONBLOCK;
        let ptmx = (plan.program.tty || has_log)
            .then(|| open(PTMX, flags, Mode::empty()).or_error(|| format!("open {PTMX}")));
        Ok(Self {
            disks: disks.collect::<Result<_, _>>()?,
            console,
            shell: plan.shell.as_ref().map(terminal).transpose()?,
            ptmx: ptmx.transpose()?,
        })
    }
}

fn open_disk(device: &Path) -> Result<File, Error> {
    let action = || format!("open the disk {}", device.display());
    let disk = OpenOptions::new()
        .read(true)
        .open(device)
        .or_error(action)?;
    if !disk
        .metadata()
        .or_error(action)?
        .file_type()
        .is_block_device()
    {
        return Err(Errno::ENOTBLK).or_error(action);
    }
    Ok(disk)
}

fn open_terminal(path: &Path, user: u32) -> Result<OwnedFd, Error> {
    let action = || format!("open the terminal {}", path.display());
    let flags = OFlag::O_RDWR | OFlag::O_NOCTTY | OFlag::O_CLOEXEC;
    let terminal = open(path, flags, Mode::empty()).or_error(action)?;
    if !isatty(&terminal).or_error(action)? {
        return Err(Errno::ENOTTY).or_error(action);
    }
    fchown(&terminal, Some(user), None)
        .or_error(|| format!("give {} to user {user}", path.display()))?;
    Ok(terminal)
}
