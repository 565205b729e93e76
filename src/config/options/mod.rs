//! The option strings: one file for each grammar, and what the grammars have in common.

pub(super) mod disk;
pub(super) mod env;
mod image;
pub(super) mod include;
pub(super) mod mount;
pub(super) mod network;
pub(super) mod security;
pub(super) mod size;

use std::ffi::{CStr, CString};

use super::ConfigError;

/// The form of an option, as an error shows it.
#[derive(Clone, Copy)]
pub(super) struct Grammar(pub &'static str);

impl Grammar {
    /// The error of an `option` that does not have this form.
    pub(super) fn error(self, problem: impl Into<String>, option: &CStr) -> ConfigError {
        ConfigError::Option {
            problem: problem.into(),
            option: option.to_string_lossy().into_owned(),
            expected: self.0,
        }
    }
}

/// What is before and after the first `separator`.
fn split(text: &[u8], separator: u8) -> Option<(&[u8], &[u8])> {
    let at = text.iter().position(|&byte| byte == separator)?;
    Some((&text[..at], &text[at + 1..]))
}

/// A part of an option as a string of its own.
fn text(part: &[u8]) -> CString {
    // Parts of a C string have no NUL in them.
    CString::new(part).unwrap_or_default()
}

/// A part of an option for a message.
fn shown(part: &[u8]) -> String {
    String::from_utf8_lossy(part).into_owned()
}
