//! The event loop while the program runs: bytes, signals and its end.

use std::os::fd::{AsFd, OwnedFd};

use nix::errno::Errno;
use nix::libc;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::unistd::Pid;
use sandbox_plan::{GuestMessage, HostMessage, MAX_PAYLOAD, Program, Stream, WindowSize};

use crate::channel::{Channel, set_nonblocking};
use crate::error::{Error, OrError, Stop};
use crate::output::Output;
use crate::program::{Prepared, Stdio, prepare, user_pipe};
use crate::pty::{self, Pty};
use crate::signals::{Signals, reap};
use crate::stdin::Stdin;

/// The running program and its streams.
pub struct Relay {
    /// None once it was reaped: the number may then belong to somebody else.
    pid: Option<Pid>,
    /// Raw status of wait(2), until it was told.
    status: Option<i32>,
    stdin: Stdin,
    stdout: Output,
    stderr: Output,
    terminal: Option<Pty>,
}

impl Relay {
    /// Prepares the program.
    pub fn prepare(program: &Program, size: Option<WindowSize>) -> Result<(Self, Prepared), Error> {
        if program.tty {
            Self::on_terminal(program, size)
        } else {
            Self::on_pipes(program)
        }
    }

    fn on_pipes(program: &Program) -> Result<(Self, Prepared), Error> {
        let (stdin, to_program) = user_pipe(&program.identity)?;
        let (from_stdout, stdout) = user_pipe(&program.identity)?;
        let (from_stderr, stderr) = user_pipe(&program.identity)?;
        for fd in [&to_program, &from_stdout, &from_stderr] {
            set_nonblocking(fd).or_error(|| "use a pipe".into())?;
        }
        let process = prepare(
            program,
            &program.argv,
            Stdio::Pipes([stdin, stdout, stderr]),
        )?;
        let relay = Self {
            pid: Some(process.pid),
            status: None,
            stdin: Stdin::new(to_program, false),
            stdout: Output::new(Some(from_stdout), Stream::Stdout, false),
            stderr: Output::new(Some(from_stderr), Stream::Stderr, false),
            terminal: None,
        };
        Ok((relay, process))
    }

    fn on_terminal(program: &Program, size: Option<WindowSize>) -> Result<(Self, Prepared), Error> {
        let pty = pty::open_pty(&program.identity, size)?;
        let duplicate = |fd: &OwnedFd| fd.try_clone().or_error(|| "use the terminal".into());
        let process = prepare(
            program,
            &program.argv,
            Stdio::Terminal(duplicate(&pty.slave)?),
        )?;
        let relay = Self {
            pid: Some(process.pid),
            status: None,
            stdin: Stdin::new(duplicate(&pty.master)?, true),
            stdout: Output::new(Some(duplicate(&pty.master)?), Stream::Stdout, true),
            stderr: Output::new(None, Stream::Stderr, true),
            terminal: Some(pty),
        };
        Ok((relay, process))
    }

    /// Relays until the host says good-bye.
    pub fn run(&mut self, channel: &mut Channel, signals: &Signals) -> Result<(), Stop> {
        let mut buffer = Box::new([0; MAX_PAYLOAD]);
        loop {
            if self.dispatch(channel)? {
                return Ok(());
            }
            if let Some(bytes) = self.stdin.credit() {
                channel.send(&GuestMessage::Credit(bytes));
            }
            if self.stdout.drained()
                && self.stderr.drained()
                && let Some(status) = self.status.take()
            {
                channel.send(&GuestMessage::Exit(status));
            }
            channel.flush()?;
            let ready = self.wait(channel, signals)?;
            channel.exchange(ready.channel)?;
            if ready.stdin {
                self.stdin.flush();
            }
            if ready.stdout {
                self.stdout.pump(channel, &mut buffer)?;
            }
            if ready.stderr {
                self.stderr.pump(channel, &mut buffer)?;
            }
            if ready.signals && signals.take()? {
                self.reap();
            }
        }
    }

    /// Handles every message that is here; says whether the host said good-bye.
    fn dispatch(&mut self, channel: &mut Channel) -> Result<bool, Stop> {
        while let Some(message) = channel.next()? {
            match message {
                HostMessage::Stdin(data) => self.stdin.receive(data)?,
                HostMessage::StdinEof => self.stdin.end(),
                HostMessage::Credit { stream, bytes } => match stream {
                    Stream::Stdout => self.stdout.grant(bytes)?,
                    Stream::Stderr => self.stderr.grant(bytes)?,
                },
                HostMessage::Resize(size) => {
                    if let Some(pty) = &self.terminal {
                        pty::resize(&pty.master, size)
                            .or_error(|| "set the size of the terminal".into())?;
                    }
                }
                HostMessage::Signal(number) => self.signal(number.into())?,
                HostMessage::Close(stream) => self.close(stream),
                HostMessage::Bye => return Ok(true),
                HostMessage::Start { .. } => {
                    return Err(Error::Unexpected(format!("{message:?}")).into());
                }
            }
        }
        Ok(false)
    }

    /// Nobody reads the stream any more. A terminal is one thing: it hangs up.
    fn close(&mut self, stream: Stream) {
        match stream {
            Stream::Stdout => self.stdout.close(),
            Stream::Stderr => self.stderr.close(),
        }
        if stream == Stream::Stdout && self.terminal.take().is_some() {
            self.stdin.close();
        }
    }

    fn signal(&self, number: libc::c_int) -> Result<(), Error> {
        let Some(pid) = self.pid else { return Ok(()) };
        if !(1..=libc::SIGRTMAX()).contains(&number) {
            return Err(Error::Unexpected(format!("signal {number}")));
        }
        // SAFETY: kill(2) takes two numbers. The group exists, since its leader is not reaped.
        match Errno::result(unsafe { libc::kill(-pid.as_raw(), number) }) {
            Err(Errno::ESRCH) => Ok(()),
            other => other.map(drop).or_error(|| format!("send signal {number}")),
        }
    }

    fn reap(&mut self) {
        while let Some((pid, status)) = reap() {
            if self.pid == Some(pid) {
                self.pid = None;
                self.status = Some(status);
                self.stdout.finish();
                self.stderr.finish();
            }
        }
    }

    /// Waits until something can be done.
    fn wait(&self, channel: &Channel, signals: &Signals) -> Result<Ready, Error> {
        let mut fds = Vec::with_capacity(5);
        let mut add = |fd, events| {
            fds.push(PollFd::new(fd, events));
            fds.len() - 1
        };
        let channel_at = add(channel.as_fd(), channel.interest());
        let signals_at = add(signals.as_fd(), PollFlags::POLLIN);
        let stdin_at = self.stdin.blocked().map(|fd| add(fd, PollFlags::POLLOUT));
        let stdout_at = self
            .stdout
            .readable(channel)
            .map(|fd| add(fd, PollFlags::POLLIN));
        let stderr_at = self
            .stderr
            .readable(channel)
            .map(|fd| add(fd, PollFlags::POLLIN));
        // What a finished program left is read without waiting for more.
        let timeout = if self.status.is_some() && (stdout_at.is_some() || stderr_at.is_some()) {
            PollTimeout::ZERO
        } else {
            PollTimeout::NONE
        };
        match poll(&mut fds, timeout) {
            Err(Errno::EINTR) => return Ok(Ready::NOTHING),
            other => other.or_error(|| "wait for events".into())?,
        };
        let any = |at: Option<usize>| at.is_some_and(|at| fds[at].any() == Some(true));
        Ok(Ready {
            channel: fds[channel_at].revents().unwrap_or(PollFlags::empty()),
            signals: any(Some(signals_at)),
            stdin: any(stdin_at),
            stdout: any(stdout_at) || self.status.is_some() && stdout_at.is_some(),
            stderr: any(stderr_at) || self.status.is_some() && stderr_at.is_some(),
        })
    }
}

/// What can be done right now.
struct Ready {
    channel: PollFlags,
    signals: bool,
    stdin: bool,
    stdout: bool,
    stderr: bool,
}

impl Ready {
    const NOTHING: Self = Self {
        channel: PollFlags::empty(),
        signals: false,
        stdin: false,
        stdout: false,
        stderr: false,
    };
}
