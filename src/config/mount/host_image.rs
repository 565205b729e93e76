//! A disk image of the host whose file system is mounted in the sandbox.

use std::ffi::CStr;

use libvirt_glib::gconfig::DomainDiskFormat;

use super::{ConfigMount, ConfigMountFile};
use crate::cstring_cell::as_path;

mod imp {
    use std::cell::Cell;

    use glib::prelude::*;
    use glib::subclass::prelude::*;
    use libvirt_glib::gconfig::DomainDiskFormat;

    use crate::abi::config_mount::{
        GVirSandboxConfigMountHostImage, GVirSandboxConfigMountHostImageClass,
    };
    use crate::abi::object_structs;
    use crate::config::ConfigMountFile;

    #[derive(glib::Properties)]
    #[properties(wrapper_type = super::ConfigMountHostImage)]
    pub struct ConfigMountHostImage {
        /// The format of the disk image.
        #[property(get, construct_only, builder(DomainDiskFormat::Raw))]
        pub format: Cell<DomainDiskFormat>,
        /// Whether the image may refer to other files, devices or servers, which the sandbox reaches through it then. Since:
        /// 0.9.0
        #[property(get, set)]
        pub backing: Cell<bool>,
    }

    impl Default for ConfigMountHostImage {
        fn default() -> Self {
            Self {
                format: Cell::new(DomainDiskFormat::Raw),
                backing: Cell::new(false),
            }
        }
    }

    #[glib::object_subclass]
    impl ObjectSubclass for ConfigMountHostImage {
        const NAME: &'static str = "GVirSandboxConfigMountHostImage";
        type Type = super::ConfigMountHostImage;
        type ParentType = ConfigMountFile;
        type Instance = GVirSandboxConfigMountHostImage;
        type Class = GVirSandboxConfigMountHostImageClass;
    }

    object_structs!(ConfigMountHostImage: GVirSandboxConfigMountHostImage, GVirSandboxConfigMountHostImageClass);

    #[glib::derived_properties]
    impl ObjectImpl for ConfigMountHostImage {}
}

glib::wrapper! {
    /// The file system of a disk image of the host, mounted in the sandbox.
    pub struct ConfigMountHostImage(ObjectSubclass<imp::ConfigMountHostImage>)
        @extends ConfigMountFile, ConfigMount;
}

impl ConfigMountHostImage {
    /// Mounts the file system in the image `source` of the host at `target`.
    pub fn new(source: &CStr, target: &CStr, format: DomainDiskFormat) -> Self {
        glib::Object::builder()
            .property("target", as_path(target))
            .property("source", as_path(source))
            .property("format", format)
            .build()
    }
}
