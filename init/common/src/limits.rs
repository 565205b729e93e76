//! Limits of a container on what it shares with all of the host, and no control group that libvirt has counts.
//!
//! Of what is left the filter of system calls takes away the rest: see `seccomp::calls`.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{Write, read_to_string};
use std::os::fd::OwnedFd;
use std::path::Path;

use nix::errno::Errno;
use nix::fcntl::{OFlag, open, openat};
use nix::mount::{MsFlags, mount};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::sys::stat::Mode;
use nix::sys::utsname::uname;
use rustix::fs::CWD;

use crate::attach::{attach, copy_of, detach, make_read_only};
use crate::error::{Error, OrError};
use crate::log::Log;

/// How many files a process may have open at the most. Some programs go through all the numbers that there could be.
const FILES: u64 = 1 << 20;

/// As many terminals as nobody needs at once. The host has room for some thousands.
const TERMINALS: u32 = 256;

/// How many processes and threads there may be: as many as systemd allows a container.
const TASKS: u64 = 16384;

/// The first version of Linux in which their number is limited for each PID namespace, not for all of the host.
const OWN_TASKS: [u32; 2] = [6, 14];

const PLACE: OFlag = OFlag::O_PATH
    .union(OFlag::O_NOFOLLOW)
    .union(OFlag::O_CLOEXEC);

/// What a user may have of inotify.
const INOTIFY: [&str; 2] = ["max_user_instances", "max_user_watches"];

/// Where the kernel's settings are meanwhile; `/dev` is the sandbox's own.
const SETTINGS: &str = "/dev/libvirt-sandbox-proc";

/// Limits the calling process, and all that it starts.
///
/// # Errors
/// When the kernel refuses.
pub fn limit_container(log: Log) -> Result<(), Error> {
    // The kernel counts these by user, the sandbox's and the host's together, but compares with the limit of who asks. So
    // all sandboxes of a user have one half at the most, and what is not in a sandbox has the other one.
    lower(Resource::RLIMIT_SIGPENDING, |limit| limit / 2)?;
    lower(Resource::RLIMIT_MSGQUEUE, |limit| limit / 2)?;
    lower(Resource::RLIMIT_NOFILE, |limit| limit.min(FILES))?;
    // Where the host hands core dumps to a program, that runs as its root, outside of all limits. One byte is the one limit
    // at which it is not started; the filter of system calls keeps it.
    match setrlimit(Resource::RLIMIT_CORE, 1, 1) {
        // It is 0 already, and a host that has no right to raise it starts no sandbox with more.
        Err(Errno::EPERM) => log.step("core dumps can't be kept from the host"),
        set => set.or_error(|| "limit core dumps".into())?,
    }
    let kernel = Settings::open()?;
    if release().is_some_and(|release| release >= OWN_TASKS) {
        kernel.lower("kernel/pid_max", TASKS)?;
    }
    if is_in_user_namespace() {
        for name in INOTIFY {
            // What the host gives each of its users, whom this one counts as.
            let given: u64 = kernel.read(&format!("fs/inotify/{name}"))?;
            let own = name.replace("_user", "_inotify");
            kernel.lower(&format!("user/{own}"), given.div_ceil(2))?;
        }
    }
    kernel.leave()?;
    limit_terminals()
}

/// Keeps the settings of the first process as they are, which are those of user ID 0: whoever has that could have it
/// killed first when there is no memory left.
///
/// # Errors
/// When the kernel refuses.
pub fn protect_first_process() -> Result<(), Error> {
    const PATH: &str = "/proc/1";
    let protect = || {
        let copy = copy_of(CWD, OsStr::new(PATH), false)?;
        make_read_only(&copy, false)?;
        attach(copy, open(PATH, PLACE, Mode::empty())?)
    };
    protect().or_error(|| format!("make {PATH} read-only"))
}

/// Both limits, since programs may raise the first one to the second.
fn lower(resource: Resource, limit: impl Fn(u64) -> u64) -> Result<(), Error> {
    let action = || format!("set the limit {resource:?}");
    let (soft, hard) = getrlimit(resource).or_error(action)?;
    let hard = limit(hard);
    setrlimit(resource, soft.min(hard), hard).or_error(action)
}

/// Terminals of the sandbox's own, of which there are no more than it may have. Those of libvirt, which knows no limit for
/// them, stay where they are mounted one by one: `/dev/console` and the like.
fn limit_terminals() -> Result<(), Error> {
    let (terminals, multiplexer) = (Path::new("/dev/pts"), Path::new("/dev/ptmx"));
    let devpts = Some("devpts");
    let options = format!("newinstance,ptmxmode=0666,mode=0620,gid=5,max={TERMINALS}");
    let flags = MsFlags::MS_NOSUID | MsFlags::MS_NOEXEC;
    mount(devpts, terminals, devpts, flags, Some(options.as_str()))
        .or_error(|| format!("mount terminals on {}", terminals.display()))?;
    if multiplexer.is_symlink() {
        return Ok(());
    }
    let own = terminals.join("ptmx");
    copy_of(CWD, own.as_os_str(), false)
        .and_then(|copy| attach(copy, open(multiplexer, PLACE, Mode::empty())?))
        .or_error(|| format!("mount {} on {}", own.display(), multiplexer.display()))
}

/// The kernel's settings, as a mount of their own: in `/proc` of the sandbox they are read-only already, and libvirt's profile of
/// AppArmor denies writing to them by their paths there.
struct Settings(OwnedFd);

impl Settings {
    /// Those of the file system that is mounted on `/proc`; what is mounted below is not.
    fn open() -> Result<Self, Error> {
        let action = || "make a mount of the kernel's settings".to_owned();
        fs::create_dir(SETTINGS).or_error(action)?;
        let mount = copy_of(CWD, OsStr::new("/proc"), false).or_error(action)?;
        open(SETTINGS, PLACE, Mode::empty())
            .and_then(|place| attach(&mount, place))
            .or_error(action)?;
        Ok(Self(mount))
    }

    fn file(&self, name: &str, flags: OFlag) -> Result<File, Error> {
        let path = format!("sys/{name}");
        let flags = flags | OFlag::O_CLOEXEC;
        openat(&self.0, path.as_str(), flags, Mode::empty())
            .map(File::from)
            .or_error(|| format!("open /proc/{path}"))
    }

    fn read(&self, name: &str) -> Result<u64, Error> {
        let text = read_to_string(self.file(name, OFlag::O_RDONLY)?)
            .or_error(|| format!("read /proc/sys/{name}"))?;
        let number = text.trim().parse();
        number.map_err(|_| Error::Impossible(format!("/proc/sys/{name} is {text}")))
    }

    fn lower(&self, name: &str, limit: u64) -> Result<(), Error> {
        if self.read(name)? <= limit {
            return Ok(());
        }
        let mut file = self.file(name, OFlag::O_WRONLY)?;
        file.write_all(limit.to_string().as_bytes())
            .or_error(|| format!("set /proc/sys/{name}"))
    }

    fn leave(self) -> Result<(), Error> {
        detach(Path::new(SETTINGS)).or_error(|| format!("unmount {SETTINGS}"))
    }
}

/// The major and minor version of the kernel.
fn release() -> Option<[u32; 2]> {
    parse_release(uname().ok()?.release().to_str()?)
}

fn parse_release(text: &str) -> Option<[u32; 2]> {
    let mut numbers = text.split(|c: char| !c.is_ascii_digit());
    let mut next = || numbers.next()?.parse().ok();
    Some([next()?, next()?])
}

/// Whether user IDs here are other ones on the host. Else the settings for users are those of the host.
pub fn is_in_user_namespace() -> bool {
    fs::read_to_string("/proc/self/uid_map").is_ok_and(|map| !is_the_host_s(&map))
}

fn is_the_host_s(map: &str) -> bool {
    map.split_whitespace().eq(["0", "0", "4294967295"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_version_of_the_kernel() {
        assert_eq!(parse_release("6.1.0-57-amd64"), Some([6, 1]));
        assert_eq!(parse_release("6.14-rc1+"), Some([6, 14]));
        assert_eq!(parse_release("7"), None);
        assert!(parse_release("6.2.0").unwrap() < OWN_TASKS);
        assert!(parse_release("10.0.1").unwrap() > OWN_TASKS);
    }

    #[test]
    fn tells_the_users_of_the_host_from_others() {
        assert!(is_the_host_s("         0          0 4294967295\n"));
        assert!(!is_the_host_s("0 1879048192 1000\n1000 1000 1\n"));
        assert!(!is_the_host_s(""));
    }
}
