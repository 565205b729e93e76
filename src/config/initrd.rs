//! The initial RAM disk of a virtual machine: which init and kernel modules go into it.

use std::ffi::{CStr, CString};

use glib::subclass::prelude::*;

mod imp {
    use std::cell::RefCell;
    use std::ffi::CString;

    use glib::prelude::*;
    use glib::subclass::prelude::*;

    use crate::abi::config::{GVirSandboxConfigInitrd, GVirSandboxConfigInitrdClass};
    use crate::abi::object_structs;
    use crate::cstring_cell::CStringCell;

    #[derive(Default, glib::Properties)]
    #[properties(wrapper_type = super::ConfigInitrd)]
    pub struct ConfigInitrd {
        /// The program that the kernel starts first, a host path.
        #[property(get, set, nullable)]
        pub init: CStringCell,
        /// The host directory with the modules of this version of the kernel; the one below `/lib/modules` when it is not set.
        #[property(get, set, nullable)]
        pub kmoddir: CStringCell,
        /// The version of the kernel that the modules belong to; the running one when it is not set.
        #[property(get, set, nullable)]
        pub kver: CStringCell,
        pub modules: RefCell<Vec<CString>>,
    }

    #[glib::object_subclass]
    impl ObjectSubclass for ConfigInitrd {
        const NAME: &'static str = "GVirSandboxConfigInitrd";
        type Type = super::ConfigInitrd;
        type Instance = GVirSandboxConfigInitrd;
        type Class = GVirSandboxConfigInitrdClass;
    }

    object_structs!(ConfigInitrd: GVirSandboxConfigInitrd, GVirSandboxConfigInitrdClass);

    #[glib::derived_properties]
    impl ObjectImpl for ConfigInitrd {}
}

glib::wrapper! {
    /// Describes the initial RAM disk of a virtual machine.
    pub struct ConfigInitrd(ObjectSubclass<imp::ConfigInitrd>);
}

impl Default for ConfigInitrd {
    fn default() -> Self {
        glib::Object::new()
    }
}

impl ConfigInitrd {
    /// Adds a kernel module, by name, that the initrd must carry and load.
    pub fn add_module(&self, name: &CStr) {
        self.imp().modules.borrow_mut().push(name.to_owned());
    }

    /// The names of the modules, in the order they were added.
    pub fn modules(&self) -> Vec<CString> {
        self.imp().modules.borrow().clone()
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn remembers_modules_in_order() {
        let config = ConfigInitrd::default();
        config.add_module(c"virtio");
        config.add_module(c"9p");
        assert_eq!(config.modules(), [c"virtio".to_owned(), c"9p".to_owned()]);
    }

    #[test]
    fn announces_a_changed_property() {
        let config = ConfigInitrd::default();
        let seen = std::rc::Rc::new(std::cell::Cell::new(0));
        let count = seen.clone();
        config.connect_kver_notify(move |_| count.set(count.get() + 1));
        config.set_kver(Some(Path::new("6.1.0")));
        assert_eq!(config.kver().as_deref(), Some(Path::new("6.1.0")));
        assert_eq!(seen.get(), 1);
    }
}
