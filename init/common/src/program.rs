//! Starts processes of the sandbox's user: the program and the shell.

use std::convert::Infallible;
use std::ffi::{CString, OsStr, OsString};
use std::io::{Read, Write, stderr};
use std::net::Shutdown;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::fchown;
use std::os::unix::net::UnixStream;
use std::path::Path;

use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::sys::signal::SigSet;
use nix::sys::stat::{Mode, umask};
use nix::unistd::{
    ForkResult, Pid, chdir, dup2_stderr, dup2_stdin, dup2_stdout, execve, pipe2, setsid, write,
};
use sandbox_plan::{Identity, Plan, Program, visible};

use crate::error::{Error, OrError};
use crate::signals::power_off_request;
use crate::system::{close_range, exit, fork, reset_handlers, take_terminal};
use crate::{identity, seccomp};

/// Where programs are looked up when the environment has no `PATH`.
const DEFAULT_PATH: &str = "/usr/local/bin:/usr/bin:/bin";

const NOT_FOUND: i32 = 127;
const NOT_EXECUTABLE: i32 = 126;
const SANDBOX_FAILED: i32 = 125;

/// Standard input, output and error of a new process.
pub enum Stdio {
    /// One for each.
    Separate([OwnedFd; 3]),
    /// A terminal, which becomes the controlling one.
    Terminal(OwnedFd),
}

/// Makes a pipe whose ends belong to the user, who may then also open it as `/dev/stdout`.
pub fn user_pipe(identity: &Identity) -> Result<(OwnedFd, OwnedFd), Error> {
    let (reader, writer) = pipe2(OFlag::O_CLOEXEC).or_error(|| "make a pipe".into())?;
    fchown(&reader, Some(identity.uid), Some(identity.gid))
        .or_error(|| format!("give a pipe to user {}", identity.uid))?;
    Ok((reader, writer))
}

/// A process that has everything but the permission to become its program.
pub struct Prepared {
    /// Its process ID.
    pub pid: Pid,
    /// The end of it is the permission; what comes back is the reason of a failure.
    link: UnixStream,
}

impl Prepared {
    /// Lets the process become its program.
    pub fn release(mut self) -> Result<(), Error> {
        let mut reason = String::new();
        self.link
            .shutdown(Shutdown::Write)
            .and_then(|()| self.link.read_to_string(&mut reason))
            .or_error(|| "start a process".into())?;
        if reason.is_empty() {
            Ok(())
        } else {
            Err(Error::Child(reason))
        }
    }
}

/// Prepares a process that runs `argv` as the user, in the environment and the directory of `program`.
///
/// A program that can't be executed says so on its standard error and ends with status 127 or 126, as in a shell.
pub fn prepare(program: &Program, argv: &[OsString], stdio: Stdio) -> Result<Prepared, Error> {
    let image = Image::new(argv, &program.env)?;
    let (link, mut child_link) = UnixStream::pair().or_error(|| "start a process".into())?;
    match fork().or_error(|| "start a process".into())? {
        ForkResult::Child => {
            drop(link);
            let Err(error) = become_program(program, &image, stdio, &mut child_link);
            // Nobody is left to be told when the reason can't be written.
            let _ = child_link.write_all(error.to_string().as_bytes());
            exit(SANDBOX_FAILED)
        }
        ForkResult::Parent { child } => Ok(Prepared { pid: child, link }),
    }
}

/// Prepares the shell that the plan asks for.
pub fn prepare_shell(plan: &Plan, terminal: Option<OwnedFd>) -> Result<Option<Prepared>, Error> {
    let Some(terminal) = terminal else {
        return Ok(None);
    };
    let argv = [OsString::from("/bin/sh"), "-i".into()];
    prepare(&plan.program, &argv, Stdio::Terminal(terminal)).map(Some)
}

/// Turns the calling process into the program, with its standard streams; as root it has the `capabilities`.
pub fn become_system(program: &Program, capabilities: u64) -> Result<Infallible, Error> {
    let image = Image::new(&program.argv, &program.env)?;
    reset_handlers();
    power_off_request()
        .thread_set_mask()
        .or_error(|| "reset signals".into())?;
    umask(Mode::from_bits_truncate(program.umask));
    chdir("/").or_error(|| "enter /".into())?;
    // It needs a capability where new privileges may be had.
    seccomp::restrict(program)?;
    identity::limit_programs(capabilities)?;
    let (errno, _) = image.execute();
    Err(errno).or_error(|| format!("execute {}", image.name.to_string_lossy()))
}

/// What execve(2) needs.
struct Image {
    name: OsString,
    candidates: Vec<CString>,
    argv: Vec<CString>,
    env: Vec<CString>,
}

impl Image {
    fn new(argv: &[OsString], env: &[(OsString, OsString)]) -> Result<Self, Error> {
        let Some(name) = argv.first() else {
            return Err(Error::Impossible("no program to run".into()));
        };
        let path = env.iter().find(|(name, _)| name == "PATH");
        let path = path.map_or(OsStr::new(DEFAULT_PATH), |(_, path)| path);
        let candidates = candidates(name, path).into_iter().map(c_string);
        Ok(Self {
            name: name.clone(),
            candidates: candidates.collect::<Result<_, _>>()?,
            argv: argv
                .iter()
                .cloned()
                .map(c_string)
                .collect::<Result<_, _>>()?,
            env: env
                .iter()
                .map(|(name, value)| {
                    let mut entry = name.clone();
                    entry.push("=");
                    entry.push(value);
                    c_string(entry)
                })
                .collect::<Result<_, _>>()?,
        })
    }

    /// Executes the first candidate that can be; else the reason, and whether there was one at all.
    fn execute(&self) -> (Errno, bool) {
        let mut reason = (Errno::ENOENT, false);
        for candidate in &self.candidates {
            let Err(errno) = execve(candidate, &self.argv, &self.env);
            match errno {
                Errno::ENOENT | Errno::ENOTDIR => {
                    // The file is there: it is its interpreter that is not.
                    let path = Path::new(OsStr::from_bytes(candidate.as_bytes()));
                    if !reason.1 && path.exists() {
                        reason = (errno, true);
                    }
                }
                Errno::EACCES => reason = (errno, true),
                other => return (other, true),
            }
        }
        reason
    }
}

fn candidates(name: &OsStr, path: &OsStr) -> Vec<OsString> {
    if name.is_empty() {
        return Vec::new();
    }
    if name.as_bytes().contains(&b'/') {
        return vec![name.to_owned()];
    }
    path.as_bytes()
        .split(|byte| *byte == b':')
        .map(|directory| {
            let directory = if directory.is_empty() {
                b"."
            } else {
                directory
            };
            Path::new(OsStr::from_bytes(directory)).join(name).into()
        })
        .collect()
}

fn c_string(text: OsString) -> Result<CString, Error> {
    CString::new(text.into_vec())
        .map_err(|_| Error::Impossible("zero byte in an argument or variable".into()))
}

/// Runs in the child; returns only the sandbox's own failures.
fn become_program(
    program: &Program,
    image: &Image,
    stdio: Stdio,
    link: &mut UnixStream,
) -> Result<Infallible, Error> {
    setsid().or_error(|| "start a session".into())?;
    connect(stdio)?;
    close_others(3, &mut [link.as_raw_fd()]).or_error(|| "close file descriptors".into())?;
    reset_signals().or_error(|| "reset signals".into())?;
    umask(Mode::from_bits_truncate(program.umask));
    identity::assume(&program.identity)?;
    seccomp::restrict(program)?;
    match chdir(Path::new(&program.cwd)) {
        Err(errno) if program.cwd_required => {
            let directory = Path::new(&program.cwd).display();
            Err(errno).or_error(|| format!("enter the working directory {directory}"))
        }
        Err(_) => chdir("/").or_error(|| "enter /".into()),
        Ok(()) => Ok(()),
    }?;
    link.read_to_end(&mut Vec::new())
        .or_error(|| "wait for the start".into())?;
    let (errno, found) = image.execute();
    let name = visible(&image.name.to_string_lossy());
    let message = format!("virt-sandbox: {name}: {}\n", errno.desc());
    // The status tells it as well.
    let _ = write(stderr(), message.as_bytes());
    exit(if found { NOT_EXECUTABLE } else { NOT_FOUND })
}

fn connect(stdio: Stdio) -> Result<(), Error> {
    let [stdin, stdout, stderr] = match &stdio {
        Stdio::Separate([stdin, stdout, stderr]) => [stdin, stdout, stderr],
        Stdio::Terminal(terminal) => {
            take_terminal(terminal).or_error(|| "take the terminal".into())?;
            [terminal; 3]
        }
    };
    dup2_stdin(stdin)
        .and_then(|()| dup2_stdout(stdout))
        .and_then(|()| dup2_stderr(stderr))
        .or_error(|| "set up standard input and output".into())
}

/// Closes every file descriptor from `first` on but the `kept` ones; what uses the others must not be dropped any more.
pub fn close_others(mut first: RawFd, kept: &mut [RawFd]) -> nix::Result<()> {
    kept.sort_unstable();
    for &mut kept in kept {
        close_range(first, kept - 1)?;
        first = kept + 1;
    }
    close_range(first, RawFd::MAX)
}

fn reset_signals() -> nix::Result<()> {
    reset_handlers();
    SigSet::empty().thread_set_mask()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_up_names_without_a_slash_only() {
        let path = OsStr::new("/usr/bin::/bin");
        let found = candidates(OsStr::new("ls"), path);
        assert_eq!(found, ["/usr/bin/ls", "./ls", "/bin/ls"]);
        assert_eq!(candidates(OsStr::new("./ls"), path), ["./ls"]);
        assert_eq!(candidates(OsStr::new(""), path), Vec::<OsString>::new());
    }

    #[test]
    fn refuses_what_the_kernel_cannot_take() {
        assert!(Image::new(&[], &[]).is_err());
        assert!(Image::new(&["a\0b".into()], &[]).is_err());
        let image = Image::new(&["a".into()], &[("X".into(), "1=2".into())]).unwrap();
        assert_eq!(image.env, [c"X=1=2".to_owned()]);
    }
}
