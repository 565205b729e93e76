//! Which of libvirt's network filters an interface has.

use glib::subclass::prelude::*;

use super::ConfigNetworkFilterrefParameter;

mod imp {
    use std::cell::RefCell;

    use glib::prelude::*;
    use glib::subclass::prelude::*;

    use crate::abi::config_network::{
        GVirSandboxConfigNetworkFilterref, GVirSandboxConfigNetworkFilterrefClass,
    };
    use crate::abi::object_structs;
    use crate::config::ConfigNetworkFilterrefParameter;
    use crate::cstring_cell::CStringCell;

    #[derive(Default, glib::Properties)]
    #[properties(wrapper_type = super::ConfigNetworkFilterref)]
    pub struct ConfigNetworkFilterref {
        /// The name of the filter.
        #[property(get, set, nullable)]
        pub name: CStringCell,
        pub parameters: RefCell<Vec<ConfigNetworkFilterrefParameter>>,
    }

    #[glib::object_subclass]
    impl ObjectSubclass for ConfigNetworkFilterref {
        const NAME: &'static str = "GVirSandboxConfigNetworkFilterref";
        type Type = super::ConfigNetworkFilterref;
        type Instance = GVirSandboxConfigNetworkFilterref;
        type Class = GVirSandboxConfigNetworkFilterrefClass;
    }

    object_structs!(ConfigNetworkFilterref: GVirSandboxConfigNetworkFilterref, GVirSandboxConfigNetworkFilterrefClass);

    #[glib::derived_properties]
    impl ObjectImpl for ConfigNetworkFilterref {}
}

glib::wrapper! {
    /// A reference to one of libvirt's network filters.
    pub struct ConfigNetworkFilterref(ObjectSubclass<imp::ConfigNetworkFilterref>);
}

impl Default for ConfigNetworkFilterref {
    fn default() -> Self {
        glib::Object::new()
    }
}

impl ConfigNetworkFilterref {
    /// Adds a parameter that the filter is instantiated with.
    pub fn add_parameter(&self, parameter: &ConfigNetworkFilterrefParameter) {
        self.imp().parameters.borrow_mut().push(parameter.clone());
    }

    /// The parameters, in the order they were added.
    pub fn parameters(&self) -> Vec<ConfigNetworkFilterrefParameter> {
        self.imp().parameters.borrow().clone()
    }
}
