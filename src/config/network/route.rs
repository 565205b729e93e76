//! A route to a network behind a gateway.

use gio::InetAddress;
use glib::prelude::*;
use glib::subclass::prelude::*;

mod imp {
    use std::cell::{Cell, RefCell};

    use gio::InetAddress;
    use glib::prelude::*;
    use glib::subclass::prelude::*;

    use crate::abi::config_network::{
        GVirSandboxConfigNetworkRoute, GVirSandboxConfigNetworkRouteClass,
    };
    use crate::abi::object_structs;
    use crate::config::network::MAX_PREFIX;

    #[derive(Default, glib::Properties)]
    #[properties(wrapper_type = super::ConfigNetworkRoute)]
    pub struct ConfigNetworkRoute {
        /// The network that the route leads to.
        #[property(get, construct_only, nullable)]
        pub target: RefCell<Option<InetAddress>>,
        /// The address of the gateway.
        #[property(get, construct_only, nullable)]
        pub gateway: RefCell<Option<InetAddress>>,
        /// How many bits of the target name the network.
        #[property(get, construct_only, maximum = MAX_PREFIX, default = 24)]
        pub prefix: Cell<u32>,
    }

    #[glib::object_subclass]
    impl ObjectSubclass for ConfigNetworkRoute {
        const NAME: &'static str = "GVirSandboxConfigNetworkRoute";
        type Type = super::ConfigNetworkRoute;
        type Instance = GVirSandboxConfigNetworkRoute;
        type Class = GVirSandboxConfigNetworkRouteClass;
    }

    object_structs!(ConfigNetworkRoute: GVirSandboxConfigNetworkRoute, GVirSandboxConfigNetworkRouteClass);

    #[glib::derived_properties]
    impl ObjectImpl for ConfigNetworkRoute {}
}

glib::wrapper! {
    /// A route to a network behind a gateway.
    pub struct ConfigNetworkRoute(ObjectSubclass<imp::ConfigNetworkRoute>);
}

impl ConfigNetworkRoute {
    /// The route to the network that the first `prefix` bits of `target` name.
    pub fn new(target: Option<&InetAddress>, prefix: u32, gateway: Option<&InetAddress>) -> Self {
        glib::Object::builder()
            .property("target", target)
            .property("prefix", prefix)
            .property("gateway", gateway)
            .build()
    }

    /// Sets: the network that the route leads to.
    pub fn set_target(&self, target: Option<&InetAddress>) {
        self.imp().target.replace(target.cloned());
        self.notify("target");
    }

    /// Sets: the address of the gateway.
    pub fn set_gateway(&self, gateway: Option<&InetAddress>) {
        self.imp().gateway.replace(gateway.cloned());
        self.notify("gateway");
    }

    /// Sets: how many bits of the target name the network.
    pub fn set_prefix(&self, prefix: u32) {
        self.imp().prefix.set(prefix);
        self.notify("prefix");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_can_be_set_and_taken_away() {
        let local = InetAddress::from_string("10.0.0.1");
        let object = ConfigNetworkRoute::new(local.as_ref(), 8, None);
        assert_eq!(object.target(), local);
        assert_eq!(object.prefix(), 8);
        object.set_gateway(local.as_ref());
        assert_eq!(object.gateway(), local);
        object.set_gateway(None);
        assert_eq!(object.gateway(), None);
    }
}
