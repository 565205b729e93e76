//! A disk of the host that the sandbox has as a block device.

use std::ffi::CStr;

use libvirt_glib::gconfig::{DomainDiskFormat, DomainDiskType};

use crate::cstring_cell::as_path;

mod imp {
    use std::cell::Cell;

    use glib::prelude::*;
    use glib::subclass::prelude::*;
    use libvirt_glib::gconfig::{DomainDiskFormat, DomainDiskType};

    use crate::abi::config::{GVirSandboxConfigDisk, GVirSandboxConfigDiskClass};
    use crate::abi::object_structs;
    use crate::cstring_cell::CStringCell;

    #[derive(glib::Properties)]
    #[properties(wrapper_type = super::ConfigDisk)]
    pub struct ConfigDisk {
        /// What the disk is on the host.
        #[property(get, construct_only, builder(DomainDiskType::File))]
        pub r#type: Cell<DomainDiskType>,
        /// The name of the disk in the sandbox's /dev/disk/by-tag.
        #[property(get, construct_only, nullable)]
        pub tag: CStringCell,
        /// The path of the disk on the host.
        #[property(get, construct_only, nullable)]
        pub source: CStringCell,
        /// The format of the disk image.
        #[property(get, construct_only, builder(DomainDiskFormat::Raw))]
        pub format: Cell<DomainDiskFormat>,
        /// Whether the image may refer to other files, devices or servers, which the sandbox reaches through it then. Since:
        /// 0.9.0
        #[property(get, set)]
        pub backing: Cell<bool>,
    }

    impl Default for ConfigDisk {
        fn default() -> Self {
            Self {
                r#type: Cell::new(DomainDiskType::File),
                tag: CStringCell::default(),
                source: CStringCell::default(),
                format: Cell::new(DomainDiskFormat::Raw),
                backing: Cell::new(false),
            }
        }
    }

    #[glib::object_subclass]
    impl ObjectSubclass for ConfigDisk {
        const NAME: &'static str = "GVirSandboxConfigDisk";
        type Type = super::ConfigDisk;
        type Instance = GVirSandboxConfigDisk;
        type Class = GVirSandboxConfigDiskClass;
    }

    object_structs!(ConfigDisk: GVirSandboxConfigDisk, GVirSandboxConfigDiskClass);

    #[glib::derived_properties]
    impl ObjectImpl for ConfigDisk {}
}

glib::wrapper! {
    /// A disk of the host that the sandbox has as a block device.
    pub struct ConfigDisk(ObjectSubclass<imp::ConfigDisk>);
}

impl ConfigDisk {
    /// Gives the sandbox the disk `source` of the host under the name `tag`.
    pub fn new(
        disk_type: DomainDiskType,
        tag: &CStr,
        source: &CStr,
        format: DomainDiskFormat,
    ) -> Self {
        glib::Object::builder()
            .property("type", disk_type)
            .property("tag", as_path(tag))
            .property("source", as_path(source))
            .property("format", format)
            .build()
    }

    /// What the disk is on the host.
    pub fn disk_type(&self) -> DomainDiskType {
        self.r#type()
    }
}

#[cfg(test)]
mod tests {
    use glib::prelude::*;

    use super::*;

    #[test]
    fn the_properties_hold_what_the_constructor_got() {
        let disk = ConfigDisk::new(
            DomainDiskType::Block,
            c"data",
            c"/dev/sda",
            DomainDiskFormat::Qcow2,
        );
        assert_eq!(
            disk.property::<DomainDiskType>("type"),
            DomainDiskType::Block
        );
        assert_eq!(disk.disk_type(), DomainDiskType::Block);
        assert_eq!(disk.format(), DomainDiskFormat::Qcow2);
    }
}
