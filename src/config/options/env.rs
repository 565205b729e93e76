//! `KEY=VALUE`: an environment variable.

use std::ffi::{CStr, CString};

use super::{Grammar, split, text};
use crate::config::ConfigError;

const GRAMMAR: Grammar = Grammar("KEY=VALUE");

/// The name and the value of the variable.
pub(in crate::config) fn parse(option: &CStr) -> Result<(CString, CString), ConfigError> {
    let (key, value) =
        split(option.to_bytes(), b'=').ok_or_else(|| GRAMMAR.error(tr!("no '='"), option))?;
    let key = text(key);
    if !is_variable_name(&key) {
        let problem = if key.is_empty() {
            tr!("no name before the '='")
        } else {
            tr!("white space or a control character in the name")
        };
        return Err(GRAMMAR.error(problem, option));
    }
    Ok((key, text(value)))
}

/// Whether an environment variable can have the name.
///
/// The kernel takes any, but what has white space in it is a slip of the pen that no shell can read.
pub fn is_variable_name(name: &CStr) -> bool {
    let is_wrong =
        |byte: &u8| byte.is_ascii_whitespace() || byte.is_ascii_control() || *byte == b'=';
    !name.is_empty() && !name.to_bytes().iter().any(is_wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_is_wrong() {
        let error = parse(c"PATH").unwrap_err();
        assert_eq!(error.to_string(), "no '=' in 'PATH', use KEY=VALUE");
        for wrong in [c"=x", c"A =x", c"\tA=x", c"A\n=x"] {
            let error = parse(wrong).unwrap_err().to_string();
            assert!(error.contains("KEY=VALUE"), "{error}");
        }
        for right in [c"A=", c"1=2", c"A.b-C=d = e", c"\xff=x"] {
            parse(right).unwrap();
        }
    }
}
