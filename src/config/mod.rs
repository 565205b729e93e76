//! What the user asks for: the configuration classes.

mod base;
mod initrd;
mod interactive;

pub use base::{Config, ConfigExt, ConfigImpl, ConfigImplExt};
pub use initrd::ConfigInitrd;
pub use interactive::ConfigInteractive;
