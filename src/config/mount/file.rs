//! A mount whose content comes from a path.

use glib::subclass::prelude::*;

use crate::abi::subclassable;

pub use imp::ConfigMountFilePropertiesExt;

mod imp {
    #![allow(
        missing_docs,
        reason = "the macro writes the trait of the properties without documentation"
    )]

    use std::cell::Cell;

    use glib::prelude::*;
    use glib::subclass::prelude::*;

    use crate::abi::config_mount::{GVirSandboxConfigMountFile, GVirSandboxConfigMountFileClass};
    use crate::abi::object_structs;
    use crate::config::ConfigMount;
    use crate::cstring_cell::CStringCell;

    #[derive(Default, glib::Properties)]
    #[properties(wrapper_type = super::ConfigMountFile, ext_trait = ConfigMountFilePropertiesExt)]
    pub struct ConfigMountFile {
        /// The path that the content comes from.
        #[property(get, set, nullable)]
        pub source: CStringCell,
        /// Whether the program can only read what is mounted.
        ///
        /// Since: 0.9.0
        #[property(get, set)]
        pub readonly: Cell<bool>,
    }

    #[glib::object_subclass]
    impl ObjectSubclass for ConfigMountFile {
        const NAME: &'static str = "GVirSandboxConfigMountFile";
        const ABSTRACT: bool = true;
        type Type = super::ConfigMountFile;
        type ParentType = ConfigMount;
        type Instance = GVirSandboxConfigMountFile;
        type Class = GVirSandboxConfigMountFileClass;
    }

    object_structs!(ConfigMountFile: GVirSandboxConfigMountFile, GVirSandboxConfigMountFileClass);

    #[glib::derived_properties]
    impl ObjectImpl for ConfigMountFile {}
}

glib::wrapper! {
    /// Something that is mounted from a path.
    pub struct ConfigMountFile(ObjectSubclass<imp::ConfigMountFile>)
        @extends super::ConfigMount;
}

subclassable!(ConfigMountFile: ObjectImpl);
