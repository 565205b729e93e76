//! `KEY=VALUE`: an environment variable.

use std::ffi::{CStr, CString};

use super::{Grammar, split, text};
use crate::config::ConfigError;

const GRAMMAR: Grammar = Grammar("KEY=VALUE");

/// The name and the value of the variable.
pub(in crate::config) fn parse(option: &CStr) -> Result<(CString, CString), ConfigError> {
    let (key, value) =
        split(option.to_bytes(), b'=').ok_or_else(|| GRAMMAR.error("no '='", option))?;
    Ok((text(key), text(value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_is_wrong() {
        let error = parse(c"PATH").unwrap_err();
        assert_eq!(error.to_string(), "no '=' in 'PATH', use KEY=VALUE");
    }
}
