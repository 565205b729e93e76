//! What a sandbox has at a directory of its own: the mount classes.

mod base;
mod file;
mod guest_bind;
mod host_bind;
mod host_image;
mod ram;

pub use base::{ConfigMount, ConfigMountExt, ConfigMountPropertiesExt};
pub use file::{ConfigMountFile, ConfigMountFilePropertiesExt};
pub use guest_bind::ConfigMountGuestBind;
pub use host_bind::ConfigMountHostBind;
pub use host_image::ConfigMountHostImage;
pub use ram::ConfigMountRam;
