//! What a hypervisor and its host can do.

use glib::translate::*;

use super::element::element;
use crate::ffi;

element! {
    /// The capabilities of a connection's host.
    Capabilities(GVirConfigCapabilities);
    gvir_config_capabilities_get_type, gvir_config_capabilities_new_from_xml
}

element! {
    /// A processor as capabilities describe it.
    CapabilitiesCpu(GVirConfigCapabilitiesCpu); gvir_config_capabilities_cpu_get_type
}

element! {
    /// The host's part of the capabilities.
    CapabilitiesHost(GVirConfigCapabilitiesHost); gvir_config_capabilities_host_get_type
}

element! {
    /// A security model (SELinux, AppArmor, DAC) that the host offers.
    CapabilitiesHostSecModel(GVirConfigCapabilitiesHostSecModel);
    gvir_config_capabilities_host_secmodel_get_type
}

impl Capabilities {
    /// The host's part.
    pub fn host(&self) -> Option<CapabilitiesHost> {
        // SAFETY: the object is valid, and the returned one is the caller's.
        unsafe {
            from_glib_full(ffi::gvir_config_capabilities_get_host(
                self.to_glib_none().0,
            ))
        }
    }
}

impl CapabilitiesHost {
    /// The security models on offer.
    pub fn secmodels(&self) -> Vec<CapabilitiesHostSecModel> {
        // SAFETY: the object is valid, and the returned list and its objects are the caller's.
        unsafe {
            FromGlibPtrContainer::from_glib_full(ffi::gvir_config_capabilities_host_get_secmodels(
                self.to_glib_none().0,
            ))
        }
    }
}

impl CapabilitiesHostSecModel {
    /// The model's name, such as `selinux`.
    pub fn model(&self) -> Option<glib::GString> {
        // SAFETY: the object is valid and keeps the string, which is copied here.
        unsafe {
            from_glib_none(ffi::gvir_config_capabilities_host_secmodel_get_model(
                self.to_glib_none().0,
            ))
        }
    }

    /// The domain of interpretation of the model's labels.
    pub fn doi(&self) -> Option<glib::GString> {
        // SAFETY: the object is valid and keeps the string, which is copied here.
        unsafe {
            from_glib_none(ffi::gvir_config_capabilities_host_secmodel_get_doi(
                self.to_glib_none().0,
            ))
        }
    }
}
