//! First process of a sandbox container: carries out the plan in the directory named by its argument.

use std::env;
use std::fs;
use std::io::ErrorKind;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use nix::errno::Errno;
use nix::fcntl::{OFlag, open};
use nix::mount::{MsFlags, mount};
use nix::sys::stat::Mode;
use sandbox_init::{
    Error, Log, OrError, Stopwatch, bring_up_loopback, connect, detach, isolate_root, kill_all,
    make_read_only, replace_root, run, run_service, run_system, seal_root,
};
use sandbox_plan::{Channel, Kind, Plan};

/// Where the host mounts this program.
const INIT: &str = "/dev/libvirt-sandbox-init";

/// The sandbox itself failed.
const FAILED: u8 = 125;

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    let directory = match arguments.as_slice() {
        [argument] if argument == "--version" => {
            println!("libvirt-sandbox-init-lxc {}", env!("CARGO_PKG_VERSION"));
            return ExitCode::SUCCESS;
        }
        [directory] => PathBuf::from(directory),
        _ => {
            eprintln!("usage: libvirt-sandbox-init-lxc PLAN-DIRECTORY");
            return ExitCode::from(FAILED);
        }
    };
    match start(&directory) {
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

fn start(directory: &Path) -> Result<(), Error> {
    let stopwatch = Stopwatch::start();
    let path = directory.join("plan");
    let bytes = fs::read(&path).or_error(|| format!("read the plan {}", path.display()))?;
    let mut plan = Plan::from_bytes(&bytes)?;
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
        Kind::Service(console) => run_service(&mut plan, Path::new(&console), 0, prepare),
        Kind::System => match run_system(&mut plan, prepare)? {},
    }
    Ok(())
}

/// Takes away what the program must not find, the sockets of the host's daemons and the sandbox's own files, and makes
/// the root what it is asked to be.
fn prepare(plan: &Plan, directory: &Path) -> Result<(), Error> {
    if plan.seal_root {
        seal_root().or_error(|| "make the root read-only".into())?;
    }
    mount_run()?;
    mount_shared_memory()?;
    for path in [directory, Path::new(INIT)] {
        detach(path).or_error(|| format!("unmount {}", path.display()))?;
    }
    if plan.kind != Kind::System {
        protect_sys()?;
    }
    match (&plan.overlay, &plan.own_mounts) {
        (Some(overlay), _) => replace_root(overlay)?,
        (None, Some(own)) => isolate_root(own, Log::new(plan.debug))?,
        (None, None) => {}
    }
    bring_up_loopback()
}

/// Makes `/sys` read-only with the control groups below it, which are the host's: whoever has user ID 0 could leave the
/// limits of the sandbox. An init system needs them.
fn protect_sys() -> Result<(), Error> {
    match make_read_only(Path::new("/sys")) {
        // Nothing is mounted there.
        Err(Errno::EINVAL | Errno::ENOENT) => Ok(()),
        made => made.or_error(|| "make /sys read-only".into()),
    }
}

fn mount_run() -> Result<(), Error> {
    let flags = OFlag::O_PATH | OFlag::O_DIRECTORY | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
    let run = open("/run", flags, Mode::empty()).or_error(|| "open /run".into())?;
    // By its descriptor, so that nobody can exchange it for a link.
    let target = format!("/proc/self/fd/{}", run.as_raw_fd());
    let flags = MsFlags::MS_NOSUID | MsFlags::MS_NODEV;
    mount(
        Some("tmpfs"),
        target.as_str(),
        Some("tmpfs"),
        flags,
        Some("mode=755"),
    )
    .or_error(|| "mount a private /run".into())
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
