//! C API of `GVirSandboxConfigNetworkRoute`.

use glib::ffi::GType;
use glib::prelude::*;
use glib::subclass::prelude::*;
use glib::translate::*;

use crate::abi::config_network::GVirSandboxConfigNetworkRoute;
use crate::abi::{
    guint, instance_or_return, opt_instance_or_return, return_if_fail, return_val_if_fail,
};
use crate::config::ConfigNetworkRoute;
use crate::config::network::MAX_PREFIX;
use gio::ffi::GInetAddress;
use glib::object::ObjectType;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_network_route_get_type() -> GType {
    ConfigNetworkRoute::static_type().into_glib()
}

/// gvir_sandbox_config_network_route_new:
/// @target: (transfer none): the network that the route leads to
/// @prefix: how many bits of the target name the network, at most 32 for IPv4 and 128 for IPv6
/// @gateway: (transfer none) (nullable): the address of the gateway, or %NULL for none
///
/// Creates a route.
///
/// Returns: (transfer full): a new route; release it with g_object_unref()
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_network_route_new(
    target: *mut GInetAddress,
    prefix: guint,
    gateway: *mut GInetAddress,
) -> *mut GVirSandboxConfigNetworkRoute {
    let target = opt_instance_or_return!(target: gio::InetAddress, std::ptr::null_mut());
    let gateway = opt_instance_or_return!(gateway: gio::InetAddress, std::ptr::null_mut());
    return_val_if_fail!(prefix <= MAX_PREFIX, std::ptr::null_mut());
    ConfigNetworkRoute::new(target.as_deref(), prefix, gateway.as_deref()).into_glib_ptr()
}

/// gvir_sandbox_config_network_route_set_target:
/// @config: (transfer none): the route
/// @addr: (transfer none) (nullable): the network that the route leads to, or %NULL for none
///
/// Sets the network that the route leads to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_network_route_set_target(
    config: *mut GVirSandboxConfigNetworkRoute,
    addr: *mut GInetAddress,
) {
    let config = instance_or_return!(config: ConfigNetworkRoute);
    let addr = opt_instance_or_return!(addr: gio::InetAddress);
    config.set_target(addr.as_deref());
}

/// gvir_sandbox_config_network_route_get_target:
/// @config: (transfer none): the route
///
/// Gets the network that the route leads to.
///
/// Returns: (transfer none) (nullable): the network that the route leads to, or %NULL when there is none
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_network_route_get_target(
    config: *mut GVirSandboxConfigNetworkRoute,
) -> *mut GInetAddress {
    let config = instance_or_return!(config: ConfigNetworkRoute, std::ptr::null_mut());
    config
        .imp()
        .target
        .borrow()
        .as_ref()
        .map_or(std::ptr::null_mut(), ObjectType::as_ptr)
}

/// gvir_sandbox_config_network_route_set_prefix:
/// @config: (transfer none): the route
/// @prefix: the number of bits, at most 32 for IPv4 and 128 for IPv6
///
/// Sets how many bits of the target name the network.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_network_route_set_prefix(
    config: *mut GVirSandboxConfigNetworkRoute,
    prefix: guint,
) {
    let config = instance_or_return!(config: ConfigNetworkRoute);
    return_if_fail!(prefix <= MAX_PREFIX);
    config.set_prefix(prefix);
}

/// gvir_sandbox_config_network_route_get_prefix:
/// @config: (transfer none): the route
///
/// Gets how many bits of the target name the network.
///
/// Returns: the number of bits
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_network_route_get_prefix(
    config: *mut GVirSandboxConfigNetworkRoute,
) -> guint {
    let config = instance_or_return!(config: ConfigNetworkRoute, 0);
    config.prefix()
}

/// gvir_sandbox_config_network_route_set_gateway:
/// @config: (transfer none): the route
/// @addr: (transfer none) (nullable): the address of the gateway, or %NULL for none
///
/// Sets the address of the gateway.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_network_route_set_gateway(
    config: *mut GVirSandboxConfigNetworkRoute,
    addr: *mut GInetAddress,
) {
    let config = instance_or_return!(config: ConfigNetworkRoute);
    let addr = opt_instance_or_return!(addr: gio::InetAddress);
    config.set_gateway(addr.as_deref());
}

/// gvir_sandbox_config_network_route_get_gateway:
/// @config: (transfer none): the route
///
/// Gets the address of the gateway.
///
/// Returns: (transfer none) (nullable): the address of the gateway, or %NULL when there is none
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_network_route_get_gateway(
    config: *mut GVirSandboxConfigNetworkRoute,
) -> *mut GInetAddress {
    let config = instance_or_return!(config: ConfigNetworkRoute, std::ptr::null_mut());
    config
        .imp()
        .gateway
        .borrow()
        .as_ref()
        .map_or(std::ptr::null_mut(), ObjectType::as_ptr)
}
