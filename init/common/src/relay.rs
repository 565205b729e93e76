//! The event loop while the program runs: bytes, signals and its end.

use std::os::fd::{AsFd, OwnedFd};

use nix::errno::Errno;
use nix::libc;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::unistd::Pid;
use sandbox_plan::{GuestMessage, HostMessage, MAX_PAYLOAD, Program, Stream, WindowSize};

use crate::channel::{Channel, set_nonblocking};
use crate::error::{Error, OrError, Stop};
use crate::input_file::InputFile;
use crate::output::Output;
use crate::program::{Prepared, Stdio, prepare, user_pipe};
use crate::pty::{self, Pty};
use crate::signals::Signals;
use crate::single_cpu;
use crate::stdin::Stdin;
use crate::system::{self, reap};

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
    /// The program, until it runs.
    waiting: Option<Prepared>,
    /// What is to be its standard input, until it is complete.
    input: Option<InputFile>,
    /// Signals that came before it ran.
    early_signals: Vec<libc::c_int>,
}

impl Relay {
    /// Prepares the program: on a terminal, or else with a file of at most `input` bytes or a stream for input.
    pub fn prepare(
        program: &Program,
        ptmx: Option<OwnedFd>,
        size: Option<WindowSize>,
        input: Option<u32>,
    ) -> Result<Self, Error> {
        match (input, ptmx) {
            (None, Some(master)) => Self::on_terminal(program, master, size),
            (Some(_), Some(_)) => Err(Error::Unexpected("input file for a terminal".into())),
            (None, None) => {
                let (stdin, to_program) = user_pipe(&program.identity)?;
                set_nonblocking(&to_program).or_error(|| "use a pipe".into())?;
                Self::on_pipes(program, stdin, Stdin::new(Some(to_program), false))
            }
            (Some(length), None) => {
                let (input, stdin) = InputFile::new(length, &program.identity)?;
                let mut relay = Self::on_pipes(program, stdin, Stdin::new(None, false))?;
                relay.input = Some(input);
                Ok(relay)
            }
        }
    }

    fn on_pipes(program: &Program, input: OwnedFd, stdin: Stdin) -> Result<Self, Error> {
        let (from_stdout, stdout) = user_pipe(&program.identity)?;
        let (from_stderr, stderr) = user_pipe(&program.identity)?;
        for fd in [&from_stdout, &from_stderr] {
            set_nonblocking(fd).or_error(|| "use a pipe".into())?;
        }
        let process = prepare(
            program,
            &program.argv,
            Stdio::Separate([input, stdout, stderr]),
        )?;
        Ok(Self {
            pid: Some(process.pid),
            status: None,
            stdin,
            stdout: Output::new(Some(from_stdout), Stream::Stdout, false),
            stderr: Output::new(Some(from_stderr), Stream::Stderr, false),
            terminal: None,
            waiting: Some(process),
            input: None,
            early_signals: Vec::new(),
        })
    }

    fn on_terminal(
        program: &Program,
        master: OwnedFd,
        size: Option<WindowSize>,
    ) -> Result<Self, Error> {
        let pty = pty::make(master, &program.identity, size)?;
        let duplicate = |fd: &OwnedFd| fd.try_clone().or_error(|| "use the terminal".into());
        let process = prepare(
            program,
            &program.argv,
            Stdio::Terminal(duplicate(&pty.slave)?),
        )?;
        Ok(Self {
            pid: Some(process.pid),
            status: None,
            stdin: Stdin::new(Some(duplicate(&pty.master)?), true),
            stdout: Output::new(Some(duplicate(&pty.master)?), Stream::Stdout, true),
            stderr: Output::new(None, Stream::Stderr, true),
            terminal: Some(pty),
            waiting: Some(process),
            input: None,
            early_signals: Vec::new(),
        })
    }

    /// Runs the program once its input is complete, and relays until the host says good-bye. `finish` is done before the
    /// host learns that the program has ended.
    pub fn run(
        &mut self,
        channel: &mut Channel,
        signals: &Signals,
        finish: impl FnOnce(),
    ) -> Result<(), Stop> {
        let mut finish = Some(finish);
        if single_cpu::are_worthwhile() {
            system::wait_for_turn();
            for pipe in [self.stdin.pipe(), self.stdout.pipe(), self.stderr.pipe()] {
                pipe.into_iter().for_each(single_cpu::widen);
            }
        }
        let mut buffer = Box::new([0; MAX_PAYLOAD]);
        if self.input.is_none() {
            self.release()?;
        }
        loop {
            if self.dispatch(channel)? {
                return Ok(());
            }
            let credit = match &mut self.input {
                Some(input) => input.credit(),
                None => self.stdin.credit(),
            };
            if let Some(bytes) = credit {
                channel.send(&GuestMessage::Credit(bytes))?;
            }
            if self.stdout.drained()
                && self.stderr.drained()
                && let Some(status) = self.status.take()
            {
                if let Some(finish) = finish.take() {
                    finish();
                }
                channel.send(&GuestMessage::Exit(status))?;
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
                self.reap()?;
            }
        }
    }

    /// Handles every message that is here; says whether the host said good-bye.
    fn dispatch(&mut self, channel: &mut Channel) -> Result<bool, Stop> {
        while let Some(message) = channel.next()? {
            match message {
                HostMessage::Stdin(data) => match &mut self.input {
                    Some(input) => input.receive(data)?,
                    None => self.stdin.receive(data)?,
                },
                HostMessage::StdinEof => {
                    self.stdin.end();
                    if self.input.take().is_some() {
                        self.release()?;
                    }
                }
                HostMessage::Credit { stream, bytes } => match stream {
                    Stream::Stdout => self.stdout.grant(bytes)?,
                    Stream::Stderr => self.stderr.grant(bytes)?,
                },
                HostMessage::Resize(size) => {
                    if let Some(pty) = &self.terminal {
                        system::resize(&pty.master, size)
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

    /// Lets the program run, and gives it the signals that came before.
    fn release(&mut self) -> Result<(), Error> {
        if let Some(process) = self.waiting.take() {
            process.release()?;
        }
        for number in std::mem::take(&mut self.early_signals) {
            self.signal(number)?;
        }
        Ok(())
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

    fn signal(&mut self, number: libc::c_int) -> Result<(), Error> {
        let Some(pid) = self.pid else { return Ok(()) };
        if !(1..=libc::SIGRTMAX()).contains(&number) {
            return Err(Error::Unexpected(format!("signal {number}")));
        }
        if self.waiting.is_some() {
            // As in the kernel, one that is pending already adds nothing.
            if !self.early_signals.contains(&number) {
                self.early_signals.push(number);
            }
            return Ok(());
        }
        // It is still the program's group, since its leader is not reaped.
        match system::kill_group(pid, number) {
            Err(Errno::ESRCH) => Ok(()),
            other => other.or_error(|| format!("send signal {number}")),
        }
    }

    fn reap(&mut self) -> Result<(), Error> {
        while let Some((pid, status)) = reap() {
            if self.pid == Some(pid) {
                // One that ended before it ran tells why.
                if let Some(process) = self.waiting.take() {
                    process.release()?;
                }
                self.pid = None;
                self.status = Some(status);
                self.stdout.finish();
                self.stderr.finish();
            }
        }
        Ok(())
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
