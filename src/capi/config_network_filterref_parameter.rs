//! C API of `GVirSandboxConfigNetworkFilterrefParameter`.

use glib::ffi::GType;
use glib::prelude::*;
use glib::subclass::prelude::*;
use glib::translate::*;

use crate::abi::config_network::GVirSandboxConfigNetworkFilterrefParameter;
use crate::abi::{gchar, instance_or_return, opt_str};
use crate::config::ConfigNetworkFilterrefParameter;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_network_filterref_parameter_get_type() -> GType {
    ConfigNetworkFilterrefParameter::static_type().into_glib()
}

/// gvir_sandbox_config_network_filterref_parameter_new:
///
/// Creates a parameter without a name and a value.
///
/// Returns: (transfer full): a new parameter; release it with g_object_unref()
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_network_filterref_parameter_new()
-> *mut GVirSandboxConfigNetworkFilterrefParameter {
    ConfigNetworkFilterrefParameter::default().into_glib_ptr()
}

/// gvir_sandbox_config_network_filterref_parameter_get_name:
/// @config: (transfer none): the parameter
///
/// Gets the name of the parameter.
///
/// Returns: (transfer none) (nullable): the name, or %NULL when none is set
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_network_filterref_parameter_get_name(
    config: *mut GVirSandboxConfigNetworkFilterrefParameter,
) -> *const gchar {
    let config = instance_or_return!(config: ConfigNetworkFilterrefParameter, std::ptr::null());
    config.imp().name.as_ptr()
}

/// gvir_sandbox_config_network_filterref_parameter_set_name:
/// @config: (transfer none): the parameter
/// @name: (transfer none): the name, in upper case as libvirt has it
///
/// Sets the name of the parameter.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_network_filterref_parameter_set_name(
    config: *mut GVirSandboxConfigNetworkFilterrefParameter,
    name: *const gchar,
) {
    let config = instance_or_return!(config: ConfigNetworkFilterrefParameter);
    config.set_name(opt_str!(name));
}

/// gvir_sandbox_config_network_filterref_parameter_get_value:
/// @config: (transfer none): the parameter
///
/// Gets the value of the parameter.
///
/// Returns: (transfer none) (nullable): the value, or %NULL when none is set
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_network_filterref_parameter_get_value(
    config: *mut GVirSandboxConfigNetworkFilterrefParameter,
) -> *const gchar {
    let config = instance_or_return!(config: ConfigNetworkFilterrefParameter, std::ptr::null());
    config.imp().value.as_ptr()
}

/// gvir_sandbox_config_network_filterref_parameter_set_value:
/// @config: (transfer none): the parameter
/// @value: (transfer none): the value
///
/// Sets the value of the parameter.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_network_filterref_parameter_set_value(
    config: *mut GVirSandboxConfigNetworkFilterrefParameter,
    value: *const gchar,
) {
    let config = instance_or_return!(config: ConfigNetworkFilterrefParameter);
    config.set_value(opt_str!(value));
}
