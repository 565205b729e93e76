//! C API of `GVirSandboxConfigNetworkFilterref`.

use glib::ffi::{GList, GType};
use glib::prelude::*;
use glib::subclass::prelude::*;
use glib::translate::*;

use crate::abi::config_network::{
    GVirSandboxConfigNetworkFilterref, GVirSandboxConfigNetworkFilterrefParameter,
};
use crate::abi::{gchar, instance_or_return, object_list, opt_str};
use crate::config::{ConfigNetworkFilterref, ConfigNetworkFilterrefParameter};

#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_network_filterref_get_type() -> GType {
    ConfigNetworkFilterref::static_type().into_glib()
}

/// gvir_sandbox_config_network_filterref_new:
///
/// Creates a reference without a name.
///
/// Returns: (transfer full): a new reference; release it with g_object_unref()
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_network_filterref_new()
-> *mut GVirSandboxConfigNetworkFilterref {
    ConfigNetworkFilterref::default().into_glib_ptr()
}

/// gvir_sandbox_config_network_filterref_set_name:
/// @config: (transfer none): the reference
/// @name: (transfer none): the name
///
/// Sets the name of the filter.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_network_filterref_set_name(
    config: *mut GVirSandboxConfigNetworkFilterref,
    name: *const gchar,
) {
    let config = instance_or_return!(config: ConfigNetworkFilterref);
    config.set_name(opt_str!(name));
}

/// gvir_sandbox_config_network_filterref_get_name:
/// @config: (transfer none): the reference
///
/// Gets the name of the filter.
///
/// Returns: (transfer none) (nullable): the name, or %NULL when none is set
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_network_filterref_get_name(
    config: *mut GVirSandboxConfigNetworkFilterref,
) -> *const gchar {
    let config = instance_or_return!(config: ConfigNetworkFilterref, std::ptr::null());
    config.imp().name.as_ptr()
}

/// gvir_sandbox_config_network_filterref_add_parameter:
/// @config: (transfer none): the reference
/// @param: (transfer none): the parameter, of which a reference is taken
///
/// Adds a parameter that the filter is instantiated with.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_network_filterref_add_parameter(
    config: *mut GVirSandboxConfigNetworkFilterref,
    param: *mut GVirSandboxConfigNetworkFilterrefParameter,
) {
    let config = instance_or_return!(config: ConfigNetworkFilterref);
    let param = instance_or_return!(param: ConfigNetworkFilterrefParameter);
    config.add_parameter(&param);
}

/// gvir_sandbox_config_network_filterref_get_parameters:
/// @config: (transfer none): the reference
///
/// Gets the parameters, in the order they were added.
///
/// Returns: (transfer full) (element-type GVirSandboxConfigNetworkFilterrefParameter): a new list of the parameters;
///   free it with g_list_free_full() and g_object_unref()
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_network_filterref_get_parameters(
    config: *mut GVirSandboxConfigNetworkFilterref,
) -> *mut GList {
    let config = instance_or_return!(config: ConfigNetworkFilterref, std::ptr::null_mut());
    object_list(&config.parameters())
}
