//! Makes sure that QEMU gives a machine the directories that were found, whatever their paths lead to when it opens them.
//!
//! QEMU is told of them by name. A sandbox that writes to what one of them is in can put a link in its place, after everything
//! about the path was looked at. So QEMU is started paused, and what it has open is compared before the guest runs.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use nix::unistd::geteuid;
use quick_xml::Reader;
use quick_xml::events::Event;
use thiserror::Error;

use super::qemu_process;
use crate::builder::storage::identity::Identity;
use crate::builder::storage::sources;
use crate::config::Config;
use crate::console::xml::attribute;
use crate::driver::{Driver, Placement};

/// QEMU would give a machine something else than what it was told to.
#[derive(Debug, Error)]
pub enum ExportsError {
    /// A directory can't be found.
    #[error("{}", tr!("cannot give a directory to the machine: {problem}", problem = .0))]
    Source(String),
    /// Something else was in the place of a directory when QEMU opened it.
    #[error(
        "{}",
        tr!(
            "{path} was given to the machine, but not asked for: somebody exchanged a directory on the way while the machine started",
            path = sources::shown(.0)
        )
    )]
    Exchanged(PathBuf),
    /// Nobody can tell.
    #[error(
        "{}",
        tr!("cannot see which directories QEMU (process {pid}) gives to the machine: {source}", pid, source)
    )]
    Unknown {
        /// The process ID.
        pid: u32,
        /// Why.
        source: io::Error,
    },
}

/// The directories that a machine is to get.
#[derive(Debug)]
pub(super) struct Exports(BTreeSet<Identity>);

impl Exports {
    /// What the domain description `xml` names, if it is a machine's.
    pub(super) fn of(
        config: &Config,
        driver: &Driver,
        xml: &str,
    ) -> Result<Option<Self>, ExportsError> {
        if *driver == Driver::Container {
            return Ok(None);
        }
        let found = |path: PathBuf| {
            let found = sources::find(config, &path).map_err(ExportsError::Source)?;
            Ok(found.identity)
        };
        let paths = paths(xml).map_err(|error| ExportsError::Source(error.to_string()))?;
        let found: Result<_, _> = paths.into_iter().map(found).collect();
        found.map(Self).map(Some)
    }

    /// Compares them with what the QEMU of the machine `name` has open, before the guest runs: until then it opens no other directory.
    /// It has `path` in its command line. A caller who is not root can't look into the one of the system's daemon.
    pub(super) fn check(
        &self,
        placement: &Placement,
        name: &str,
        path: &Path,
    ) -> Result<(), ExportsError> {
        if *placement == Placement::System && !geteuid().is_root() {
            return Ok(());
        }
        for (pid, process) in qemu_process::of_machine(placement, name, path) {
            self.compare(&process)
                .map_err(|source| ExportsError::Unknown { pid, source })?
                .map_or(Ok(()), |path| Err(ExportsError::Exchanged(path)))?;
        }
        Ok(())
    }

    /// Gives a directory that a process has open, and that is not one of them.
    fn compare(&self, process: &Path) -> io::Result<Option<PathBuf>> {
        for entry in fs::read_dir(process.join("fd"))? {
            let path = entry?.path();
            let about = match fs::metadata(&path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                about => about?,
            };
            if about.is_dir() && !self.0.contains(&Identity::from(&about)) {
                return fs::read_link(path).map(Some);
            }
        }
        Ok(None)
    }
}

/// The directories in `<source dir="…"/>`.
fn paths(xml: &str) -> Result<Vec<PathBuf>, quick_xml::Error> {
    let mut reader = Reader::from_str(xml);
    let mut paths = Vec::new();
    loop {
        match reader.read_event()? {
            Event::Start(element) | Event::Empty(element)
                if element.local_name().as_ref() == b"source" =>
            {
                paths.extend(attribute(&element, "dir")?.map(PathBuf::from));
            }
            Event::Eof => return Ok(paths),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::{Read, Write};
    use std::process;

    use super::*;

    #[test]
    fn directories_are_read_from_a_description() {
        let xml = "<domain><devices><filesystem type='mount'><source dir='/a &amp; b'/></filesystem>\
            <disk><source file='/c'/></disk><filesystem><source dir='/d'></source></filesystem></devices></domain>";
        assert_eq!(paths(xml).unwrap(), [Path::new("/a & b"), Path::new("/d")]);
        assert!(paths("<domain><source dir='/a></domain>").is_err());
    }

    #[test]
    fn a_directory_that_was_not_asked_for_is_found() {
        let room = tempfile::tempdir().unwrap();
        let path = room.path().canonicalize().unwrap();
        let mut process = process::Command::new("/bin/cat")
            .stdin(process::Stdio::piped())
            .stdout(process::Stdio::piped())
            .stderr(File::open(&path).unwrap())
            .spawn()
            .unwrap();
        // When it runs it has what it was given, and no more.
        process.stdin.as_mut().unwrap().write_all(b"x").unwrap();
        let mut answer = process.stdout.take().unwrap();
        answer.read_exact(&mut [0]).unwrap();
        let compare = |asked_for: &[&Path]| {
            let asked_for = asked_for.iter().map(|path| Identity::of(path).unwrap());
            let exports = Exports(asked_for.collect());
            exports.compare(&PathBuf::from(format!("/proc/{}", process.id())))
        };
        assert_eq!(compare(&[Path::new("/")]).unwrap().as_ref(), Some(&path));
        assert_eq!(compare(&[Path::new("/"), &path]).unwrap(), None);
        drop(process.stdin.take());
        process.wait().unwrap();
    }
}
