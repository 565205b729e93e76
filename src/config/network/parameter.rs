//! A parameter of a network filter.

mod imp {
    use glib::prelude::*;
    use glib::subclass::prelude::*;

    use crate::abi::config_network::{
        GVirSandboxConfigNetworkFilterrefParameter, GVirSandboxConfigNetworkFilterrefParameterClass,
    };
    use crate::abi::object_structs;
    use crate::cstring_cell::CStringCell;

    #[derive(Default, glib::Properties)]
    #[properties(wrapper_type = super::ConfigNetworkFilterrefParameter)]
    pub struct ConfigNetworkFilterrefParameter {
        /// The name of the parameter.
        #[property(get, set, nullable)]
        pub name: CStringCell,
        /// The value of the parameter.
        #[property(get, set, nullable)]
        pub value: CStringCell,
    }

    #[glib::object_subclass]
    impl ObjectSubclass for ConfigNetworkFilterrefParameter {
        const NAME: &'static str = "GVirSandboxConfigNetworkFilterrefParameter";
        type Type = super::ConfigNetworkFilterrefParameter;
        type Instance = GVirSandboxConfigNetworkFilterrefParameter;
        type Class = GVirSandboxConfigNetworkFilterrefParameterClass;
    }

    object_structs!(ConfigNetworkFilterrefParameter: GVirSandboxConfigNetworkFilterrefParameter, GVirSandboxConfigNetworkFilterrefParameterClass);

    #[glib::derived_properties]
    impl ObjectImpl for ConfigNetworkFilterrefParameter {}
}

glib::wrapper! {
    /// A parameter of a network filter.
    pub struct ConfigNetworkFilterrefParameter(ObjectSubclass<imp::ConfigNetworkFilterrefParameter>);
}

impl Default for ConfigNetworkFilterrefParameter {
    fn default() -> Self {
        glib::Object::new()
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn announces_a_changed_value() {
        let parameter = ConfigNetworkFilterrefParameter::default();
        let seen = std::rc::Rc::new(std::cell::Cell::new(0));
        let count = seen.clone();
        parameter.connect_value_notify(move |_| count.set(count.get() + 1));
        parameter.set_value(Some(Path::new("192.168.122.1")));
        assert_eq!(
            parameter.value().as_deref(),
            Some(Path::new("192.168.122.1"))
        );
        assert_eq!(seen.get(), 1);
    }
}
