//! The files that programs find names in: `/etc/resolv.conf` and `/etc/hosts`.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::fd::{AsRawFd, RawFd};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use sandbox_plan::{Mount, Plan};

use crate::error::{Error, OrError};

const RESOLVER: &str = "/etc/resolv.conf";
const HOSTS: &str = "/etc/hosts";

/// What stands in for them; the root is read-only.
const OWN_RESOLVER: &str = "/run/libvirt-sandbox-resolv.conf";
const OWN_HOSTS: &str = "/run/libvirt-sandbox-hosts";

/// The address of the own name: one of the loopback interface, but not that of `localhost`.
const OWN_ADDRESS: &str = "127.0.1.1";

/// What every host file has.
const NO_HOSTS: &[u8] = b"127.0.0.1 localhost\n::1 localhost\n";

/// What the files are.
#[derive(Default)]
pub struct NameFiles {
    /// The mounts that put them in their places.
    pub mounts: Vec<Mount>,
    /// The resolv.conf, where it is the sandbox's own.
    pub resolver: Option<ResolverFile>,
}

/// An open `/etc/resolv.conf`.
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

/// Writes the files; `resolver` is what DHCP servers told.
///
/// # Errors
/// When they can't be written.
pub fn make(plan: &Plan, resolver: &str) -> Result<NameFiles, Error> {
    let mut files = NameFiles::default();
    if let Some(of_host) = &plan.resolver {
        let text = if resolver.is_empty() {
            of_host
        } else {
            resolver.as_bytes()
        };
        if !text.is_empty() {
            let file = write(OWN_RESOLVER, text)?;
            files.resolver = Some(ResolverFile(file));
            files.mounts.push(stand_in(OWN_RESOLVER, RESOLVER));
        }
    }
    if plan.hosts && !plan.hostname.is_empty() {
        let given = given_hosts();
        if given.is_none() && plan.interfaces.is_empty() {
            // A root without one is left so, unless there is a network to find hosts in.
            return Ok(files);
        }
        let given = given.as_deref().unwrap_or(NO_HOSTS);
        write(OWN_HOSTS, &hosts(&plan.hostname, given))?;
        files.mounts.push(stand_in(OWN_HOSTS, HOSTS));
    }
    Ok(files)
}

/// What the root has; a device or a pipe, which may never end, is not read.
fn given_hosts() -> Option<Vec<u8>> {
    let is_file = fs::metadata(HOSTS).ok()?.is_file();
    is_file.then(|| fs::read(HOSTS).ok())?
}

/// The own name comes first: `given` may have it for a host of the network.
fn hosts(name: &str, given: &[u8]) -> Vec<u8> {
    let short = name.split('.').next().filter(|short| *short != name);
    let alias = short.map_or_else(String::new, |short| format!(" {short}"));
    let mut hosts = format!("{OWN_ADDRESS} {name}{alias}\n").into_bytes();
    hosts.extend_from_slice(given);
    hosts
}

fn write(path: &str, text: &[u8]) -> Result<File, Error> {
    let action = || format!("write {path}");
    let mut file = File::create(path).or_error(action)?;
    file.write_all(text).or_error(action)?;
    Ok(file)
}

fn stand_in(source: &str, target: &str) -> Mount {
    Mount {
        fstype: "bind".into(),
        source: source.into(),
        target: follow_links(Path::new(target)).into(),
        options: String::new(),
        read_only: false,
        content: None,
    }
}

/// Where the links of `path` end, whether there is something or not.
fn follow_links(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    // As many as the kernel follows.
    for _ in 0..40 {
        let Ok(link) = fs::read_link(&path) else {
            break;
        };
        let parent = path.parent().unwrap_or(Path::new("/"));
        path = parent.join(link);
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_own_name_comes_before_what_is_given() {
        let given = b"127.0.0.1 localhost\n192.0.2.1 box\n";
        let made = hosts("box", given);
        assert_eq!(made, [b"127.0.1.1 box\n".as_slice(), given].concat());
        assert_eq!(
            hosts("box.example.org", b""),
            b"127.0.1.1 box.example.org box\n"
        );
    }
}
