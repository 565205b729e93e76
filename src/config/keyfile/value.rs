//! Single values of a key file: what is missing, what is wrong, and strings that are not UTF-8.

use std::ffi::{CStr, CString, OsStr, OsString};
use std::fmt::Write;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;

use glib::KeyFile;

use crate::config::ConfigError;
use crate::cstring_cell::CStringCell;
use crate::cstring_cell::to_cstring;

/// Writes a string.
///
/// A key file is UTF-8, and GLib passes over a form feed before a value: such strings are written as text as well as that
/// goes, with their exact bytes next to them in a key of ours.
pub(in crate::config) fn set_text(file: &KeyFile, group: &str, key: &str, text: &CStr) {
    file.set_string(group, key, &text.to_string_lossy());
    if text.to_str().is_err() || text.to_bytes().starts_with(b"\x0c") {
        file.set_string(group, &bytes_key(key), &to_hex(text.to_bytes()));
    }
}

/// Writes a string that is set.
pub(in crate::config) fn set_cell(file: &KeyFile, group: &str, key: &str, cell: &CStringCell) {
    if let Some(text) = cell.get() {
        set_text(file, group, key, &text);
    }
}

/// Writes a string that the format cannot do without, empty when it is not set.
pub(in crate::config) fn set_required(file: &KeyFile, group: &str, key: &str, cell: &CStringCell) {
    set_text(file, group, key, &cell.get().unwrap_or_default());
}

/// The string, when the key is there.
pub(in crate::config) fn text(
    file: &KeyFile,
    group: &str,
    key: &str,
) -> Result<Option<CString>, ConfigError> {
    let bytes_key = bytes_key(key);
    if let Some(hex) = optional(file.string(group, &bytes_key))? {
        return from_hex(&hex).map(Some).ok_or_else(|| {
            invalid(
                group,
                &bytes_key,
                &hex,
                msgid!("pairs of hexadecimal digits"),
            )
        });
    }
    Ok(optional(file.string(group, key))?.map(|text| to_cstring(OsStr::new(text.as_str()))))
}

/// The string, as a string property takes it, when the key is there.
pub(in crate::config) fn path(
    file: &KeyFile,
    group: &str,
    key: &str,
) -> Result<Option<PathBuf>, ConfigError> {
    Ok(text(file, group, key)?.map(|text| PathBuf::from(OsString::from_vec(text.into_bytes()))))
}

/// The string; without it there is no configuration.
pub(in crate::config) fn required(
    file: &KeyFile,
    group: &str,
    key: &str,
) -> Result<CString, ConfigError> {
    text(file, group, key)?.ok_or_else(|| missing(group, key))
}

/// The string, as a string property takes it; without it there is no configuration.
pub(in crate::config) fn required_path(
    file: &KeyFile,
    group: &str,
    key: &str,
) -> Result<PathBuf, ConfigError> {
    path(file, group, key)?.ok_or_else(|| missing(group, key))
}

/// The name of one of a few things, looked up by `find`.
pub(in crate::config) fn named<T>(
    file: &KeyFile,
    group: &str,
    key: &str,
    expected: &'static str,
    find: impl Fn(&str) -> Option<T>,
) -> Result<T, ConfigError> {
    let name = required(file, group, key)?;
    let name = name.to_string_lossy();
    find(&name).ok_or_else(|| invalid(group, key, &name, expected))
}

/// The truth value; `default` when the key is missing or holds neither truth value, as the format has it.
pub(in crate::config) fn boolean(file: &KeyFile, group: &str, key: &str, default: bool) -> bool {
    file.boolean(group, key).unwrap_or(default)
}

/// The number, when the key is there.
pub(in crate::config) fn number<T: std::str::FromStr>(
    file: &KeyFile,
    group: &str,
    key: &str,
    expected: &'static str,
) -> Result<Option<T>, ConfigError> {
    let Some(text) = optional(file.string(group, key))? else {
        return Ok(None);
    };
    text.trim()
        .parse()
        .map(Some)
        .map_err(|_| invalid(group, key, &text, expected))
}

/// The error of a key that must be there and is not.
pub(in crate::config) fn missing(group: &str, key: &str) -> ConfigError {
    ConfigError::MissingKey {
        group: group.to_owned(),
        key: key.to_owned(),
    }
}

/// The same where libvirt-sandbox 0.8 reports it with the error domain of key files.
pub(in crate::config) fn not_found(group: &str, key: &str) -> ConfigError {
    let message = missing(group, key).to_string();
    glib::Error::new(glib::KeyFileError::KeyNotFound, &message).into()
}

/// The error of a key that holds something it must not.
pub(in crate::config) fn invalid(
    group: &str,
    key: &str,
    value: &str,
    expected: &'static str,
) -> ConfigError {
    ConfigError::InvalidValue {
        group: group.to_owned(),
        key: key.to_owned(),
        value: value.to_owned(),
        expected,
    }
}

/// The indexes N of the groups `PREFIX.N`: gaps are allowed below `limit`, from there on the first gap is the end.
pub(in crate::config) fn indexes(
    file: &KeyFile,
    prefix: &str,
    limit: usize,
) -> impl Iterator<Item = (usize, String)> {
    (0..)
        .map(move |index| (index, format!("{prefix}.{index}")))
        .map(|(index, group)| (index, file.has_group(&group), group))
        .take_while(move |(index, exists, _)| *index < limit || *exists)
        .filter(|(_, exists, _)| *exists)
        .map(|(index, _, group)| (index, group))
}

/// Tells a key that is not there from one that cannot be read.
fn optional<T>(result: Result<T, glib::Error>) -> Result<Option<T>, ConfigError> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) => match error.kind() {
            Some(glib::KeyFileError::KeyNotFound | glib::KeyFileError::GroupNotFound) => Ok(None),
            _ => Err(error.into()),
        },
    }
}

fn bytes_key(key: &str) -> String {
    format!("{key}.bytes")
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn from_hex(hex: &str) -> Option<CString> {
    // The parser of numbers takes signs, too.
    if !hex.len().is_multiple_of(2) || !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let bytes = hex
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect::<Option<Vec<u8>>>()?;
    CString::new(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_bytes_that_are_not_utf8() {
        let file = KeyFile::new();
        set_text(&file, "g", "k", c"a\xff b");
        let read = KeyFile::new();
        read.load_from_data(&file.to_data(), glib::KeyFileFlags::NONE)
            .unwrap();
        assert_eq!(text(&read, "g", "k").unwrap().as_deref(), Some(c"a\xff b"));
        assert_eq!(read.string("g", "k").unwrap(), "a\u{fffd} b");
    }

    #[test]
    fn keeps_white_space() {
        let file = KeyFile::new();
        let all = [
            c" \x0ca", c"\x0ca ", c"\t \n", c"\r", c"\x0b", c"\x0c", c"a\r", c"\\s\\",
        ];
        for (index, text) in all.iter().enumerate() {
            set_text(&file, "g", &index.to_string(), text);
        }
        let read = KeyFile::new();
        read.load_from_data(&file.to_data(), glib::KeyFileFlags::NONE)
            .unwrap();
        for (index, expected) in all.iter().enumerate() {
            let found = text(&read, "g", &index.to_string()).unwrap();
            assert_eq!(found.as_deref(), Some(*expected));
        }
    }

    #[test]
    fn reports_bytes_that_are_no_hex() {
        let file = KeyFile::new();
        for wrong in ["0g", "ü", "00", "+7", "7"] {
            file.set_string("g", "k.bytes", wrong);
            assert!(text(&file, "g", "k").is_err(), "{wrong}");
        }
    }

    #[test]
    fn finds_groups_behind_gaps_and_beyond_the_limit() {
        let file = KeyFile::new();
        for index in [1, 3, 4, 5, 7] {
            file.set_string(&format!("m.{index}"), "k", "");
        }
        let found: Vec<_> = indexes(&file, "m", 4).map(|(index, _)| index).collect();
        assert_eq!(found, [1, 3, 4, 5]);
    }

    #[test]
    fn tells_missing_from_unreadable() {
        let file = KeyFile::new();
        assert_eq!(number::<u32>(&file, "g", "n", "a number").unwrap(), None);
        file.set_string("g", "n", "4294967296");
        assert!(number::<u32>(&file, "g", "n", "a number").is_err());
    }
}
