//! What every mount has: where it is in the sandbox, and the files that are copied into it.

use std::ffi::{CStr, CString};

use glib::prelude::*;
use glib::subclass::prelude::*;

use crate::abi::subclassable;

pub use imp::ConfigMountPropertiesExt;

mod imp {
    #![allow(
        missing_docs,
        reason = "the macro writes the trait of the properties without documentation"
    )]

    use std::cell::RefCell;
    use std::ffi::CString;

    use glib::prelude::*;
    use glib::subclass::prelude::*;

    use crate::abi::StringTable;
    use crate::abi::config_mount::{GVirSandboxConfigMount, GVirSandboxConfigMountClass};
    use crate::abi::object_structs;
    use crate::cstring_cell::CStringCell;

    #[derive(Default, glib::Properties)]
    #[properties(wrapper_type = super::ConfigMount, ext_trait = ConfigMountPropertiesExt)]
    pub struct ConfigMount {
        /// The directory of the sandbox that something is mounted at.
        #[property(get, construct_only, nullable)]
        pub target: CStringCell,
        pub includes: RefCell<Vec<(CString, CString)>>,
        /// The includes as C sees them.
        pub(crate) table: StringTable,
    }

    #[glib::object_subclass]
    impl ObjectSubclass for ConfigMount {
        const NAME: &'static str = "GVirSandboxConfigMount";
        const ABSTRACT: bool = true;
        type Type = super::ConfigMount;
        type Instance = GVirSandboxConfigMount;
        type Class = GVirSandboxConfigMountClass;
    }

    object_structs!(ConfigMount: GVirSandboxConfigMount, GVirSandboxConfigMountClass);

    #[glib::derived_properties]
    impl ObjectImpl for ConfigMount {}
}

glib::wrapper! {
    /// Something that is mounted at a directory of the sandbox.
    pub struct ConfigMount(ObjectSubclass<imp::ConfigMount>);
}

subclassable!(ConfigMount: ObjectImpl);

/// What can be done with any mount.
pub trait ConfigMountExt: IsA<ConfigMount> {
    /// Copies the file `source` of the host to `target` when the sandbox starts, a path below the mount's directory.
    fn add_include(&self, source: &CStr, target: &CStr) {
        let imp = self.upcast_ref().imp();
        let mut includes = imp.includes.borrow_mut();
        match includes
            .iter_mut()
            .find(|(known, _)| known.as_c_str() == target)
        {
            Some((_, known)) => *known = source.to_owned(),
            None => includes.push((target.to_owned(), source.to_owned())),
        }
        imp.table.insert(target, source);
    }

    /// The files that are copied into the mount, in the order they were added: where to, and from where on the host.
    fn includes(&self) -> Vec<(CString, CString)> {
        self.upcast_ref().imp().includes.borrow().clone()
    }
}

impl<T: IsA<ConfigMount>> ConfigMountExt for T {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ConfigMountHostBind;

    #[test]
    fn an_include_that_is_added_again_keeps_its_place() {
        let mount = ConfigMountHostBind::new(c"/src", c"/tmp");
        mount.add_include(c"/etc/a", c"/a");
        mount.add_include(c"/etc/b", c"/b");
        mount.add_include(c"/etc/c", c"/a");
        assert_eq!(
            mount.includes(),
            [
                (c"/a".to_owned(), c"/etc/c".to_owned()),
                (c"/b".to_owned(), c"/etc/b".to_owned())
            ]
        );
    }
}
