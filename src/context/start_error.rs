//! Why a sandbox with a client was not started.

use std::io;

use thiserror::Error;

use super::exports::ExportsError;
use super::host_kernel::HostKernelError;
use super::qemu_rights::TooManyRights;
use super::reserved::ReservedError;
use super::root::RootError;
use super::statedir::StateDirError;
use crate::console::channel::ChannelError;
use crate::console::relay_error::RelayError;

/// Why a sandbox was not started.
#[derive(Debug, Error)]
pub enum StartError {
    /// Its name can't be had.
    #[error(transparent)]
    StateDir(#[from] StateDirError),
    /// There is no way for the guest to reach this process.
    #[error(transparent)]
    Channel(#[from] ChannelError),
    /// It ended at once.
    #[error(transparent)]
    Ended(#[from] RelayError),
    /// A container with users of its own would get nothing of the host.
    #[error("{}", tr!("cannot give the host's files to the sandbox: {reason}", reason = .0))]
    Sources(io::Error),
    /// Nobody would clean up after this process.
    #[error(
        "{}",
        tr!("cannot start the helper program {reason}; is the installation complete?", reason = .0)
    )]
    Reaper(io::Error),
    /// The context was created without a configuration.
    #[error("{}", tr!("the context has no configuration, create it with one"))]
    NoConfig,
    /// A service is configured, which a context of its own runs.
    #[error(
        "{}",
        tr!("the configuration asks for a service, which sandboxes can't be given yet")
    )]
    Service,
    /// The host's kernel lacks something.
    #[error(transparent)]
    HostKernel(#[from] HostKernelError),
    /// The root directory lacks something.
    #[error(transparent)]
    Root(#[from] RootError),
    /// A mount would let the program decide about later sandboxes.
    #[error(transparent)]
    Reserved(#[from] ReservedError),
    /// Nothing keeps the guest from making devices on the host.
    #[error(transparent)]
    QemuRights(#[from] TooManyRights),
    /// A machine would get other directories than those that were found.
    #[error(transparent)]
    Exports(#[from] ExportsError),
}

const QUARK: &str = "gvir-sandbox-context-interactive";

/// The code of the error for a name that is taken; all others are 0.
const NAME_IN_USE: i32 = 1;

impl From<StartError> for glib::Error {
    fn from(error: StartError) -> Self {
        let code = match error {
            StartError::StateDir(StateDirError::InUse(_)) => NAME_IN_USE,
            _ => 0,
        };
        Self::with_domain(glib::Quark::from_str(QUARK), code, &error.to_string())
    }
}

/// Whether a start failed only because another sandbox has the name.
pub fn is_name_in_use(error: &glib::Error) -> bool {
    error.domain() == glib::Quark::from_str(QUARK) && error.code() == NAME_IN_USE
}
