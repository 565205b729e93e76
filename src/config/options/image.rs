//! `PATH[,format=FORMAT][,backing=allow]`: a disk image, in which `\,` stands for a comma of the path and `\\` for a backslash.

use std::ffi::{CStr, CString};

use libvirt_glib::gconfig::DomainDiskFormat;

use super::{Grammar, shown, text};
use crate::config::{ConfigError, disk_format_from_str, guess_image_format};

/// What is said of an image besides its path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Settings {
    /// Its format, which is guessed from the path when it is not given.
    pub format: DomainDiskFormat,
    /// Whether it may refer to others.
    pub backing: bool,
}

/// The path of the image and its settings.
pub(super) fn parse(
    image: &[u8],
    grammar: Grammar,
    option: &CStr,
) -> Result<(CString, Settings), ConfigError> {
    let (path, settings) = split_path(image);
    let settings = self::settings(&path, settings, grammar, option)?;
    Ok((path, settings))
}

/// The `settings` that follow the path.
pub(super) fn settings(
    path: &CStr,
    settings: &[u8],
    grammar: Grammar,
    option: &CStr,
) -> Result<Settings, ConfigError> {
    const BACKING: &[u8] = b",backing=allow";
    let without = settings.strip_suffix(BACKING);
    let without = without.or_else(|| settings.strip_prefix(BACKING));
    let format = format(path, without.unwrap_or(settings), grammar, option)?;
    Ok(Settings {
        format,
        backing: without.is_some(),
    })
}

fn format(
    path: &CStr,
    settings: &[u8],
    grammar: Grammar,
    option: &CStr,
) -> Result<DomainDiskFormat, ConfigError> {
    if settings.is_empty() {
        return Ok(guess_image_format(path).unwrap_or(DomainDiskFormat::Raw));
    }
    let name = settings.strip_prefix(b",format=").ok_or_else(|| {
        let problem = tr!(
            "unknown setting '{setting}' (a comma of the path is written '\\,')",
            setting = shown(&settings[1..])
        );
        grammar.error(problem, option)
    })?;
    disk_format_from_str(&text(name)).map_err(|error| grammar.error(error.to_string(), option))
}

/// The path without its escapes, and what follows it, beginning with a comma.
pub(super) fn split_path(image: &[u8]) -> (CString, &[u8]) {
    let mut path = Vec::new();
    let mut rest = image;
    loop {
        match rest {
            [] | [b',', ..] => return (text(&path), rest),
            [b'\\', escaped @ (b',' | b'\\'), tail @ ..] => {
                path.push(*escaped);
                rest = tail;
            }
            [byte, tail @ ..] => {
                path.push(*byte);
                rest = tail;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(image: &CStr) -> (CString, DomainDiskFormat) {
        let (path, settings) = parse(image.to_bytes(), Grammar("PATH"), image).unwrap();
        assert!(!settings.backing);
        (path, settings.format)
    }

    #[test]
    fn what_an_image_refers_to_is_allowed_by_a_word() {
        for (image, format) in [
            (c"/a.vmdk,backing=allow", DomainDiskFormat::Vmdk),
            (c"/a,format=qcow2,backing=allow", DomainDiskFormat::Qcow2),
            (c"/a,backing=allow,format=qcow2", DomainDiskFormat::Qcow2),
        ] {
            let (_, settings) = parse(image.to_bytes(), Grammar("PATH"), image).unwrap();
            assert!(settings.backing);
            assert_eq!(settings.format, format);
        }
        for image in [c"/a,backing=refuse", c"/a,backing=allow,backing=allow"] {
            assert!(parse(image.to_bytes(), Grammar("PATH"), image).is_err());
        }
    }

    #[test]
    fn a_comma_of_the_path_can_be_escaped() {
        assert_eq!(
            parsed(c"/a\\,b.img,format=qcow2"),
            (c"/a,b.img".to_owned(), DomainDiskFormat::Qcow2)
        );
        assert_eq!(
            parsed(c"/a\\\\,format=raw"),
            (c"/a\\".to_owned(), DomainDiskFormat::Raw)
        );
        assert_eq!(parsed(c"/a\\b.vhd").0.as_c_str(), c"/a\\b.vhd");
    }

    #[test]
    fn an_image_of_an_unknown_kind_is_raw() {
        assert_eq!(parsed(c"/x.y/d").1, DomainDiskFormat::Raw);
    }
}
