//! What a service of a container writes. Nobody may read its console, which holds little; so its terminal is one of the
//! sandbox's own, and the first process takes what is written to it, always: for a file of the host, which keeps the end, and
//! for the console, as far as that takes it.

use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::{IoSlice, Write};
use std::os::fd::{AsFd, AsRawFd, OwnedFd, RawFd};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, OFlag, fcntl, open};
use nix::libc;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::stat::Mode;
use nix::sys::termios::{SetArg, cfmakeraw, tcgetattr, tcsetattr};
use nix::sys::uio::writev;
use nix::unistd::{dup2_stderr, read, ttyname, write};
use rustix::fs::CWD;
use sandbox_plan::Identity;
use sandbox_state::log;

use crate::attach::{attach, copy_of};
use crate::error::{Error, OrError};
use crate::pty::{self, Pty};
use crate::system::open_slave;

/// How much of its end waits for who reads the console, in bytes.
const SHOWN: usize = 64 * 1024;

/// How much is read at once, in bytes.
const PORTION: usize = 64 * 1024;

/// How often is read before others get their turn.
const TURN: usize = 16;

/// How long the console may take for what is left at the end, in milliseconds, as long as it takes nothing.
const LAST: u16 = 100;

/// The file of the host.
pub struct LogFile {
    file: File,
    /// How much was written since it was shortened.
    added: u64,
}

impl LogFile {
    /// Opens the file, and empties it: it has what the service writes from now on.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let mut options = OpenOptions::new();
        let options = options.append(true).custom_flags(libc::O_NOFOLLOW);
        let action = || format!("open the log {}", path.display());
        let file = options.open(path).or_error(action)?;
        file.set_len(0).or_error(action)?;
        Ok(Self { file, added: 0 })
    }

    /// The same file again.
    ///
    /// # Errors
    /// When there is no descriptor left.
    pub fn try_clone(&self) -> Result<Self, Error> {
        let file = self.file.try_clone();
        let file = file.or_error(|| "share the log".into())?;
        Ok(Self { file, added: 0 })
    }

    /// Adds to it. What does not fit on the disk is lost: the service goes on.
    pub fn add(&mut self, bytes: &[u8]) {
        let _ = self.file.write_all(bytes);
        self.added += bytes.len() as u64;
        if self.added > log::LIMIT - log::KEPT {
            self.added = 0;
            // Where a file can't have holes it begins anew.
            let _ = log::shorten(&self.file).or_else(|_| self.file.set_len(0));
        }
    }
}

/// The terminal of a service, and where goes what it writes.
pub struct ServiceLog {
    file: LogFile,
    pty: Pty,
    /// The sandbox's console, unless it was hung up.
    console: Option<OwnedFd>,
    /// What waits for the console.
    shown: VecDeque<u8>,
    /// What was typed there and waits for the service.
    typed: VecDeque<u8>,
}

impl ServiceLog {
    /// Makes the terminal with `ptmx`, for the user of `identity`, and puts it in the place of `console` at the paths `places`.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub fn new(
        file: LogFile,
        console: OwnedFd,
        ptmx: OwnedFd,
        identity: &Identity,
        places: &[&Path],
    ) -> Result<Self, Error> {
        let pty = pty::make(ptmx, identity, None)?;
        // Found by its path: where the root was covered meanwhile, its descriptor is on a mount that is no more.
        let source = ttyname(&pty.slave).or_error(|| "find the terminal".into())?;
        for place in places.iter().filter(|place| place.exists()) {
            // AppArmor's profiles allow no mount(2) of it.
            open(*place, OFlag::O_PATH | OFlag::O_CLOEXEC, Mode::empty())
                .and_then(|place| attach(copy_of(CWD, source.as_os_str(), false)?, place))
                .or_error(|| format!("mount a terminal on {}", place.display()))?;
        }
        let action = || "set up the console".to_owned();
        // The terminal of the service does what terminals do.
        let mut settings = tcgetattr(&console).or_error(action)?;
        cfmakeraw(&mut settings);
        tcsetattr(&console, SetArg::TCSANOW, &settings).or_error(action)?;
        fcntl(&console, FcntlArg::F_SETFL(OFlag::O_NONBLOCK)).or_error(action)?;
        Ok(Self {
            file,
            pty,
            console: Some(console),
            shown: VecDeque::new(),
            typed: VecDeque::new(),
        })
    }

    /// The terminal.
    ///
    /// # Errors
    /// When there is no descriptor left.
    pub fn terminal(&self) -> Result<OwnedFd, Error> {
        let terminal = self.pty.slave.try_clone();
        terminal.or_error(|| "share the terminal".into())
    }

    /// Lets the calling process's messages go the same way. They don't wait where there is no room.
    ///
    /// # Errors
    /// When the terminal can't be opened again.
    pub fn take_messages(&self) -> Result<(), Error> {
        let action = || "open the terminal again".to_owned();
        let flags = OFlag::O_WRONLY | OFlag::O_NOCTTY | OFlag::O_CLOEXEC | OFlag::O_NONBLOCK;
        let own = open_slave(&self.pty.master, flags).or_error(action)?;
        dup2_stderr(own).or_error(action)
    }

    /// The descriptors that stay open in the process that does this.
    pub fn descriptors(&self) -> Vec<RawFd> {
        let mut all = vec![
            self.file.file.as_raw_fd(),
            self.pty.master.as_raw_fd(),
            self.pty.slave.as_raw_fd(),
        ];
        all.extend(self.console.as_ref().map(AsRawFd::as_raw_fd));
        all
    }

    /// The file, for the process that does not do this.
    ///
    /// # Errors
    /// When there is no descriptor left.
    pub fn file(&self) -> Result<LogFile, Error> {
        self.file.try_clone()
    }

    /// What to wait for.
    pub fn interest(&self) -> Vec<PollFd<'_>> {
        let mut terminal = PollFlags::POLLIN;
        terminal.set(PollFlags::POLLOUT, !self.typed.is_empty());
        let mut fds = vec![PollFd::new(self.pty.master.as_fd(), terminal)];
        if let Some(console) = &self.console {
            let mut events = PollFlags::empty();
            events.set(PollFlags::POLLIN, self.typed.is_empty());
            events.set(PollFlags::POLLOUT, !self.shown.is_empty());
            fds.push(PollFd::new(console.as_fd(), events));
        }
        fds
    }

    /// Moves what there is to move, without waiting.
    pub fn advance(&mut self) {
        self.take(TURN);
        self.show();
        self.read_console();
        while !self.typed.is_empty() {
            match write(&self.pty.master, self.typed.as_slices().0) {
                Ok(written) => drop(self.typed.drain(..written)),
                Err(Errno::EINTR) => {}
                Err(_) => break,
            }
        }
    }

    /// Takes all that is left, and gives the console a moment for its part of it.
    pub fn finish(mut self) {
        // A terminal holds little; who still writes is not waited for.
        self.take(TURN);
        self.show();
        while let Some(console) = self.console.as_ref().filter(|_| !self.shown.is_empty()) {
            let mut fds = [PollFd::new(console.as_fd(), PollFlags::POLLOUT)];
            match poll(&mut fds, PollTimeout::from(LAST)) {
                Err(Errno::EINTR) => {}
                Ok(1) => self.show(),
                _ => break,
            }
        }
    }

    fn take(&mut self, times: usize) {
        let mut buffer = vec![0; PORTION];
        for _ in 0..times {
            match read(&self.pty.master, &mut buffer) {
                Ok(0) => break,
                Ok(length) => {
                    self.file.add(&buffer[..length]);
                    self.shown.extend(&buffer[..length]);
                    let surplus = self.shown.len().saturating_sub(SHOWN);
                    self.shown.drain(..surplus);
                }
                Err(Errno::EINTR) => {}
                Err(_) => break,
            }
        }
    }

    fn show(&mut self) {
        while let Some(console) = self.console.as_ref().filter(|_| !self.shown.is_empty()) {
            let (first, second) = self.shown.as_slices();
            match writev(console, &[IoSlice::new(first), IoSlice::new(second)]) {
                Ok(written) => drop(self.shown.drain(..written)),
                Err(Errno::EINTR) => {}
                Err(Errno::EAGAIN) => break,
                Err(_) => self.console = None,
            }
        }
    }

    fn read_console(&mut self) {
        let Some(console) = self.console.as_ref().filter(|_| self.typed.is_empty()) else {
            return;
        };
        let mut buffer = [0; 4096];
        match read(console, &mut buffer) {
            Ok(length) if length > 0 => self.typed.extend(&buffer[..length]),
            Err(Errno::EAGAIN | Errno::EINTR) => {}
            _ => self.console = None,
        }
    }
}
