//! Readers of what somebody else wrote, for the fuzz targets alone: they are no part of the library's interface.

use std::cmp::Ordering;
use std::io;
use std::path::{Path, PathBuf};

use libvirt_glib::gconfig::{Capabilities, DomainDiskFormat};
use sandbox_plan::Plan;

use crate::builder::boot::decompress::{Compression, read_bounded};
use crate::builder::boot::release;
use crate::builder::security::{emulator, labels};
use crate::builder::storage::image_header::{self, Reach};
use crate::console::{device, guest_log};
use crate::context::{default_uri, plan_text};

/// What compressed `data` holds, if its compression is known and it is at most `limit` bytes.
pub fn decompress(data: &[u8], limit: u64) -> Option<io::Result<Vec<u8>>> {
    let compression = Compression::detect(data)?;
    let decoder = compression.decoder(data);
    Some(decoder.and_then(|decoder| read_bounded(decoder, limit)))
}

/// The release that a kernel image says it is.
pub fn release_of_image(mut image: &[u8]) -> Option<String> {
    release::of_image(&mut image).ok().flatten()
}

/// Which of two kernel releases is the older one.
pub fn compare_releases(one: &str, other: &str) -> Ordering {
    release::Release(one.to_owned()).cmp(&release::Release(other.to_owned()))
}

/// The user and group that libvirt runs QEMU as.
pub fn emulator_ids(capabilities: &str) -> Option<(u32, u32)> {
    emulator::base_label(capabilities).map(emulator::Emulator::ids)
}

/// The name of the security model that sandboxes are confined with.
pub fn security_model(capabilities: &Capabilities) -> Option<&'static str> {
    labels::Model::of(capabilities).map(labels::Model::name)
}

/// The pseudo terminal of a console in the description of a domain.
pub fn pty_path(domain: &str, alias: &str) -> Option<PathBuf> {
    device::pty_path(domain, alias).ok().flatten()
}

/// The plan as text for people.
pub fn describe(plan: &Plan) -> Option<String> {
    plan_text::describe(plan).ok()
}

/// The connection that the configuration file of libvirt's clients names.
pub fn configured_uri(file: &Path) -> Option<String> {
    default_uri::configured(file)
}

/// The end of what a guest wrote to its log.
pub fn log_end(log: &Path) -> Option<String> {
    guest_log::end(log)
}

/// Whether an image in `format` is known to lead to nothing else, and the name of what it leads to.
pub fn image_reach(format: DomainDiskFormat, image: &[u8]) -> (bool, Option<String>) {
    match image_header::look(format, &mut io::Cursor::new(image)) {
        Ok(Reach::Itself) => (true, None),
        Ok(Reach::Elsewhere(name)) => (false, name),
        Ok(Reach::Unknown) | Err(_) => (false, None),
    }
}
