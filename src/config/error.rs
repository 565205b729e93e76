//! Why a configuration cannot be built, read or written.

use std::path::PathBuf;

/// The error domain that C callers see; its only code is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, glib::ErrorDomain)]
#[error_domain(name = "gvir-sandbox-config")]
pub enum ConfigErrorDomain {
    /// Whatever is wrong, the message says it.
    Failed,
}

/// What is wrong with a configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A key that must be there is not.
    #[error("the configuration has no key '{key}' in group [{group}]")]
    MissingKey {
        /// The group that was looked into.
        group: String,
        /// The key that was looked for.
        key: String,
    },
    /// A key holds something it must not.
    #[error("'{value}' is no valid value of '{key}' in group [{group}], use {expected}")]
    InvalidValue {
        /// The group of the key.
        group: String,
        /// The key.
        key: String,
        /// What it holds.
        value: String,
        /// What it may hold.
        expected: &'static str,
    },
    /// The class of the configuration does not exist.
    #[error("the configuration class '{0}' is unknown, load the library that defines it first")]
    UnknownClass(String),
    /// The class exists and describes no sandbox.
    #[error("the class '{0}' is not a configuration that can be created")]
    NotAConfig(String),
    /// An option string that does not follow its grammar.
    #[error("{problem} in '{option}', use {expected}")]
    Option {
        /// What is wrong.
        problem: String,
        /// The whole option string.
        option: String,
        /// The grammar.
        expected: &'static str,
    },
    /// A file was to be copied to a place where no mount is.
    #[error("no mount of the sandbox has '{0}' below it, add one first")]
    NoMount(String),
    /// The list of files to copy cannot be read.
    #[error("cannot read the list of includes {}: {reason}", path.display())]
    IncludeFile {
        /// The list.
        path: PathBuf,
        /// Why.
        reason: glib::Error,
    },
    /// The security context of this process cannot be inherited.
    #[error("cannot inherit the SELinux context of this process: {0}")]
    SecurityContext(String),
    /// The key file cannot be understood.
    #[error(transparent)]
    KeyFile(#[from] glib::Error),
    /// The key file cannot be read.
    #[error("cannot load the configuration {}: {reason}", path.display())]
    Load {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: glib::Error,
    },
    /// The key file cannot be written.
    #[error("cannot save the configuration as {}: {reason}", path.display())]
    Save {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: glib::Error,
    },
}

impl From<ConfigError> for glib::Error {
    fn from(error: ConfigError) -> Self {
        match &error {
            ConfigError::KeyFile(reason) => reason.clone(),
            // What C callers tell apart is the domain and the code of the cause.
            ConfigError::Load { reason, .. }
            | ConfigError::Save { reason, .. }
            | ConfigError::IncludeFile { reason, .. } => {
                Self::with_domain(reason.domain(), reason.code(), &error.to_string())
            }
            _ => Self::new(ConfigErrorDomain::Failed, &error.to_string()),
        }
    }
}
