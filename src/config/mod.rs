//! What the user asks for: the configuration classes.

mod base;
mod disk;
mod error;
mod ext;
mod image_format;
mod initrd;
mod interactive;
mod keyfile;
mod mount;
mod mounts;
pub(crate) mod network;
mod options;
mod service;
mod subclass;
mod virt_type;

pub use base::{Config, ConfigPropertiesExt};
pub use disk::ConfigDisk;
pub use error::{ConfigError, ConfigErrorDomain};
pub use ext::ConfigExt;
pub use image_format::{
    ImageFormatError, UtilErrorDomain, disk_format_from_str, guess_image_format,
};
pub use initrd::ConfigInitrd;
pub use interactive::ConfigInteractive;
pub(crate) use keyfile::saved_command;
pub use mount::{
    ConfigMount, ConfigMountExt, ConfigMountFile, ConfigMountFilePropertiesExt,
    ConfigMountGuestBind, ConfigMountHostBind, ConfigMountHostImage, ConfigMountPropertiesExt,
    ConfigMountRam,
};
pub use network::{
    ConfigNetwork, ConfigNetworkAddress, ConfigNetworkFilterref, ConfigNetworkFilterrefParameter,
    ConfigNetworkRoute,
};
pub(crate) use options::env::is_variable_name;
pub use service::{ConfigService, ConfigServiceGeneric, ConfigServiceSystemd};
pub use subclass::{ConfigImpl, ConfigImplExt};
pub use virt_type::VirtType;
