//! Why the sandbox itself failed, in words for the person who started it.

use std::fs;
use std::io;
use std::net::IpAddr;
use std::path::PathBuf;

use nix::errno::Errno;
use sandbox_plan::{FILE_SYSTEMS, Full, PlanError, WireError};
use thiserror::Error;

/// Why the sandbox itself failed.
#[derive(Debug, Error)]
pub enum Error {
    /// The system refused an action.
    #[error("can't {action}: {}", errno.desc())]
    System {
        /// What was tried, with the object's name.
        action: String,
        /// Why it failed.
        errno: Errno,
    },
    /// The system refused an action, and a profile of AppArmor may be why.
    #[error(
        "can't {action}: {}; AppArmor confines the container with the profile {profile}, and what that has to allow is in /etc/apparmor.d/abstractions/libvirt-sandbox of the host, whose kernel log tells what was DENIED",
        Errno::EACCES.desc()
    )]
    Confined {
        /// What was tried, with the object's name.
        action: String,
        /// The name of the profile.
        profile: String,
    },
    /// The system refused an action, and SELinux may be why.
    #[error(
        "can't {action}: {}; SELinux confines the container with the context {context}, and what that has to be allowed is in libvirt-sandbox.cil, the policy module that comes with libvirt-sandbox, for semodule -i; the host's audit log tells what was denied",
        errno.desc()
    )]
    Labelled {
        /// What was tried, with the object's name.
        action: String,
        /// Why it failed.
        errno: Errno,
        /// The context of the process.
        context: String,
    },
    /// The plan can't be read.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The plan asks for something impossible.
    #[error("sandbox plan: {0}")]
    Impossible(String),
    /// A source is not what the host had found there.
    #[error(
        "a directory or file of the host was exchanged for another one while the sandbox started"
    )]
    Exchanged,
    /// The plan is not the one that the host has written.
    #[error("the plan {} is not the one that the host has made", .0.display())]
    Forged(PathBuf),
    /// A link leads to who knows where.
    #[error(
        "the path {} leads over the symbolic link '{}', which a program of a sandbox or another user may have made: name the place that it leads to",
        path.display(),
        name.display()
    )]
    Link {
        /// The whole path.
        path: PathBuf,
        /// The name of the link in its directory.
        name: PathBuf,
    },
    /// Nothing can be mounted there.
    #[error(
        "nothing can be mounted on {}, which the sandbox has its own or the kernel's files in: choose another place",
        .0.display()
    )]
    Place(PathBuf),
    /// The host's files can't be copied.
    #[error("can't copy files into {}: {reason}", target.display())]
    Copy {
        /// Where they were to come.
        target: PathBuf,
        /// Why they did not.
        reason: String,
    },
    /// An image has no file system on it.
    #[error(
        "the image for {} holds no file system that sandboxes know: make one of {} on it, without partitions",
        .0.display(),
        file_systems()
    )]
    NoFileSystem(PathBuf),
    /// Two sandboxes would write to one layer.
    #[error(
        "another sandbox keeps what it writes in the directory of the overlay: wait for its end, or use another directory"
    )]
    OverlayInUse,
    /// Nobody gives an address.
    #[error(
        "no DHCP server answered on {0} within 30 seconds: check its network, or give it an address with address=IP"
    )]
    NoLease(String),
    /// The interface is not connected.
    #[error("the network interface {0} has had no link for 30 seconds: check its network")]
    NoLink(String),
    /// A route leads nowhere.
    #[error(
        "the gateway {gateway} did not answer on {interface} within 30 seconds: check address=, route= and its network"
    )]
    NoGateway {
        /// Where the route leads.
        gateway: IpAddr,
        /// The interface it is on.
        interface: String,
    },
    /// The host broke the protocol.
    #[error("host broke the protocol: {0}")]
    Protocol(#[from] WireError),
    /// The host reads nothing, and there is more and more to tell it.
    #[error("host takes nothing of what it is sent")]
    Deaf(#[from] Full),
    /// The host sent a message at the wrong time.
    #[error("host broke the protocol: unexpected {0}")]
    Unexpected(String),
    /// The process that was to become the program failed before it did.
    #[error("{0}")]
    Child(String),
}

impl Error {
    /// The same, with the profile or the context that may be the reason.
    #[must_use]
    pub fn explained(self) -> Self {
        let (action, errno) = match self {
            // The second is what SELinux says of a capability.
            Self::System { action, errno } if [Errno::EACCES, Errno::EPERM].contains(&errno) => {
                (action, errno)
            }
            other => return other,
        };
        match (profile(), context()) {
            (Some(profile), _) if errno == Errno::EACCES => Self::Confined { action, profile },
            (None, Some(context)) => Self::Labelled {
                action,
                errno,
                context,
            },
            _ => Self::System { action, errno },
        }
    }
}

/// The profile of AppArmor that confines the calling process.
fn profile() -> Option<String> {
    let current = fs::read_to_string("/proc/self/attr/apparmor/current").ok()?;
    let profile = current.trim_end().strip_suffix(" (enforce)")?;
    Some(profile.to_owned())
}

/// The context of SELinux that the calling process has.
fn context() -> Option<String> {
    context_of(&fs::read_to_string("/proc/self/attr/current").ok()?)
}

/// Others write there, too: of SELinux it has a user, a role and a type.
fn context_of(current: &str) -> Option<String> {
    let context = current.trim_end_matches(['\0', '\n']);
    (context.split(':').count() > 2).then(|| context.to_owned())
}

fn file_systems() -> String {
    FILE_SYSTEMS.map(|known| known.fstype).join(", ")
}

/// Turns the system's refusal into an [`Error`] that says what was tried.
pub trait OrError<T> {
    /// Names the action as it follows `can't`.
    ///
    /// # Errors
    /// When `self` is one.
    fn or_error(self, action: impl FnOnce() -> String) -> Result<T, Error>;
}

impl<T> OrError<T> for nix::Result<T> {
    fn or_error(self, action: impl FnOnce() -> String) -> Result<T, Error> {
        self.map_err(|errno| Error::System {
            action: action(),
            errno,
        })
    }
}

impl<T> OrError<T> for io::Result<T> {
    fn or_error(self, action: impl FnOnce() -> String) -> Result<T, Error> {
        self.map_err(|error| Error::System {
            action: action(),
            errno: error.raw_os_error().map_or(Errno::EINVAL, Errno::from_raw),
        })
    }
}

/// Why the first process stops before the program's status is told.
#[derive(Debug)]
pub enum Stop {
    /// The host hung up or asked for the end.
    Gone,
    /// The sandbox failed.
    Failed(Error),
}

impl<E: Into<Error>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_selinux_has_contexts() {
        let context = "system_u:system_r:libvirt_sandbox_init_t:s0:c1,c2";
        assert_eq!(
            context_of(&format!("{context}\0")).as_deref(),
            Some(context)
        );
        // Of AppArmor, and of SELinux before it has a policy.
        for other in ["libvirt-1-2 (enforce)\n", "unconfined\n", "kernel\0", ""] {
            assert_eq!(context_of(other), None);
        }
    }
}
