//! C API of `GVirSandboxConfigNetwork`.

use glib::ffi::{GFALSE, GList, GType, gboolean};
use glib::prelude::*;
use glib::subclass::prelude::*;
use glib::translate::*;

use crate::abi::config_network::{
    GVirSandboxConfigNetwork, GVirSandboxConfigNetworkAddress, GVirSandboxConfigNetworkFilterref,
    GVirSandboxConfigNetworkRoute,
};
use crate::abi::{gchar, instance_or_return, object_list, opt_instance_or_return, opt_str};
use crate::config::{
    ConfigNetwork, ConfigNetworkAddress, ConfigNetworkFilterref, ConfigNetworkRoute,
};
use glib::object::ObjectType;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_network_get_type() -> GType {
    ConfigNetwork::static_type().into_glib()
}

/// gvir_sandbox_config_network_new:
///
/// Creates a network interface that gets its address by DHCP.
///
/// Returns: (transfer full): a new network interface; release it with g_object_unref()
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_network_new() -> *mut GVirSandboxConfigNetwork {
    ConfigNetwork::default().into_glib_ptr()
}

/// gvir_sandbox_config_network_set_source:
/// @config: (transfer none): the network interface
/// @network: (transfer none) (nullable): the name of the network, or %NULL for none
///
/// Sets the libvirt network that the interface is connected with. Without one a virtual machine has user-mode
/// networking, and a container is connected with the network `default`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_network_set_source(
    config: *mut GVirSandboxConfigNetwork,
    network: *const gchar,
) {
    let config = instance_or_return!(config: ConfigNetwork);
    config.set_source(opt_str!(network));
}

/// gvir_sandbox_config_network_get_source:
/// @config: (transfer none): the network interface
///
/// Gets the libvirt network that the interface is connected with.
///
/// Returns: (transfer none) (nullable): the name of the network, or %NULL when there is none
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_network_get_source(
    config: *mut GVirSandboxConfigNetwork,
) -> *const gchar {
    let config = instance_or_return!(config: ConfigNetwork, std::ptr::null());
    config.imp().source.as_ptr()
}

/// gvir_sandbox_config_network_set_mac:
/// @config: (transfer none): the network interface
/// @mac: (transfer none) (nullable): the address, six pairs of hexadecimal digits with colons, or %NULL to let libvirt
///   choose it
///
/// Sets the MAC address of the interface.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_network_set_mac(
    config: *mut GVirSandboxConfigNetwork,
    mac: *const gchar,
) {
    let config = instance_or_return!(config: ConfigNetwork);
    config.set_mac(opt_str!(mac));
}

/// gvir_sandbox_config_network_get_mac:
/// @config: (transfer none): the network interface
///
/// Gets the MAC address of the interface.
///
/// Returns: (transfer none) (nullable): the address, or %NULL when libvirt chooses it
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_network_get_mac(
    config: *mut GVirSandboxConfigNetwork,
) -> *const gchar {
    let config = instance_or_return!(config: ConfigNetwork, std::ptr::null());
    config.imp().mac.as_ptr()
}

/// gvir_sandbox_config_network_set_dhcp:
/// @config: (transfer none): the network interface
/// @dhcp: true for DHCP, false for static addresses
///
/// Sets whether the interface gets its address from a DHCP server. This is the default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_network_set_dhcp(
    config: *mut GVirSandboxConfigNetwork,
    dhcp: gboolean,
) {
    let config = instance_or_return!(config: ConfigNetwork);
    config.set_dhcp(dhcp != GFALSE);
}

/// gvir_sandbox_config_network_get_dhcp:
/// @config: (transfer none): the network interface
///
/// Gets whether the interface gets its address from a DHCP server.
///
/// Returns: true for DHCP, false for static addresses
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_network_get_dhcp(
    config: *mut GVirSandboxConfigNetwork,
) -> gboolean {
    let config = instance_or_return!(config: ConfigNetwork, GFALSE);
    config.dhcp().into_glib()
}

/// gvir_sandbox_config_network_add_address:
/// @config: (transfer none): the network interface
/// @addr: (transfer none): the address, of which a reference is taken
///
/// Adds a static address, which counts only without DHCP.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_network_add_address(
    config: *mut GVirSandboxConfigNetwork,
    addr: *mut GVirSandboxConfigNetworkAddress,
) {
    let config = instance_or_return!(config: ConfigNetwork);
    let addr = instance_or_return!(addr: ConfigNetworkAddress);
    config.add_address(&addr);
}

/// gvir_sandbox_config_network_get_addresses:
/// @config: (transfer none): the network interface
///
/// Gets the static addresses, in the order they were added.
///
/// Returns: (transfer full) (element-type GVirSandboxConfigNetworkAddress): a new list of the addresses; free it with
///   g_list_free_full() and g_object_unref()
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_network_get_addresses(
    config: *mut GVirSandboxConfigNetwork,
) -> *mut GList {
    let config = instance_or_return!(config: ConfigNetwork, std::ptr::null_mut());
    object_list(&config.addresses())
}

/// gvir_sandbox_config_network_add_route:
/// @config: (transfer none): the network interface
/// @addr: (transfer none): the route, of which a reference is taken
///
/// Adds a static route, which counts only without DHCP.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_network_add_route(
    config: *mut GVirSandboxConfigNetwork,
    addr: *mut GVirSandboxConfigNetworkRoute,
) {
    let config = instance_or_return!(config: ConfigNetwork);
    let addr = instance_or_return!(addr: ConfigNetworkRoute);
    config.add_route(&addr);
}

/// gvir_sandbox_config_network_get_routes:
/// @config: (transfer none): the network interface
///
/// Gets the static routes, in the order they were added.
///
/// Returns: (transfer full) (element-type GVirSandboxConfigNetworkRoute): a new list of the routes; free it with
///   g_list_free_full() and g_object_unref()
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_network_get_routes(
    config: *mut GVirSandboxConfigNetwork,
) -> *mut GList {
    let config = instance_or_return!(config: ConfigNetwork, std::ptr::null_mut());
    object_list(&config.routes())
}

/// gvir_sandbox_config_network_set_filterref:
/// @config: (transfer none): the network interface
/// @ref: (transfer none) (nullable): the reference to the filter, of which a reference is taken, or %NULL for none
///
/// Sets which of libvirt's network filters the interface has.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_network_set_filterref(
    config: *mut GVirSandboxConfigNetwork,
    r#ref: *mut GVirSandboxConfigNetworkFilterref,
) {
    let config = instance_or_return!(config: ConfigNetwork);
    let filterref = opt_instance_or_return!(r#ref: ConfigNetworkFilterref);
    config.set_filterref(filterref.as_deref());
}

/// gvir_sandbox_config_network_get_filterref:
/// @config: (transfer none): the network interface
///
/// Gets which of libvirt's network filters the interface has.
///
/// Returns: (transfer none) (nullable): the reference to the filter, or %NULL when there is none
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_network_get_filterref(
    config: *mut GVirSandboxConfigNetwork,
) -> *mut GVirSandboxConfigNetworkFilterref {
    let config = instance_or_return!(config: ConfigNetwork, std::ptr::null_mut());
    config
        .imp()
        .filterref
        .borrow()
        .as_ref()
        .map_or(std::ptr::null_mut(), ObjectType::as_ptr)
}
