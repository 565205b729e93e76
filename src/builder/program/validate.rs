//! What a configuration says of its program and must make sense.

use glib::prelude::*;

use crate::builder::BuilderError;
use crate::config::{
    Config, ConfigExt, ConfigPropertiesExt, ConfigService, ConfigServiceSystemd, is_variable_name,
};

/// The longest host name that Linux keeps.
const LONGEST_HOSTNAME: usize = 64;

/// The longest part of a host name that name servers know.
const LONGEST_LABEL: usize = 63;

/// Makes sure that the program can be given what is asked for.
pub(crate) fn check(config: &Config) -> Result<(), BuilderError> {
    if let Some(workdir) = config.workdir() {
        if config.is::<ConfigServiceSystemd>() {
            return refuse(tr!("systemd has no working directory"));
        }
        if !workdir.is_absolute() {
            let path = workdir.display();
            return refuse(tr!(
                "the working directory '{path}' is no absolute path of the sandbox",
                path
            ));
        }
    }
    if config.timeout() != 0 && config.is::<ConfigService>() {
        return refuse(tr!("a service runs until it is stopped, it has no timeout"));
    }
    match config
        .envs()
        .iter()
        .find(|(name, _)| !is_variable_name(name))
    {
        Some((name, _)) => refuse(tr!(
            "'{name}' is no name of an environment variable",
            name = name.to_string_lossy()
        )),
        None => Ok(()),
    }
}

/// The host name of the sandbox: a valid one that is configured, or its name.
pub(crate) fn hostname(config: &Config) -> Result<String, BuilderError> {
    let Some(configured) = config.hostname() else {
        let name = config.name().unwrap_or_default();
        return Ok(name.to_string_lossy().into_owned());
    };
    match configured.to_str().filter(|name| is_hostname(name)) {
        Some(name) => Ok(name.to_owned()),
        None => Err(BuilderError::HostName(configured)),
    }
}

fn is_hostname(name: &str) -> bool {
    name.len() <= LONGEST_HOSTNAME
        && name.split('.').all(|label| {
            let is_letter = |byte: &u8| byte.is_ascii_alphanumeric();
            let bytes = label.as_bytes();
            bytes.len() <= LONGEST_LABEL
                && bytes.first().is_some_and(is_letter)
                && bytes.last().is_some_and(is_letter)
                && bytes.iter().all(|byte| is_letter(byte) || *byte == b'-')
        })
}

fn refuse(problem: String) -> Result<(), BuilderError> {
    Err(BuilderError::Program(problem))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::{ConfigInteractive, ConfigServiceGeneric};

    fn problem(config: &impl IsA<Config>) -> String {
        check(config.upcast_ref()).unwrap_err().to_string()
    }

    #[test]
    fn a_host_name_has_parts_that_name_servers_know() {
        let config = ConfigInteractive::new(c"box@1");
        assert_eq!(hostname(config.upcast_ref()).unwrap(), "box@1");
        let long = "a".repeat(63);
        for (name, right) in [
            ("a", true),
            ("web-1.example.org", true),
            ("1", true),
            (&long, true),
            (&format!("{long}a"), false),
            (&format!("{long}.a"), false),
            ("", false),
            ("a..b", false),
            ("a.", false),
            ("-a", false),
            ("a-.b", false),
            ("a_b", false),
            ("a b", false),
            ("é", false),
        ] {
            config.set_hostname(Some(Path::new(name)));
            match hostname(config.upcast_ref()) {
                Ok(given) => assert!(right && given == name, "{name}"),
                Err(error) => assert!(!right && error.to_string().contains(name), "{error}"),
            }
        }
    }

    #[test]
    fn what_makes_no_sense_is_told() {
        let config = ConfigInteractive::new(c"box");
        config.set_timeout(1);
        config.set_workdir(Some(Path::new("/srv")));
        check(config.upcast_ref()).unwrap();
        config.set_workdir(Some(Path::new("srv")));
        assert!(problem(&config).contains("'srv'"));

        let config = ConfigInteractive::new(c"box");
        config.add_env(c"A B", c"x");
        assert!(problem(&config).contains("'A B'"));

        let service = ConfigServiceGeneric::new(c"box");
        service.set_timeout(1);
        assert!(problem(&service).contains("timeout"));
    }
}
