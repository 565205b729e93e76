//! An IP address of a network interface.

use gio::InetAddress;
use glib::prelude::*;
use glib::subclass::prelude::*;

/// The longest prefix of an address, that of an IPv6 host.
pub(crate) const MAX_PREFIX: u32 = 128;

mod imp {
    use std::cell::{Cell, RefCell};

    use gio::InetAddress;
    use glib::prelude::*;
    use glib::subclass::prelude::*;

    use super::MAX_PREFIX;
    use crate::abi::config_network::{
        GVirSandboxConfigNetworkAddress, GVirSandboxConfigNetworkAddressClass,
    };
    use crate::abi::object_structs;

    #[derive(Default, glib::Properties)]
    #[properties(wrapper_type = super::ConfigNetworkAddress)]
    pub struct ConfigNetworkAddress {
        /// The address.
        #[property(get, construct_only, nullable)]
        pub primary: RefCell<Option<InetAddress>>,
        /// The broadcast address, when it is not the usual one.
        #[property(get, construct_only, nullable)]
        pub broadcast: RefCell<Option<InetAddress>>,
        /// How many bits of the address name the network.
        #[property(get, construct_only, maximum = MAX_PREFIX, default = 24)]
        pub prefix: Cell<u32>,
    }

    #[glib::object_subclass]
    impl ObjectSubclass for ConfigNetworkAddress {
        const NAME: &'static str = "GVirSandboxConfigNetworkAddress";
        type Type = super::ConfigNetworkAddress;
        type Instance = GVirSandboxConfigNetworkAddress;
        type Class = GVirSandboxConfigNetworkAddressClass;
    }

    object_structs!(ConfigNetworkAddress: GVirSandboxConfigNetworkAddress, GVirSandboxConfigNetworkAddressClass);

    #[glib::derived_properties]
    impl ObjectImpl for ConfigNetworkAddress {}
}

glib::wrapper! {
    /// An IP address of a network interface.
    pub struct ConfigNetworkAddress(ObjectSubclass<imp::ConfigNetworkAddress>);
}

impl ConfigNetworkAddress {
    /// The address `primary` in the network that its first `prefix` bits name.
    pub fn new(
        primary: Option<&InetAddress>,
        prefix: u32,
        broadcast: Option<&InetAddress>,
    ) -> Self {
        glib::Object::builder()
            .property("primary", primary)
            .property("prefix", prefix)
            .property("broadcast", broadcast)
            .build()
    }

    /// Sets: the address.
    pub fn set_primary(&self, primary: Option<&InetAddress>) {
        self.imp().primary.replace(primary.cloned());
        self.notify("primary");
    }

    /// Sets: the broadcast address, when it is not the usual one.
    pub fn set_broadcast(&self, broadcast: Option<&InetAddress>) {
        self.imp().broadcast.replace(broadcast.cloned());
        self.notify("broadcast");
    }

    /// Sets: how many bits of the address name the network.
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
        let object = ConfigNetworkAddress::new(local.as_ref(), 8, None);
        assert_eq!(object.primary(), local);
        assert_eq!(object.prefix(), 8);
        object.set_broadcast(local.as_ref());
        assert_eq!(object.broadcast(), local);
        object.set_broadcast(None);
        assert_eq!(object.broadcast(), None);
    }
}
