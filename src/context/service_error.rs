//! Why a service could not be defined, started or undefined.

use thiserror::Error;

use super::exports::ExportsError;
use super::host_kernel::HostKernelError;
use super::qemu_rights::TooManyRights;
use super::reserved::ReservedError;
use super::root::RootError;
use super::servicedir::ServiceDirError;

/// Why a service could not be defined, started or undefined.
#[derive(Debug, Error)]
pub enum ServiceError {
    /// Its files can't be written or removed.
    #[error(transparent)]
    Dir(#[from] ServiceDirError),
    /// libvirt has no domain of its name.
    #[error(
        "{}",
        tr!("no service named '{name}' is defined on this connection, define it first", name = .0)
    )]
    NotDefined(String),
    /// There is nothing to undefine.
    #[error("{}", tr!("no service named '{name}' is defined", name = .0))]
    NothingToUndefine(String),
    /// Its directory is in use for another connection.
    #[error(
        "{}",
        tr!(
            "service '{name}' is defined on the connection {uri}, undefine it there first",
            name,
            uri,
        )
    )]
    Elsewhere {
        /// The service.
        name: String,
        /// Where it is defined.
        uri: String,
    },
    /// The name belongs to something else.
    #[error(
        "{}",
        tr!("a domain named '{name}' exists that is not this service, take another name", name = .0)
    )]
    Foreign(String),
    /// The host's kernel lacks something.
    #[error(transparent)]
    HostKernel(#[from] HostKernelError),
    /// The root directory lacks something.
    #[error(transparent)]
    Root(#[from] RootError),
    /// A mount would let the program decide about later sandboxes.
    #[error(transparent)]
    Reserved(#[from] ReservedError),
    /// The context was created without a configuration.
    #[error("{}", tr!("the context has no configuration, create it with one"))]
    NoConfig,
    /// Nothing keeps the guest from making devices on the host.
    #[error(transparent)]
    QemuRights(#[from] TooManyRights),
    /// A machine would get other directories than those that were found.
    #[error(transparent)]
    Exports(#[from] ExportsError),
}

impl From<ServiceError> for glib::Error {
    fn from(error: ServiceError) -> Self {
        let text = error.to_string();
        if matches!(error, ServiceError::NothingToUndefine(_)) {
            return Self::new(gio::IOErrorEnum::NotFound, &text);
        }
        let domain = glib::Quark::from_str("gvir-sandbox-context-service");
        Self::with_domain(domain, 0, &text)
    }
}
