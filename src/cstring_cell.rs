//! A string property as C sees it: bytes with a stable address, not necessarily UTF-8.

use std::cell::RefCell;
use std::ffi::{CStr, CString, OsStr, OsString, c_char};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::ptr;

use glib::property::{Property, PropertyGet, PropertySet};

/// An optional string that a C getter can hand out without a copy.
///
/// glib's `String` properties panic on bytes that are not UTF-8, its path properties do not: that is why the
/// property type of this cell is a path, whatever the string means.
#[derive(Debug, Default)]
pub struct CStringCell(RefCell<Option<CString>>);

impl CStringCell {
    /// A cell that holds `text` from the beginning.
    pub fn new(text: &CStr) -> Self {
        Self(RefCell::new(Some(text.to_owned())))
    }

    /// A cell that holds what the operating system gave, up to its first NUL.
    pub fn from_os(text: Option<OsString>) -> Self {
        Self(RefCell::new(text.as_deref().map(to_cstring)))
    }

    /// A copy of the string.
    pub fn get(&self) -> Option<CString> {
        self.0.borrow().clone()
    }

    /// A copy of the string, as the operating system takes it.
    pub fn to_os_string(&self) -> Option<OsString> {
        self.get().map(|text| OsString::from_vec(text.into_bytes()))
    }

    /// Replaces the string.
    pub fn set(&self, text: Option<CString>) {
        self.0.replace(text);
    }

    /// Replaces the string by what the operating system gave, up to its first NUL.
    pub fn set_os(&self, text: Option<&OsStr>) {
        self.set(text.map(to_cstring));
    }

    /// The string for a C caller: NULL when unset, valid until the next `set`.
    pub fn as_ptr(&self) -> *const c_char {
        self.0.borrow().as_deref().map_or(ptr::null(), CStr::as_ptr)
    }
}

impl Property for CStringCell {
    type Value = Option<PathBuf>;
}

impl PropertyGet for CStringCell {
    type Value = Option<PathBuf>;

    fn get<R, F: Fn(&Self::Value) -> R>(&self, f: F) -> R {
        f(&self.to_os_string().map(PathBuf::from))
    }
}

impl PropertySet for CStringCell {
    type SetValue = Option<PathBuf>;

    fn set(&self, value: Self::SetValue) {
        self.0
            .replace(value.as_deref().map(|path| to_cstring(path.as_os_str())));
    }
}

/// `text` as the value of a string property.
pub(crate) fn as_path(text: &CStr) -> &Path {
    Path::new(OsStr::from_bytes(text.to_bytes()))
}

/// Turns `text` into a C string that ends where C would see its end.
pub(crate) fn to_cstring(text: &OsStr) -> CString {
    let bytes = text.as_bytes();
    let end = bytes.iter().position(|&byte| byte == 0);
    CString::new(&bytes[..end.unwrap_or(bytes.len())]).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_bytes_that_are_not_utf8() {
        let cell = CStringCell::new(c"\xff\xfe");
        assert_eq!(
            PropertyGet::get(&cell, |path| path.clone()),
            Some(PathBuf::from(OsStr::from_bytes(b"\xff\xfe")))
        );
    }

    #[test]
    fn is_null_for_c_when_unset() {
        let cell = CStringCell::new(c"text");
        assert!(!cell.as_ptr().is_null());
        cell.set(None);
        assert!(cell.as_ptr().is_null());
    }

    #[test]
    fn ends_at_the_first_nul() {
        let cell = CStringCell::default();
        PropertySet::set(&cell, Some(PathBuf::from("a\0b")));
        assert_eq!(cell.get().as_deref(), Some(c"a"));
    }
}
