//! Why a configuration cannot be built, read or written.

use std::path::PathBuf;

use sandbox_gettext::translate;

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
    #[error("{}", tr!("the configuration has no key '{key}' in group [{group}]", key, group))]
    MissingKey {
        /// The group that was looked into.
        group: String,
        /// The key that was looked for.
        key: String,
    },
    /// A key holds something it must not.
    #[error(
        "{}",
        tr!(
            "'{value}' is no valid value of '{key}' in group [{group}], use {expected}",
            value,
            key,
            group,
            expected = translate(expected),
        )
    )]
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
    #[error(
        "{}",
        tr!(
            "the configuration class '{class}' is unknown, load the library that defines it first",
            class = .0,
        )
    )]
    UnknownClass(String),
    /// The class exists and describes no sandbox.
    #[error(
        "{}",
        tr!("the class '{class}' is not a configuration that can be created", class = .0)
    )]
    NotAConfig(String),
    /// An option string that does not follow its grammar.
    #[error("{}", tr!("{problem} in '{option}', use {expected}", problem, option, expected = translate(expected)))]
    Option {
        /// What is wrong.
        problem: String,
        /// The whole option string.
        option: String,
        /// The grammar.
        expected: &'static str,
    },
    /// A file was to be copied to a place where no mount is.
    #[error("{}", tr!("no mount of the sandbox has '{path}' below it: add one first, or an overlay", path = .0))]
    NoMount(String),
    /// The list of files to copy cannot be read.
    #[error(
        "{}",
        tr!("cannot read the list of includes {path}: {reason}", path = path.display(), reason)
    )]
    IncludeFile {
        /// The list.
        path: PathBuf,
        /// Why.
        reason: glib::Error,
    },
    /// The security context of this process cannot be inherited.
    #[error("{}", tr!("cannot inherit the SELinux context of this process: {reason}", reason = .0))]
    SecurityContext(String),
    /// The key file cannot be understood.
    #[error(transparent)]
    KeyFile(#[from] glib::Error),
    /// The key file cannot be read.
    #[error(
        "{}",
        tr!("cannot load the configuration {path}: {reason}", path = path.display(), reason)
    )]
    Load {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: glib::Error,
    },
    /// The key file cannot be written.
    #[error(
        "{}",
        tr!("cannot save the configuration as {path}: {reason}", path = path.display(), reason)
    )]
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
