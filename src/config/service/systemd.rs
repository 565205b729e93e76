//! The configuration of a service that systemd starts inside of the sandbox.

use std::ffi::CStr;
use std::path::{Path, PathBuf};

use glib::subclass::prelude::*;

use super::ConfigService;
use crate::config::Config;
use crate::cstring_cell::as_path;

mod imp {
    use std::ffi::CString;

    use glib::KeyFile;
    use glib::subclass::prelude::*;

    use crate::abi::config::{
        GVirSandboxConfigServiceSystemd, GVirSandboxConfigServiceSystemdClass,
    };
    use crate::abi::object_structs;
    use crate::config::keyfile::value;
    use crate::config::{ConfigImpl, ConfigImplExt, ConfigService};
    use crate::cstring_cell::CStringCell;

    const GROUP: &str = "service";
    const BOOT_TARGET: &str = "bootTarget";

    #[derive(Default)]
    pub struct ConfigServiceSystemd {
        pub boot_target: CStringCell,
    }

    #[glib::object_subclass]
    impl ObjectSubclass for ConfigServiceSystemd {
        const NAME: &'static str = "GVirSandboxConfigServiceSystemd";
        type Type = super::ConfigServiceSystemd;
        type ParentType = ConfigService;
        type Instance = GVirSandboxConfigServiceSystemd;
        type Class = GVirSandboxConfigServiceSystemdClass;
    }

    object_structs!(ConfigServiceSystemd: GVirSandboxConfigServiceSystemd, GVirSandboxConfigServiceSystemdClass);

    impl ObjectImpl for ConfigServiceSystemd {}

    impl ConfigImpl for ConfigServiceSystemd {
        fn load_config(&self, file: &KeyFile) -> Result<(), glib::Error> {
            self.parent_load_config(file)?;
            self.boot_target.set(value::text(file, GROUP, BOOT_TARGET)?);
            Ok(())
        }

        fn save_config(&self, file: &KeyFile) {
            self.parent_save_config(file);
            value::set_cell(file, GROUP, BOOT_TARGET, &self.boot_target);
        }

        fn command(&self) -> Vec<CString> {
            let mut command = vec![c"/usr/lib/systemd/systemd".to_owned()];
            if let Some(target) = self.boot_target.get() {
                command.extend([c"--unit".to_owned(), target]);
            }
            command.extend([c"--log-target", c"console", c"--system"].map(CString::from));
            command
        }
    }
}

glib::wrapper! {
    /// The configuration of a sandbox that runs systemd up to a target.
    pub struct ConfigServiceSystemd(ObjectSubclass<imp::ConfigServiceSystemd>)
        @extends ConfigService, Config;
}

impl ConfigServiceSystemd {
    /// Creates the configuration of a service called `name`.
    pub fn new(name: &CStr) -> Self {
        glib::Object::builder()
            .property("name", as_path(name))
            .build()
    }

    /// The unit that systemd starts, its default target when it is not set.
    pub fn boot_target(&self) -> Option<PathBuf> {
        self.imp().boot_target.to_os_string().map(PathBuf::from)
    }

    /// Sets the unit that systemd starts.
    pub fn set_boot_target(&self, target: Option<&Path>) {
        self.imp().boot_target.set_os(target.map(Path::as_os_str));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ConfigExt;

    #[test]
    fn systemd_starts_the_boot_target() {
        let config = ConfigServiceSystemd::new(c"sysd");
        let words = |config: &ConfigServiceSystemd| {
            let command = config.command();
            let words: Vec<_> = command.iter().map(|word| word.to_str().unwrap()).collect();
            words.join(" ")
        };
        assert_eq!(
            words(&config),
            "/usr/lib/systemd/systemd --log-target console --system"
        );
        config.set_boot_target(Some(Path::new("multi-user.target")));
        assert_eq!(
            words(&config),
            "/usr/lib/systemd/systemd --unit multi-user.target --log-target console --system"
        );
    }
}
