//! A directory of the host that is mounted in the sandbox.

use std::ffi::CStr;

use super::{ConfigMount, ConfigMountFile};
use crate::cstring_cell::as_path;

mod imp {
    use glib::subclass::prelude::*;

    use crate::abi::config_mount::{
        GVirSandboxConfigMountHostBind, GVirSandboxConfigMountHostBindClass,
    };
    use crate::abi::object_structs;
    use crate::config::ConfigMountFile;

    #[derive(Default)]
    pub struct ConfigMountHostBind;

    #[glib::object_subclass]
    impl ObjectSubclass for ConfigMountHostBind {
        const NAME: &'static str = "GVirSandboxConfigMountHostBind";
        type Type = super::ConfigMountHostBind;
        type ParentType = ConfigMountFile;
        type Instance = GVirSandboxConfigMountHostBind;
        type Class = GVirSandboxConfigMountHostBindClass;
    }

    object_structs!(ConfigMountHostBind: GVirSandboxConfigMountHostBind, GVirSandboxConfigMountHostBindClass);

    impl ObjectImpl for ConfigMountHostBind {}
}

glib::wrapper! {
    /// A directory of the host, mounted in the sandbox.
    pub struct ConfigMountHostBind(ObjectSubclass<imp::ConfigMountHostBind>)
        @extends ConfigMountFile, ConfigMount;
}

impl ConfigMountHostBind {
    /// Mounts the directory `source` of the host at `target`; without a source, a temporary directory.
    pub fn new(source: &CStr, target: &CStr) -> Self {
        glib::Object::builder()
            .property("target", as_path(target))
            .property("source", as_path(source))
            .build()
    }
}
