//! First process of a sandbox container: carries out the plan in the directory named by its argument.
#![forbid(unsafe_code)]

use std::env;
use std::ffi::OsStr;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Read};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use nix::libc;
use nix::mount::{MsFlags, mount};
use nix::sys::statvfs::{FsFlags, fstatvfs};
use sandbox_init::{
    Error, Log, LogFile, OrError, Rootfs, Stopwatch, assemble, bring_up_loopback, connect, detach,
    is_in_user_namespace, keep_own_control_groups, kill_all, receive_sources, run, run_service,
    run_system,
};
use sandbox_plan::{Channel, Kind, Plan};

/// Where the host mounts this program.
const INIT: &str = "/dev/libvirt-sandbox-init";

/// The sandbox itself failed.
const FAILED: u8 = 125;

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    let (directory, hash) = match arguments.as_slice() {
        [argument] if argument == "--version" => {
            println!("libvirt-sandbox-init-lxc {}", env!("CARGO_PKG_VERSION"));
            return ExitCode::SUCCESS;
        }
        [directory, hash] => (PathBuf::from(directory), hash),
        _ => {
            eprintln!("usage: libvirt-sandbox-init-lxc PLAN-DIRECTORY PLAN-HASH");
            return ExitCode::from(FAILED);
        }
    };
    match start(&directory, hash) {
        Ok(()) => {
            kill_all();
            ExitCode::SUCCESS
        }
        Err(error) => {
            Log::new(false).failure(error);
            ExitCode::from(FAILED)
        }
    }
}

fn start(directory: &Path, hash: &OsStr) -> Result<(), Error> {
    let stopwatch = Stopwatch::start();
    let mut plan = read_plan(&directory.join("plan"), hash)?;
    let log = plan
        .container
        .as_ref()
        .and_then(|container| container.log.as_ref());
    let file = log.map(|log| LogFile::open(Path::new(log))).transpose()?;
    let prepare = |plan: &mut Plan| prepare(plan, directory);
    match plan.kind.clone() {
        Kind::Interactive(Channel::Socket(path)) => {
            let channel = connect(Path::new(&path))?;
            run(&mut plan, channel, 0, stopwatch, prepare, |_| ());
        }
        Kind::Interactive(Channel::VirtioPort(name)) => {
            let text = format!("container with a virtio-serial port {name}");
            return Err(Error::Impossible(text));
        }
        Kind::Service(_) => run_service(&mut plan, file, 0, prepare),
        Kind::System => match run_system(&mut plan, file, prepare)? {},
    }
    Ok(())
}

/// The plan, if it is the very one that the host has made: it is what the first process does with all its rights.
fn read_plan(path: &Path, hash: &OsStr) -> Result<Plan, Error> {
    let action = || format!("read the plan {}", path.display());
    let mut options = OpenOptions::new();
    let options = options.read(true).custom_flags(libc::O_NOFOLLOW);
    let mut file = options.open(path).or_error(action)?;
    let about = file.metadata().or_error(action)?;
    let mount = fstatvfs(&file).or_error(action)?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).or_error(action)?;
    // In a user namespace libvirt can't make it so, where the host has it with flags such as `nosuid`.
    let is_read_only = mount.flags().contains(FsFlags::ST_RDONLY) || is_in_user_namespace();
    let is_own = about.is_file() && about.uid() == 0 && is_read_only;
    if !is_own || hash.as_encoded_bytes() != Plan::hash(&bytes).as_bytes() {
        return Err(Error::Forged(path.to_owned()));
    }
    Ok(Plan::from_bytes(&bytes)?)
}

/// Puts the root together and goes there. The sandbox's own files stay behind, with all else that was there.
fn prepare(plan: &Plan, directory: &Path) -> Result<Rootfs, Error> {
    let container = plan.container.as_ref();
    let container = container.ok_or_else(|| Error::Impossible("no container in it".into()))?;
    if let Some(socket) = &container.sources {
        receive_sources(Path::new(socket))?;
    }
    mount_shared_memory()?;
    let log = container.log.as_ref().map(Path::new);
    for path in [directory, Path::new(INIT)].into_iter().chain(log) {
        detach(path).or_error(|| format!("unmount {}", path.display()))?;
    }
    // An init system needs control groups, and has its own. To all others they are the host's: whoever has user ID 0 could leave
    // the limits of the sandbox.
    let is_system = plan.kind == Kind::System;
    if is_system {
        keep_own_control_groups(&plan.hostname)?;
    }
    let room = assemble(plan, container, !is_system)?;
    bring_up_loopback()?;
    Ok(room)
}

/// What POSIX shared memory and semaphores need, and libvirt does not make.
fn mount_shared_memory() -> Result<(), Error> {
    const PATH: &str = "/dev/shm";
    match fs::create_dir(PATH) {
        // The configuration has something there.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(()),
        made => made.or_error(|| format!("create {PATH}"))?,
    }
    let flags = MsFlags::MS_NOSUID | MsFlags::MS_NODEV;
    let tmpfs = Some("tmpfs");
    mount(tmpfs, PATH, tmpfs, flags, Some("mode=1777"))
        .or_error(|| format!("mount memory on {PATH}"))
}
