//! C API of `GVirSandboxConfigNetworkAddress`.

use glib::ffi::GType;
use glib::prelude::*;
use glib::subclass::prelude::*;
use glib::translate::*;

use crate::abi::config_network::GVirSandboxConfigNetworkAddress;
use crate::abi::{
    guint, instance_or_return, opt_instance_or_return, return_if_fail, return_val_if_fail,
};
use crate::config::ConfigNetworkAddress;
use crate::config::network::MAX_PREFIX;
use gio::ffi::GInetAddress;
use glib::object::ObjectType;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_network_address_get_type() -> GType {
    ConfigNetworkAddress::static_type().into_glib()
}

/// gvir_sandbox_config_network_address_new:
/// @primary: (transfer none): the address
/// @prefix: how many bits of the address name the network, at most 32 for IPv4 and 128 for IPv6
/// @broadcast: (transfer none) (nullable): the broadcast address, or %NULL for the usual one
///
/// Creates an address of a network interface.
///
/// Returns: (transfer full): a new address; release it with g_object_unref()
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_network_address_new(
    primary: *mut GInetAddress,
    prefix: guint,
    broadcast: *mut GInetAddress,
) -> *mut GVirSandboxConfigNetworkAddress {
    let primary = opt_instance_or_return!(primary: gio::InetAddress, std::ptr::null_mut());
    let broadcast = opt_instance_or_return!(broadcast: gio::InetAddress, std::ptr::null_mut());
    return_val_if_fail!(prefix <= MAX_PREFIX, std::ptr::null_mut());
    ConfigNetworkAddress::new(primary.as_deref(), prefix, broadcast.as_deref()).into_glib_ptr()
}

/// gvir_sandbox_config_network_address_set_primary:
/// @config: (transfer none): the address
/// @addr: (transfer none) (nullable): the address, or %NULL for none
///
/// Sets the address.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_network_address_set_primary(
    config: *mut GVirSandboxConfigNetworkAddress,
    addr: *mut GInetAddress,
) {
    let config = instance_or_return!(config: ConfigNetworkAddress);
    let addr = opt_instance_or_return!(addr: gio::InetAddress);
    config.set_primary(addr.as_deref());
}

/// gvir_sandbox_config_network_address_get_primary:
/// @config: (transfer none): the address
///
/// Gets the address.
///
/// Returns: (transfer none) (nullable): the address, or %NULL when there is none
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_network_address_get_primary(
    config: *mut GVirSandboxConfigNetworkAddress,
) -> *mut GInetAddress {
    let config = instance_or_return!(config: ConfigNetworkAddress, std::ptr::null_mut());
    config
        .imp()
        .primary
        .borrow()
        .as_ref()
        .map_or(std::ptr::null_mut(), ObjectType::as_ptr)
}

/// gvir_sandbox_config_network_address_set_prefix:
/// @config: (transfer none): the address
/// @prefix: the number of bits, at most 32 for IPv4 and 128 for IPv6
///
/// Sets how many bits of the address name the network.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_network_address_set_prefix(
    config: *mut GVirSandboxConfigNetworkAddress,
    prefix: guint,
) {
    let config = instance_or_return!(config: ConfigNetworkAddress);
    return_if_fail!(prefix <= MAX_PREFIX);
    config.set_prefix(prefix);
}

/// gvir_sandbox_config_network_address_get_prefix:
/// @config: (transfer none): the address
///
/// Gets how many bits of the address name the network.
///
/// Returns: the number of bits
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_network_address_get_prefix(
    config: *mut GVirSandboxConfigNetworkAddress,
) -> guint {
    let config = instance_or_return!(config: ConfigNetworkAddress, 0);
    config.prefix()
}

/// gvir_sandbox_config_network_address_set_broadcast:
/// @config: (transfer none): the address
/// @addr: (transfer none) (nullable): the broadcast address, or %NULL for none
///
/// Sets the broadcast address.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_network_address_set_broadcast(
    config: *mut GVirSandboxConfigNetworkAddress,
    addr: *mut GInetAddress,
) {
    let config = instance_or_return!(config: ConfigNetworkAddress);
    let addr = opt_instance_or_return!(addr: gio::InetAddress);
    config.set_broadcast(addr.as_deref());
}

/// gvir_sandbox_config_network_address_get_broadcast:
/// @config: (transfer none): the address
///
/// Gets the broadcast address.
///
/// Returns: (transfer none) (nullable): the broadcast address, or %NULL when there is none
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_network_address_get_broadcast(
    config: *mut GVirSandboxConfigNetworkAddress,
) -> *mut GInetAddress {
    let config = instance_or_return!(config: ConfigNetworkAddress, std::ptr::null_mut());
    config
        .imp()
        .broadcast
        .borrow()
        .as_ref()
        .map_or(std::ptr::null_mut(), ObjectType::as_ptr)
}
