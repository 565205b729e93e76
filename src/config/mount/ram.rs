//! A file system in memory that is mounted in the sandbox.

use std::ffi::CStr;

use glib::prelude::*;
use glib::subclass::prelude::*;

use super::ConfigMount;
use crate::cstring_cell::as_path;

mod imp {
    use std::cell::Cell;

    use glib::prelude::*;
    use glib::subclass::prelude::*;

    use crate::abi::config_mount::{GVirSandboxConfigMountRam, GVirSandboxConfigMountRamClass};
    use crate::abi::object_structs;
    use crate::config::ConfigMount;

    #[derive(Default, glib::Properties)]
    #[properties(wrapper_type = super::ConfigMountRam)]
    pub struct ConfigMountRam {
        /// How much the file system can hold, in bytes.
        #[property(get, construct_only, default = 10240)]
        pub usage: Cell<u64>,
    }

    #[glib::object_subclass]
    impl ObjectSubclass for ConfigMountRam {
        const NAME: &'static str = "GVirSandboxConfigMountRam";
        type Type = super::ConfigMountRam;
        type ParentType = ConfigMount;
        type Instance = GVirSandboxConfigMountRam;
        type Class = GVirSandboxConfigMountRamClass;
    }

    object_structs!(ConfigMountRam: GVirSandboxConfigMountRam, GVirSandboxConfigMountRamClass);

    #[glib::derived_properties]
    impl ObjectImpl for ConfigMountRam {}
}

glib::wrapper! {
    /// A file system in memory, mounted in the sandbox.
    pub struct ConfigMountRam(ObjectSubclass<imp::ConfigMountRam>)
        @extends ConfigMount;
}

impl ConfigMountRam {
    /// Mounts a file system in memory at `target` that can hold `usage` bytes.
    pub fn new(target: &CStr, usage: u64) -> Self {
        glib::Object::builder()
            .property("target", as_path(target))
            .property("usage", usage)
            .build()
    }

    /// Sets how many bytes the file system can hold.
    pub fn set_usage(&self, usage: u64) {
        self.imp().usage.set(usage);
        self.notify("usage");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_what_the_property_says() {
        let mount: ConfigMountRam = glib::Object::new();
        assert_eq!(mount.usage(), 10240);
        mount.set_usage(5_000_000_000);
        assert_eq!(mount.property::<u64>("usage"), 5_000_000_000);
    }
}
