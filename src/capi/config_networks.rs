//! C API of `GVirSandboxConfig`: the network interfaces of the sandbox.

use glib::ffi::{GError, GFALSE, GList, gboolean};
use glib::translate::*;

use crate::abi::config::GVirSandboxConfig;
use crate::abi::config_network::GVirSandboxConfigNetwork;
use crate::abi::{gchar, instance_or_return, object_list, str_or_return, strv_from_c, succeed};
use crate::config::{Config, ConfigExt, ConfigNetwork};

/// gvir_sandbox_config_add_network:
/// @config: (transfer none): the configuration
/// @network: (transfer none): the network interface, of which a reference is taken
///
/// Gives the sandbox a network interface.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_add_network(
    config: *mut GVirSandboxConfig,
    network: *mut GVirSandboxConfigNetwork,
) {
    let config = instance_or_return!(config: Config);
    let network = instance_or_return!(network: ConfigNetwork);
    config.add_network(&network);
}

/// gvir_sandbox_config_add_network_opts:
/// @config: (transfer none): the configuration
/// @network: (transfer none): the option
/// @error: where an error is left
///
/// Gives the sandbox the network interface that settings describe, separated by commas:
///
/// - `dhcp`
/// - `source=NETWORK`, a network of libvirt
/// - `mac=ADDRESS`
/// - `address=IP[/PREFIX][%BROADCAST]`, which excludes `dhcp`
/// - `route=IP[/PREFIX]%GATEWAY`, which needs an address
/// - `filter=NAME`, a network filter of libvirt, and `filter.PARAMETER=VALUE`
///
/// The prefix of an IPv4 address is 24 bits and that of an IPv6 address 64 when it is not given.
///
/// Fails with `gvir-sandbox-config`, code 0, when the option is wrong; no interface is added then.
///
/// Returns: true on success, false with @error set
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_add_network_opts(
    config: *mut GVirSandboxConfig,
    network: *const gchar,
    error: *mut *mut GError,
) -> gboolean {
    let config = instance_or_return!(config: Config, GFALSE);
    let network = str_or_return!(network, GFALSE);
    // SAFETY: the caller lends a place for the error.
    unsafe { succeed(config.add_network_opts(network), error) }
}

/// gvir_sandbox_config_add_network_strv:
/// @config: (transfer none): the configuration
/// @networks: (transfer none) (array zero-terminated=1): the options, an array that ends with %NULL
/// @error: where an error is left
///
/// Gives the sandbox the network interfaces that options describe, see gvir_sandbox_config_add_network_opts(). It stops
/// at the first option that is wrong; the interfaces of those before it stay.
///
/// Fails with `gvir-sandbox-config`, code 0, when an option is wrong.
///
/// Returns: true on success, false with @error set
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_add_network_strv(
    config: *mut GVirSandboxConfig,
    networks: *mut *mut gchar,
    error: *mut *mut GError,
) -> gboolean {
    let config = instance_or_return!(config: Config, GFALSE);
    // SAFETY: the caller passes a NULL-terminated array and a place for the error.
    unsafe {
        let mut networks = strv_from_c(networks).into_iter();
        succeed(
            networks.try_for_each(|text| config.add_network_opts(&text)),
            error,
        )
    }
}

/// gvir_sandbox_config_get_networks:
/// @config: (transfer none): the configuration
///
/// Gets the network interfaces, in the order they were added.
///
/// Returns: (transfer full) (element-type GVirSandboxConfigNetwork): a new list of the network interfaces; free it
///   with g_list_free_full() and g_object_unref()
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_get_networks(
    config: *mut GVirSandboxConfig,
) -> *mut GList {
    let config = instance_or_return!(config: Config, std::ptr::null_mut());
    object_list(&config.networks())
}

/// gvir_sandbox_config_has_networks:
/// @config: (transfer none): the configuration
///
/// Gets whether the sandbox has network interfaces.
///
/// Returns: true if there is at least one network interface
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_has_networks(
    config: *mut GVirSandboxConfig,
) -> gboolean {
    let config = instance_or_return!(config: Config, GFALSE);
    config.has_networks().into_glib()
}
