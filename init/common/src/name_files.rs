//! The files that programs find names in: `/etc/resolv.conf` and `/etc/hosts`.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsRawFd, RawFd};
use std::os::unix::fs::FileExt;
use std::path::Path;

use rustix::fs::CWD;
use sandbox_plan::Plan;

use crate::attach::{attach, copy_of};
use crate::error::{Error, OrError};
use crate::log::Log;
use crate::place::{Kind, Places};

const RESOLVER: &str = "/etc/resolv.conf";
const HOSTS: &str = "/etc/hosts";

/// What stands in for them; the root is read-only.
const OWN_RESOLVER: &str = "/run/libvirt-sandbox-resolv.conf";
const OWN_HOSTS: &str = "/run/libvirt-sandbox-hosts";

/// An open `/etc/resolv.conf`.
#[derive(Debug)]
pub struct ResolverFile(pub File);

impl ResolverFile {
    /// Writes it anew. It stays the same file: mounts can't be exchanged any more once the program runs.
    pub fn replace(&self, text: &str) -> io::Result<()> {
        self.0.write_all_at(text.as_bytes(), 0)?;
        self.0.set_len(text.len() as u64)
    }
}

impl AsRawFd for ResolverFile {
    fn as_raw_fd(&self) -> RawFd {
        self.0.as_raw_fd()
    }
}

/// Puts the files of the plan in their places, and gives the resolv.conf, where it is the sandbox's own; `resolver` is what
/// DHCP servers told.
///
/// # Errors
/// When they can't be written or mounted.
pub fn place(
    plan: &Plan,
    resolver: &str,
    places: &mut Places,
    log: Log,
) -> Result<Option<ResolverFile>, Error> {
    let mut own = None;
    let told = if resolver.is_empty() {
        plan.resolver.as_deref()
    } else {
        plan.resolver.as_ref().map(|_| resolver.as_bytes())
    };
    if let Some(text) = told.filter(|text| !text.is_empty()) {
        own = Some(ResolverFile(write(OWN_RESOLVER, text)?));
        stand_in(OWN_RESOLVER, RESOLVER, places, log)?;
    }
    if let Some(hosts) = &plan.hosts {
        write(OWN_HOSTS, hosts)?;
        stand_in(OWN_HOSTS, HOSTS, places, log)?;
    }
    Ok(own)
}

fn write(path: &str, text: &[u8]) -> Result<File, Error> {
    let action = || format!("write {path}");
    let mut file = File::create(path).or_error(action)?;
    file.write_all(text).or_error(action)?;
    Ok(file)
}

fn stand_in(source: &str, target: &str, places: &mut Places, log: Log) -> Result<(), Error> {
    let place = match places.make(Path::new(target), Kind::File) {
        // A former program has made it so: it is its root.
        Err(error @ Error::Link { .. }) => {
            log.step(format_args!("leave {target} as it is: {error}"));
            return Ok(());
        }
        place => place?,
    };
    copy_of(CWD, OsStr::new(source), false)
        .and_then(|copy| attach(copy, place))
        .or_error(|| format!("mount {source} on {target}"))
}
