//! The log of a service, in a file of this host: the end of it, and what is added.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::sys::inotify::{AddWatchFlags, InitFlags, Inotify};
use quick_xml::Reader;
use quick_xml::events::Event;
use sandbox_plan::SERVICE_LOG;
use sandbox_state::log::KEPT;

use super::xml::attribute;

/// How much of a line that begins before what is shown is looked for its end, in bytes.
const LINE: usize = 4096;

/// Who writes a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writer {
    /// The first process of a container. It ends with it, and keeps the end of the file.
    Guest,
    /// Libvirt's daemon for logs, or QEMU. It may be behind the end of the machine, and begins a new file when this is long.
    Host,
}

/// A log that is read.
#[derive(Debug)]
pub struct LogFile {
    path: PathBuf,
    writer: Writer,
    file: File,
    offset: u64,
    /// What was begun after it.
    next: Option<File>,
    changes: Inotify,
    is_closed: bool,
}

impl LogFile {
    /// Opens the log at `path`, at the beginning of what is kept of it.
    pub fn open(path: PathBuf, writer: Writer) -> io::Result<Self> {
        let changes = Inotify::init(InitFlags::IN_CLOEXEC | InitFlags::IN_NONBLOCK)?;
        let directory = path.parent().unwrap_or(Path::new("/"));
        changes.add_watch(
            directory,
            AddWatchFlags::IN_MODIFY
                | AddWatchFlags::IN_CREATE
                | AddWatchFlags::IN_CLOSE_WRITE
                | AddWatchFlags::IN_MOVED_FROM
                | AddWatchFlags::IN_DELETE,
        )?;
        let mut log = Self {
            file: open(&path)?,
            path,
            writer,
            offset: 0,
            next: None,
            changes,
            is_closed: false,
        };
        log.skip()?;
        Ok(log)
    }

    /// Readable when something has changed.
    pub fn as_fd(&self) -> BorrowedFd<'_> {
        self.changes.as_fd()
    }

    /// Whether nothing comes any more once the sandbox has ended and all was read.
    pub fn is_complete(&self) -> bool {
        self.writer == Writer::Guest || self.is_closed
    }

    /// Reads on; `WouldBlock` when there is nothing yet.
    pub fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let length = self.file.read_at(into, self.offset)?;
            let size = self.file.metadata()?.len();
            if self.writer == Writer::Guest && size > self.offset + KEPT {
                // What was read may be gone already.
                self.skip()?;
            } else if length > 0 {
                self.offset += length as u64;
                return Ok(length);
            } else if size < self.offset {
                self.offset = 0;
            } else if let Some(next) = self.next.take() {
                (self.file, self.offset) = (next, 0);
            } else if !self.follow()? {
                return Err(ErrorKind::WouldBlock.into());
            }
        }
    }

    /// Goes to the beginning of what is kept for sure, or of the first line there.
    fn skip(&mut self) -> io::Result<()> {
        let size = self.file.metadata()?.len();
        self.offset = size.saturating_sub(KEPT);
        if self.offset > 0 {
            let mut begin = [0; LINE];
            let length = self.file.read_at(&mut begin, self.offset)?;
            let end = begin[..length].iter().position(|byte| *byte == b'\n');
            self.offset += end.map_or(0, |end| end as u64 + 1);
        }
        Ok(())
    }

    /// Takes notice of what has changed; says whether something has.
    fn follow(&mut self) -> io::Result<bool> {
        let events = match self.changes.read_events() {
            Err(Errno::EAGAIN) => return Ok(false),
            events => events?,
        };
        for event in events {
            if event.name.as_deref() == self.path.file_name() {
                let ends = AddWatchFlags::IN_CLOSE_WRITE | AddWatchFlags::IN_DELETE;
                self.is_closed = event.mask.intersects(ends);
            }
        }
        match open(&self.path) {
            Ok(now) if now.metadata()?.ino() != self.file.metadata()?.ino() => {
                self.next = Some(now);
                Ok(true)
            }
            Ok(_) => Ok(true),
            // Between two of them.
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(true),
            Err(error) => Err(error),
        }
    }
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).custom_flags(OFlag::O_NOFOLLOW.bits());
    options.open(path)
}

/// Where the log of the console `alias` is kept, by the description of a running domain, and who writes it.
pub fn find(domain_xml: &str, alias: &str) -> Result<Option<(PathBuf, Writer)>, quick_xml::Error> {
    let mut reader = Reader::from_str(domain_xml);
    reader.config_mut().expand_empty_elements = true;
    let mut depth = 0;
    let mut device = Found::default();
    loop {
        match reader.read_event()? {
            // The document is <domain><devices><serial>...
            Event::Start(element) => {
                depth += 1;
                match (depth, element.local_name().as_ref()) {
                    (3, _) => device = Found::default(),
                    (4, b"alias") => device.alias = attribute(&element, "name")?,
                    (4, b"log") => device.log = attribute(&element, "file")?,
                    (4, b"source") => device.source = attribute(&element, "dir")?,
                    (4, b"target") => device.target = attribute(&element, "dir")?,
                    _ => (),
                }
            }
            Event::End(_) => {
                let device = (depth == 3).then(|| std::mem::take(&mut device));
                depth -= 1;
                match device.unwrap_or_default() {
                    Found {
                        alias: Some(found),
                        log: Some(log),
                        ..
                    } if found == alias => return Ok(Some((log.into(), Writer::Host))),
                    Found {
                        source: Some(source),
                        target: Some(target),
                        ..
                    } if target == SERVICE_LOG => return Ok(Some((source.into(), Writer::Guest))),
                    _ => (),
                }
            }
            Event::Eof => return Ok(None),
            _ => (),
        }
    }
}

/// A device, as far as it is read.
#[derive(Default)]
struct Found {
    alias: Option<String>,
    log: Option<String>,
    source: Option<String>,
    target: Option<String>,
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn writer(path: &Path) -> File {
        OpenOptions::new()
            .append(true)
            .create(true)
            .open(path)
            .unwrap()
    }

    /// All that there is.
    fn rest(log: &mut LogFile) -> String {
        let (mut all, mut buffer) = (Vec::new(), [0; 1000]);
        loop {
            match log.read(&mut buffer) {
                Ok(length) => all.extend(&buffer[..length]),
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::WouldBlock);
                    return String::from_utf8(all).unwrap();
                }
            }
        }
    }

    #[test]
    fn a_log_is_followed_into_the_next_file_and_to_its_end() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("console.log");
        let mut file = writer(&path);
        file.write_all(b"one\n").unwrap();
        let mut log = LogFile::open(path.clone(), Writer::Host).unwrap();
        assert_eq!(rest(&mut log), "one\n");
        file.write_all(b"two\n").unwrap();
        std::fs::rename(&path, directory.path().join("console.log.0")).unwrap();
        drop(file);
        let mut file = writer(&path);
        file.write_all(b"three\n").unwrap();
        assert_eq!(rest(&mut log), "two\nthree\n");
        assert!(!log.is_complete());
        file.write_all(b"four\n").unwrap();
        drop(file);
        assert_eq!(rest(&mut log), "four\n");
        assert!(log.is_complete());
    }

    #[test]
    fn only_what_is_kept_of_a_log_is_shown_from_its_first_line_on() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("console.log");
        let mut file = writer(&path);
        let line = "a line of the log\n";
        let lines = |bytes: u64| line.repeat(usize::try_from(bytes).unwrap() / line.len());
        file.write_all(lines(2 * KEPT).as_bytes()).unwrap();
        sandbox_state::log::shorten(&file).unwrap();
        let mut log = LogFile::open(path, Writer::Guest).unwrap();
        let shown = rest(&mut log);
        assert!(shown.len() as u64 <= KEPT && shown.len() as u64 > KEPT - LINE as u64);
        assert!(shown.starts_with(line) && !shown.contains('\0'));
        // Who is slow goes on where something is left.
        file.write_all(lines(3 * KEPT).as_bytes()).unwrap();
        sandbox_state::log::shorten(&file).unwrap();
        let shown = rest(&mut log);
        assert!(shown.starts_with(line) && shown.len() as u64 > KEPT - LINE as u64);
        // And with the next start it begins anew.
        file.set_len(0).unwrap();
        file.write_all(b"new\n").unwrap();
        assert_eq!(rest(&mut log), "new\n");
    }

    #[test]
    fn the_description_tells_where_the_log_is() {
        let machine = "<domain><devices><serial type='pty'><log file='/a&amp;b' append='off'/><alias name='serial0'/></serial>
            <serial type='pty'><alias name='serial1'/></serial></devices></domain>";
        let found = Some(("/a&b".into(), Writer::Host));
        assert_eq!(find(machine, "serial0").unwrap(), found);
        assert_eq!(find(machine, "serial1").unwrap(), None);
        let container = format!("<domain><devices><filesystem><source dir='/x'/><target dir='/'/></filesystem>
            <filesystem><source dir='/log'/><target dir='{SERVICE_LOG}'/></filesystem></devices></domain>");
        let found = Some(("/log".into(), Writer::Guest));
        assert_eq!(find(&container, "console0").unwrap(), found);
    }
}
