//! `TYPE:TAG=SOURCE[,format=FORMAT][,backing=allow]`: a disk.

use std::ffi::CStr;

use libvirt_glib::gconfig::DomainDiskType;

use super::{Grammar, image, shown, split, text};
use crate::config::{ConfigDisk, ConfigError};

const GRAMMAR: Grammar = Grammar("file|block:TAG=SOURCE[,format=FORMAT][,backing=allow]");

/// The disk that the option describes.
pub(in crate::config) fn parse(option: &CStr) -> Result<ConfigDisk, ConfigError> {
    let (name, rest) =
        split(option.to_bytes(), b':').ok_or_else(|| GRAMMAR.error(tr!("no disk type"), option))?;
    let disk_type = match std::str::from_utf8(name)
        .ok()
        .and_then(DomainDiskType::from_nick)
    {
        Some(known @ (DomainDiskType::File | DomainDiskType::Block)) => known,
        Some(_) => {
            let problem = tr!("disk type '{name}' is not implemented", name = shown(name));
            return Err(GRAMMAR.error(problem, option));
        }
        None => {
            let problem = tr!("unknown disk type '{name}'", name = shown(name));
            return Err(GRAMMAR.error(problem, option));
        }
    };
    let (tag, source) =
        split(rest, b'=').ok_or_else(|| GRAMMAR.error(tr!("no disk source"), option))?;
    let (path, settings) = image::parse(source, GRAMMAR, option)?;
    let disk = ConfigDisk::new(disk_type, &text(tag), &path, settings.format);
    disk.set_backing(settings.backing);
    Ok(disk)
}
