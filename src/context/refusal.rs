//! What a configuration can ask for and no running sandbox has yet.

use glib::prelude::*;

use super::interactive::StartError;
use crate::config::{
    Config, ConfigExt, ConfigMount, ConfigMountExt, ConfigMountFile, ConfigMountFilePropertiesExt,
    ConfigMountHostBind, ConfigService,
};

/// What is asked for is given or refused, never left out in silence.
pub(super) fn refuse_what_is_missing(config: &Config) -> Result<(), StartError> {
    let asked = [
        (
            has_lost_includes(config),
            "files in mounts other than a host-bind without a source",
        ),
        (
            config.mounts().iter().any(is_read_only),
            "a mount that can only be read",
        ),
        (config.is::<ConfigService>(), "a service"),
    ];
    match asked.into_iter().find(|(asked, _)| *asked) {
        Some((_, what)) => Err(StartError::Unsupported(what)),
        None => Ok(()),
    }
}

fn has_lost_includes(config: &Config) -> bool {
    let is_temporary = |mount: &ConfigMount| {
        let file = mount.downcast_ref::<ConfigMountFile>();
        let source = file.and_then(ConfigMountFile::source).unwrap_or_default();
        mount.is::<ConfigMountHostBind>() && source.as_os_str().is_empty()
    };
    let mounts = config.mounts();
    mounts
        .iter()
        .any(|mount| !mount.includes().is_empty() && !is_temporary(mount))
}

fn is_read_only(mount: &ConfigMount) -> bool {
    let file = mount.downcast_ref::<ConfigMountFile>();
    file.is_some_and(ConfigMountFile::readonly)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{ConfigError, ConfigInteractive, ConfigServiceGeneric};

    type Ask = fn(&ConfigInteractive) -> Result<(), ConfigError>;

    #[test]
    fn what_can_not_be_given_is_refused_by_name() {
        let asks: [(Ask, &str); 2] = [
            (
                |config| {
                    config.add_mount_opts(c"ram:/tmp=1M")?;
                    config.add_host_include(c"/tmp/x=/etc/passwd")
                },
                "files in mounts",
            ),
            (
                |config| config.add_mount_opts(c"host-bind:/a=/b,ro"),
                "only be read",
            ),
        ];
        for (ask, name) in asks {
            let config = ConfigInteractive::new(c"box");
            refuse_what_is_missing(config.upcast_ref()).unwrap();
            ask(&config).unwrap();
            let refused = refuse_what_is_missing(config.upcast_ref()).unwrap_err();
            assert!(refused.to_string().contains(name), "{refused}");
        }
        let service = ConfigServiceGeneric::new(c"box");
        assert!(refuse_what_is_missing(service.upcast_ref()).is_err());
    }
}
