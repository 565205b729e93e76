//! A directory of the sandbox that is mounted at another place of it.

use std::ffi::CStr;

use super::{ConfigMount, ConfigMountFile};
use crate::cstring_cell::as_path;

mod imp {
    use glib::subclass::prelude::*;

    use crate::abi::config_mount::{
        GVirSandboxConfigMountGuestBind, GVirSandboxConfigMountGuestBindClass,
    };
    use crate::abi::object_structs;
    use crate::config::ConfigMountFile;

    #[derive(Default)]
    pub struct ConfigMountGuestBind;

    #[glib::object_subclass]
    impl ObjectSubclass for ConfigMountGuestBind {
        const NAME: &'static str = "GVirSandboxConfigMountGuestBind";
        type Type = super::ConfigMountGuestBind;
        type ParentType = ConfigMountFile;
        type Instance = GVirSandboxConfigMountGuestBind;
        type Class = GVirSandboxConfigMountGuestBindClass;
    }

    object_structs!(ConfigMountGuestBind: GVirSandboxConfigMountGuestBind, GVirSandboxConfigMountGuestBindClass);

    impl ObjectImpl for ConfigMountGuestBind {}
}

glib::wrapper! {
    /// A directory of the sandbox, mounted at another place of it.
    pub struct ConfigMountGuestBind(ObjectSubclass<imp::ConfigMountGuestBind>)
        @extends ConfigMountFile, ConfigMount;
}

impl ConfigMountGuestBind {
    /// Mounts the directory `source` of the sandbox at `target`.
    pub fn new(source: &CStr, target: &CStr) -> Self {
        glib::Object::builder()
            .property("target", as_path(target))
            .property("source", as_path(source))
            .build()
    }
}
