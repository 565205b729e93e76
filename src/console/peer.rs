//! Who is at the other end of a connection: nobody but the guest that was started is talked with.

use std::fs;
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use nix::sys::socket::{UnixCredentials, getsockopt, sockopt::PeerCredentials};
use nix::unistd::geteuid;

/// How far below a container's controller its first process may be.
const GENERATIONS: usize = 8;

/// What is known of the process that connects for the guest.
#[derive(Debug)]
pub(crate) struct Peer {
    uid: u32,
    /// The group, where no other process of the user has it.
    gid: Option<u32>,
    origin: Origin,
}

/// Where the process comes from, as far as that can be seen.
#[derive(Debug)]
enum Origin {
    Unknown,
    /// The emulator's process ID is in this file of libvirt's, and its command line has the path of the socket.
    Emulator {
        pid_file: PathBuf,
        socket: PathBuf,
    },
    /// It descends from a container's controller.
    Controller(i32),
}

impl Peer {
    /// Any process of the calling user.
    pub(crate) fn caller() -> Self {
        Self {
            uid: geteuid().as_raw(),
            gid: None,
            origin: Origin::Unknown,
        }
    }

    /// The emulator that runs as `ids`, or as the caller; libvirt writes its process ID to `pid_file`, and it is to connect to
    /// `socket`.
    pub(crate) fn emulator(ids: Option<(u32, u32)>, pid_file: PathBuf, socket: PathBuf) -> Self {
        let caller = geteuid().as_raw();
        Self {
            uid: ids.map_or(caller, |(uid, _)| uid),
            gid: ids.map(|(_, gid)| gid),
            origin: Origin::Emulator { pid_file, socket },
        }
    }

    /// The first process of a container, whose root is the user `uid` of the host, with its controller where that can be seen.
    pub(crate) fn container(uid: u32, controller: Option<i32>) -> Self {
        Self {
            uid,
            gid: None,
            origin: controller.map_or(Origin::Unknown, Origin::Controller),
        }
    }

    /// Whether it is who is at the other end of `socket`; somebody else is told to the log.
    pub(crate) fn is_at(&self, socket: impl AsFd) -> nix::Result<bool> {
        let other = getsockopt(&socket, PeerCredentials)?;
        let is_it = self.is(&other);
        if !is_it {
            glib::g_info!(
                crate::log::LOG_DOMAIN,
                "{}",
                tr!(
                    "process {pid} of user {uid} connected to the sandbox's channel, but is not its guest: refused",
                    pid = other.pid(),
                    uid = other.uid(),
                )
            );
        }
        Ok(is_it)
    }

    fn is(&self, other: &UnixCredentials) -> bool {
        let has_ids = other.uid() == self.uid && self.gid.is_none_or(|gid| gid == other.gid());
        has_ids
            && match &self.origin {
                Origin::Unknown => true,
                Origin::Emulator { pid_file, socket } => {
                    emulator(pid_file, socket).is_none_or(|pid| pid == other.pid())
                }
                Origin::Controller(controller) => descends(other.pid(), *controller),
            }
    }
}

/// The emulator's process ID. That of a libvirt in another PID namespace is a number of something else here, if of anything.
fn emulator(pid_file: &Path, socket: &Path) -> Option<i32> {
    let pid: i32 = fs::read_to_string(pid_file).ok()?.trim().parse().ok()?;
    let command = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
    let socket = socket.as_os_str().as_bytes();
    let has_it = command.windows(socket.len()).any(|window| window == socket);
    has_it.then_some(pid)
}

fn descends(mut pid: i32, from: i32) -> bool {
    for _ in 0..GENERATIONS {
        match parent(pid) {
            Some(parent) if parent == from => return true,
            Some(parent) => pid = parent,
            None => return false,
        }
    }
    false
}

fn parent(pid: i32) -> Option<i32> {
    let status = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name, in parentheses, may have some as well.
    let (_, rest) = status.rsplit_once(')')?;
    rest.split_ascii_whitespace().nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::os::unix::net::UnixStream;
    use std::process;

    use super::*;

    fn is_own_process(peer: &Peer) -> bool {
        let (ours, _theirs) = UnixStream::pair().unwrap();
        peer.is_at(&ours).unwrap()
    }

    fn own_ids() -> (u32, u32) {
        (geteuid().as_raw(), nix::unistd::getegid().as_raw())
    }

    #[test]
    fn only_the_expected_user_and_group_are_taken() {
        let emulator = |ids| Peer::emulator(Some(ids), "/none".into(), "/none".into());
        let (uid, gid) = own_ids();
        assert!(is_own_process(&Peer::caller()));
        assert!(is_own_process(&emulator((uid, gid))));
        assert!(!is_own_process(&emulator((uid + 1, gid))));
        assert!(!is_own_process(&emulator((uid, gid + 1))));
        assert!(!is_own_process(&Peer::container(uid + 1, None)));
    }

    #[test]
    fn only_the_process_that_libvirt_started_is_taken() {
        let room = tempfile::tempdir().unwrap();
        let pid_file = room.path().join("box.pid");
        let mut other = process::Command::new("/bin/cat")
            .arg("-")
            .arg("/run/box/app.sock")
            .stdin(process::Stdio::piped())
            .stdout(process::Stdio::piped())
            .stderr(process::Stdio::null())
            .spawn()
            .unwrap();
        // The kernel shows a command line some time after `spawn` returns, and surely once the program runs.
        other.stdin.as_mut().unwrap().write_all(b"x").unwrap();
        other.stdout.as_mut().unwrap().read_exact(&mut [0]).unwrap();
        fs::write(&pid_file, format!("{}\n", other.id())).unwrap();
        let peer = |socket: &str| Peer::emulator(Some(own_ids()), pid_file.clone(), socket.into());
        assert!(!is_own_process(&peer("/run/box/app.sock")));
        // The number is that of another process here.
        assert!(is_own_process(&peer("/run/another/app.sock")));
        drop(other.stdin.take());
        other.wait().unwrap();
    }

    #[test]
    fn a_container_s_process_descends_from_its_controller() {
        let (uid, _) = own_ids();
        let own = i32::try_from(process::id()).unwrap();
        let parent = parent(own).unwrap();
        assert!(is_own_process(&Peer::container(uid, Some(parent))));
        assert!(!is_own_process(&Peer::container(uid, Some(own))));
    }
}
