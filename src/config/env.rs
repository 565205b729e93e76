//! The environment of the program that runs in a sandbox.

use std::ffi::CStr;

use glib::subclass::prelude::*;

use super::options::{self, Grammar};
use super::{Config, ConfigError};

const GRAMMAR: Grammar = Grammar("KEY=VALUE");

/// Sets a variable, in the place of the one with the same name if there is one.
pub(super) fn add(config: &Config, key: &CStr, value: &CStr) {
    let mut envs = config.imp().envs.borrow_mut();
    match envs.iter_mut().find(|(known, _)| known.as_c_str() == key) {
        Some((_, known)) => *known = value.to_owned(),
        None => envs.push((key.to_owned(), value.to_owned())),
    }
}

/// Sets the variable that `KEY=VALUE` describes.
pub(super) fn add_opts(config: &Config, option: &CStr) -> Result<(), ConfigError> {
    let (key, value) =
        options::split(option.to_bytes(), b'=').ok_or_else(|| GRAMMAR.error("no '='", option))?;
    add(config, &options::text(key), &options::text(value));
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::config::{ConfigExt, ConfigInteractive};

    #[test]
    fn a_variable_that_is_set_again_keeps_its_place() {
        let config = ConfigInteractive::new(c"box");
        assert!(!config.has_envs());
        config.add_env(c"A", c"1");
        config.add_env(c"B", c"2");
        config.add_env_opts(c"A=3=4").unwrap();
        assert!(config.has_envs());
        assert_eq!(
            config.envs(),
            [
                (c"A".to_owned(), c"3=4".to_owned()),
                (c"B".to_owned(), c"2".to_owned())
            ]
        );
    }

    #[test]
    fn says_what_is_wrong_with_an_option() {
        let config = ConfigInteractive::new(c"box");
        let error = config.add_env_opts(c"PATH").unwrap_err();
        assert_eq!(error.to_string(), "no '=' in 'PATH', use KEY=VALUE");
    }
}
