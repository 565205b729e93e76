//! The process that libvirt runs a container in: its end is the domain's, also where libvirt misses it.

use std::fs;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::Path;

use libvirt_glib::gobject::Domain;
use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, pidfd_open};

use super::relay_error::RelayError;
use crate::driver::CONTROLLER_SOCKETS;

/// The controller of a container. One that ends while the domain is still being started libvirt may go on listing for ever.
#[derive(Debug)]
pub(crate) struct ControllerWatch {
    pid: Pid,
    process: OwnedFd,
}

impl ControllerWatch {
    /// That of `domain`, which was just started; none where it can't be seen, and an error where it has ended.
    pub(crate) fn begin(domain: &Domain) -> Result<Option<Self>, RelayError> {
        let name = domain.name().unwrap_or_default();
        // The number of a container's domain is the process ID of its controller.
        let id = domain.id().ok().and_then(|id| id.try_into().ok());
        let Some(pid) = id.and_then(Pid::from_raw) else {
            return Ok(None);
        };
        match pidfd_open(pid, PidfdFlags::empty()) {
            Ok(process) => {
                // Looked at when it is held: the ID could be another one's by now, or of another PID namespace.
                let command = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
                Ok(is_controller(&command, &name).then_some(Self { pid, process }))
            }
            Err(Errno::SRCH)
                if has_ended(&Path::new(CONTROLLER_SOCKETS).join(format!("{name}.sock"))) =>
            {
                Err(RelayError::EndedEarly)
            }
            Err(_) => Ok(None),
        }
    }

    /// Its process ID.
    pub(crate) fn pid(&self) -> i32 {
        self.pid.as_raw_nonzero().get()
    }

    /// Readable when it has ended.
    pub(crate) fn as_fd(&self) -> BorrowedFd<'_> {
        self.process.as_fd()
    }
}

/// Whether a process with this command line is the controller of the container `name`.
pub(crate) fn is_controller(command: &[u8], name: &str) -> bool {
    let words: Vec<_> = command.split(|byte| *byte == 0).collect();
    words[0].ends_with(b"/libvirt_lxc")
        && words
            .windows(2)
            .any(|pair| pair[0] == b"--name" && pair[1] == name.as_bytes())
}

/// Whether the process that listened at `socket` is gone, whichever PID namespace it was in.
fn has_ended(socket: &Path) -> bool {
    UnixStream::connect(socket).is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixListener;

    use super::*;

    #[test]
    fn only_a_socket_that_refuses_is_of_one_that_ended() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("sandbox.sock");
        assert!(!has_ended(&path));
        let listener = UnixListener::bind(&path).unwrap();
        assert!(!has_ended(&path));
        drop(listener);
        assert!(has_ended(&path));
    }

    #[test]
    fn a_controller_is_known_by_its_program_and_name() {
        let command = b"/usr/lib/libvirt/libvirt_lxc\0--name\0sandbox\0--console\x0024\0";
        assert!(is_controller(command, "sandbox"));
        assert!(!is_controller(command, "sandbo"));
        assert!(!is_controller(command, "--console"));
        assert!(!is_controller(b"/bin/sh\0--name\0sandbox\0", "sandbox"));
        assert!(!is_controller(b"", "sandbox"));
    }
}
