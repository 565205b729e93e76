//! A network interface of a sandbox: where it is connected, and its addresses.

use glib::subclass::prelude::*;

use super::{ConfigNetworkAddress, ConfigNetworkFilterref, ConfigNetworkRoute};

mod imp {
    use std::cell::{Cell, RefCell};

    use glib::prelude::*;
    use glib::subclass::prelude::*;

    use crate::abi::config_network::{GVirSandboxConfigNetwork, GVirSandboxConfigNetworkClass};
    use crate::abi::object_structs;
    use crate::config::{ConfigNetworkAddress, ConfigNetworkFilterref, ConfigNetworkRoute};
    use crate::cstring_cell::CStringCell;

    #[derive(glib::Properties)]
    #[properties(wrapper_type = super::ConfigNetwork)]
    pub struct ConfigNetwork {
        /// Whether the addresses come from a DHCP server.
        #[property(get, set, default = true)]
        pub dhcp: Cell<bool>,
        /// The libvirt network that the interface is connected with; see gvir_sandbox_config_network_set_source().
        #[property(get, set, nullable)]
        pub source: CStringCell,
        /// The MAC address, six pairs of hexadecimal digits with colons; chosen by libvirt when it is not set.
        #[property(get, set, nullable)]
        pub mac: CStringCell,
        pub addresses: RefCell<Vec<ConfigNetworkAddress>>,
        pub routes: RefCell<Vec<ConfigNetworkRoute>>,
        pub filterref: RefCell<Option<ConfigNetworkFilterref>>,
    }

    impl Default for ConfigNetwork {
        fn default() -> Self {
            Self {
                dhcp: Cell::new(true),
                source: CStringCell::default(),
                mac: CStringCell::default(),
                addresses: RefCell::default(),
                routes: RefCell::default(),
                filterref: RefCell::default(),
            }
        }
    }

    #[glib::object_subclass]
    impl ObjectSubclass for ConfigNetwork {
        const NAME: &'static str = "GVirSandboxConfigNetwork";
        type Type = super::ConfigNetwork;
        type Instance = GVirSandboxConfigNetwork;
        type Class = GVirSandboxConfigNetworkClass;
    }

    object_structs!(ConfigNetwork: GVirSandboxConfigNetwork, GVirSandboxConfigNetworkClass);

    #[glib::derived_properties]
    impl ObjectImpl for ConfigNetwork {}
}

glib::wrapper! {
    /// A network interface of a sandbox.
    pub struct ConfigNetwork(ObjectSubclass<imp::ConfigNetwork>);
}

impl Default for ConfigNetwork {
    fn default() -> Self {
        glib::Object::new()
    }
}

impl ConfigNetwork {
    /// Adds an address.
    pub fn add_address(&self, address: &ConfigNetworkAddress) {
        self.imp().addresses.borrow_mut().push(address.clone());
    }

    /// The addresses, in the order they were added.
    pub fn addresses(&self) -> Vec<ConfigNetworkAddress> {
        self.imp().addresses.borrow().clone()
    }

    /// Adds a route.
    pub fn add_route(&self, route: &ConfigNetworkRoute) {
        self.imp().routes.borrow_mut().push(route.clone());
    }

    /// The routes, in the order they were added.
    pub fn routes(&self) -> Vec<ConfigNetworkRoute> {
        self.imp().routes.borrow().clone()
    }

    /// The network filter, if there is one.
    pub fn filterref(&self) -> Option<ConfigNetworkFilterref> {
        self.imp().filterref.borrow().clone()
    }

    /// Sets the network filter, or takes it away.
    pub fn set_filterref(&self, filterref: Option<&ConfigNetworkFilterref>) {
        self.imp().filterref.replace(filterref.cloned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wants_dhcp_unless_told_otherwise() {
        let network = ConfigNetwork::default();
        assert!(network.dhcp());
        assert!(network.addresses().is_empty());
        assert!(network.filterref().is_none());
    }

    #[test]
    fn keeps_the_objects_it_is_given() {
        let network = ConfigNetwork::default();
        let route = ConfigNetworkRoute::new(None, 8, None);
        network.add_route(&route);
        assert_eq!(network.routes(), [route]);
        let filterref = ConfigNetworkFilterref::default();
        network.set_filterref(Some(&filterref));
        assert_eq!(network.filterref(), Some(filterref));
        network.set_filterref(None);
        assert!(network.filterref().is_none());
    }
}
