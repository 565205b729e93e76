//! `TYPE:TARGET=SOURCE[,format=FORMAT]`: a mount.

use std::ffi::CStr;

use glib::prelude::*;

use super::{Grammar, image, shown, split, text};
use crate::config::{
    ConfigError, ConfigMount, ConfigMountGuestBind, ConfigMountHostBind, ConfigMountHostImage,
    ConfigMountRam,
};

const GRAMMAR: Grammar = Grammar(
    "host-bind:TARGET=SOURCE, host-image:TARGET=SOURCE[,format=FORMAT], guest-bind:TARGET=SOURCE \
     or ram:TARGET=SIZE[K|KiB|M|MiB|G|GiB]",
);

/// The mount that the option describes.
pub(in crate::config) fn parse(option: &CStr) -> Result<ConfigMount, ConfigError> {
    let (mount_type, rest) =
        split(option.to_bytes(), b':').ok_or_else(|| GRAMMAR.error("no mount type", option))?;
    let (target, source) =
        split(rest, b'=').ok_or_else(|| GRAMMAR.error("no mount source", option))?;
    let target = text(target);
    Ok(match mount_type {
        b"host-bind" => ConfigMountHostBind::new(&text(source), &target).upcast(),
        b"guest-bind" => ConfigMountGuestBind::new(&text(source), &target).upcast(),
        b"host-image" => {
            let (path, format) = image::parse(source, GRAMMAR, option)?;
            ConfigMountHostImage::new(&path, &target, format).upcast()
        }
        b"ram" => {
            let usage = size(source)
                .ok_or_else(|| GRAMMAR.error(format!("wrong size '{}'", shown(source)), option))?;
            ConfigMountRam::new(&target, usage).upcast()
        }
        _ => {
            let problem = format!("unknown mount type '{}'", shown(mount_type));
            return Err(GRAMMAR.error(problem, option));
        }
    })
}

/// How many bytes a size like `10MiB` is.
fn size(text: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(text).ok()?;
    let digits = text
        .find(|letter: char| !letter.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let shift = match unit {
        "" => 0,
        "K" | "KiB" => 10,
        "M" | "MiB" => 20,
        "G" | "GiB" => 30,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(1 << shift)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_exact_or_wrong() {
        assert_eq!(size(b"0"), Some(0));
        assert_eq!(size(b"4G"), Some(4 << 30));
        assert_eq!(size(b"17179869183GiB"), Some(17179869183 << 30));
        for wrong in [
            "",
            "K",
            "-5",
            "+5",
            "1.5G",
            "10KB",
            "10 M",
            "1T",
            "17179869184G",
        ] {
            assert_eq!(size(wrong.as_bytes()), None, "{wrong}");
        }
    }
}
