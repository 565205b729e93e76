//! `GUEST[=HOST]`: a file of the host that is copied into a mount.

use std::ffi::{CStr, CString};

use super::{split, text};

/// The path in the sandbox and the path on the host, which are the same when only one is given.
pub(in crate::config) fn parse(option: &CStr) -> (CString, CString) {
    match split(option.to_bytes(), b'=') {
        Some((guest, host)) => (text(guest), text(host)),
        None => (option.to_owned(), option.to_owned()),
    }
}
