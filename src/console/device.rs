//! The guest's end of a raw console: a stream of libvirt, or the pseudo terminal behind it on this host.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use libvirt_glib::gobject::Stream;
use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::unistd::isatty;
use quick_xml::events::Event;
use quick_xml::{Error, Reader};

use super::log_file::LogFile;
use super::xml::attribute;

/// The guest's end of a raw console; reading and writing never wait.
#[derive(Debug)]
pub enum Device {
    /// Through libvirt, wherever the guest is.
    Stream(Stream),
    /// On this host.
    Terminal(File),
    /// What was written to the other one, and goes on being written, in a file of this host.
    Log {
        /// The file, as long as it can be read.
        log: Option<LogFile>,
        /// Where it is typed. What comes from there is in the file, too.
        terminal: Box<Device>,
        /// How that ended, once it has.
        ended: Option<io::Result<()>>,
    },
}

impl Device {
    /// Opens the pseudo terminal `path`.
    pub fn open(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .custom_flags((OFlag::O_NONBLOCK | OFlag::O_NOCTTY).bits())
            .open(path)?;
        if !isatty(&file)? {
            return Err(Errno::ENOTTY.into());
        }
        Ok(Self::Terminal(file))
    }

    /// Receives what is there; `WouldBlock` when there is nothing, 0 at the end.
    pub fn receive(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Stream(stream) => stream.receive(into).map_err(from_libvirt),
            Self::Terminal(file) => match file.read(into) {
                // The other side hung up.
                Err(e) if e.raw_os_error() == Some(libc::EIO) => Ok(0),
                result => result,
            },
            Self::Log {
                log,
                terminal,
                ended,
            } => {
                if let Some(file) = log {
                    drain(terminal, ended);
                    match file.read(into) {
                        Err(e) if e.kind() == ErrorKind::WouldBlock => {
                            if ended.is_none() || !file.is_complete() {
                                return Err(e);
                            }
                        }
                        // Libvirt has begun a new one for root alone: what comes now is taken from the terminal.
                        Err(_) => *log = None,
                        result => return result,
                    }
                }
                match ended.take() {
                    Some(end) => end.map(|()| 0),
                    None => terminal.receive(into),
                }
            }
        }
    }

    /// Takes what is not shown, so that the guest is not held up by it.
    pub fn drain(&mut self) {
        if let Self::Log {
            log: Some(_),
            terminal,
            ended,
        } = self
        {
            drain(terminal, ended);
        }
    }

    /// Sends what it can of `bytes`; `WouldBlock` when there is no room.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Stream(stream) => stream.send(bytes).map_err(from_libvirt),
            Self::Terminal(file) => file.write(bytes),
            Self::Log { terminal, .. } => terminal.send(bytes),
        }
    }

    /// The descriptor to wait on; a stream has none.
    pub fn as_fd(&self) -> Option<BorrowedFd<'_>> {
        match self {
            Self::Stream(_) => None,
            Self::Terminal(file) => Some(file.as_fd()),
            // It would be ready for ever.
            Self::Log { ended: Some(_), .. } => None,
            Self::Log { terminal, .. } => terminal.as_fd(),
        }
    }

    /// The stream, if there is one.
    pub fn stream(&self) -> Option<&Stream> {
        match self {
            Self::Stream(stream) => Some(stream),
            Self::Terminal(_) => None,
            Self::Log { terminal, .. } => terminal.stream(),
        }
    }

    /// The log, if there is one.
    pub fn log(&self) -> Option<&LogFile> {
        match self {
            Self::Log { log, .. } => log.as_ref(),
            _ => None,
        }
    }

    /// Whether what comes is taken, whoever reads it.
    pub fn is_drained(&self) -> bool {
        matches!(self, Self::Log { ended: None, .. })
    }
}

fn drain(terminal: &mut Device, ended: &mut Option<io::Result<()>>) {
    let mut buffer = [0; 16 * 1024];
    while ended.is_none() {
        match terminal.receive(&mut buffer) {
            Ok(0) => *ended = Some(Ok(())),
            Ok(_) => (),
            Err(e) if e.kind() == ErrorKind::WouldBlock => return,
            Err(e) if e.kind() == ErrorKind::Interrupted => (),
            Err(e) => *ended = Some(Err(e)),
        }
    }
}

fn from_libvirt(error: glib::Error) -> io::Error {
    if error.matches(gio::IOErrorEnum::WouldBlock) {
        ErrorKind::WouldBlock.into()
    } else {
        io::Error::other(error.message().to_owned())
    }
}

/// A device in the description of a domain, as far as it is read.
#[derive(Default)]
struct Found {
    is_pty: bool,
    alias: Option<String>,
    path: Option<String>,
}

/// The pseudo terminal of the device with this alias in the description of a running domain; `None` when there is no
/// such device or it is no pseudo terminal.
pub fn pty_path(domain_xml: &str, alias: &str) -> Result<Option<PathBuf>, Error> {
    let mut reader = Reader::from_str(domain_xml);
    reader.config_mut().expand_empty_elements = true;
    let mut depth = 0;
    let mut device = Found::default();
    loop {
        match reader.read_event()? {
            // The document is <domain><devices><console>...
            Event::Start(element) => {
                depth += 1;
                match (depth, element.local_name().as_ref()) {
                    (3, _) => {
                        device = Found {
                            is_pty: attribute(&element, "type")?.as_deref() == Some("pty"),
                            ..Found::default()
                        }
                    }
                    (4, b"alias") => device.alias = attribute(&element, "name")?,
                    (4, b"source") => device.path = attribute(&element, "path")?,
                    _ => (),
                }
            }
            Event::End(_) => {
                if depth == 3 && device.is_pty && device.alias.as_deref() == Some(alias) {
                    return Ok(device.path.map(PathBuf::from));
                }
                depth -= 1;
            }
            Event::Eof => return Ok(None),
            _ => (),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOMAIN: &str = "<domain type='kvm'><alias name='console0'/><devices>
        <serial type='file'><source path='/tmp/log'/><alias name='serial0'/></serial>
        <serial type='pty'><source path='/dev/pts/4'/><target port='1'/><alias name='serial1'/></serial>
        <console type='pty' tty='/dev/pts/7'><source path='/dev/pts/7'/><log file='/x'/><alias name='console0'/></console>
        <console type='pty'><alias name='console1'/></console>
        </devices></domain>";

    #[test]
    fn the_alias_tells_the_device() {
        let path = |alias| pty_path(DOMAIN, alias).unwrap();
        assert_eq!(path("serial1"), Some("/dev/pts/4".into()));
        assert_eq!(path("console0"), Some("/dev/pts/7".into()));
        assert_eq!(path("serial0"), None, "a file is no terminal");
        assert_eq!(path("console1"), None, "the domain does not run");
        assert_eq!(path("console9"), None);
        assert!(pty_path("<domain><devices></domain>", "x").is_err());
    }

    #[test]
    fn only_a_terminal_is_opened() {
        assert!(Device::open(Path::new("/dev/null")).is_err());
        let error = Device::open(Path::new("/nonexistent")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
    }
}
