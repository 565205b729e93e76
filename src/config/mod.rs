//! What the user asks for: the configuration classes.

mod base;
mod env;
mod error;
mod ext;
mod initrd;
mod interactive;
mod keyfile;
mod options;
mod security;
mod virt_type;

pub use base::{Config, ConfigImpl, ConfigImplExt, ConfigPropertiesExt};
pub use error::{ConfigError, ConfigErrorDomain};
pub use ext::ConfigExt;
pub use initrd::ConfigInitrd;
pub use interactive::ConfigInteractive;
pub use virt_type::VirtType;
