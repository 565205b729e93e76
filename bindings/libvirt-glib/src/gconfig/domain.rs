//! A domain's whole document.

use glib::prelude::*;
use glib::translate::*;

use super::element::{append, append_first_of, element};
use super::{
    DomainClock, DomainCpu, DomainDevice, DomainLifecycleAction, DomainLifecycleEvent, DomainOs,
    DomainSeclabel, DomainVirtType, FromXml,
};
use crate::ffi;

element! {
    /// The configuration of a domain: `<domain>`.
    Domain(GVirConfigDomain); gvir_config_domain_get_type, gvir_config_domain_new_from_xml
}

impl Default for Domain {
    fn default() -> Self {
        Self::new()
    }
}

impl Domain {
    /// An empty configuration.
    pub fn new() -> Self {
        // SAFETY: the returned object is the caller's.
        unsafe { from_glib_full(ffi::gvir_config_domain_new()) }
    }

    /// The domain's name.
    pub fn name(&self) -> Option<glib::GString> {
        // SAFETY: the object is valid and keeps the string, which is copied here.
        unsafe { from_glib_none(ffi::gvir_config_domain_get_name(self.to_glib_none().0)) }
    }

    /// Sets the domain's name.
    pub fn set_name(&self, name: &str) {
        // SAFETY: the object is valid, and the string is copied.
        unsafe { ffi::gvir_config_domain_set_name(self.to_glib_none().0, name.to_glib_none().0) }
    }

    /// The domain's UUID.
    pub fn uuid(&self) -> Option<glib::GString> {
        // SAFETY: the object is valid and keeps the string, which is copied here.
        unsafe { from_glib_none(ffi::gvir_config_domain_get_uuid(self.to_glib_none().0)) }
    }

    /// Sets the domain's UUID.
    pub fn set_uuid(&self, uuid: &str) {
        // SAFETY: the object is valid, and the string is copied.
        unsafe { ffi::gvir_config_domain_set_uuid(self.to_glib_none().0, uuid.to_glib_none().0) }
    }

    /// The hypervisor that is to run the domain.
    pub fn virt_type(&self) -> DomainVirtType {
        // SAFETY: the object is valid, and any number makes a value.
        unsafe { from_glib(ffi::gvir_config_domain_get_virt_type(self.to_glib_none().0) as i32) }
    }

    /// Sets the hypervisor that is to run the domain.
    pub fn set_virt_type(&self, virt_type: DomainVirtType) {
        // SAFETY: the object is valid.
        unsafe {
            ffi::gvir_config_domain_set_virt_type(
                self.to_glib_none().0,
                virt_type.into_glib() as u32,
            )
        }
    }

    /// The memory, in KiB.
    pub fn memory(&self) -> u64 {
        // SAFETY: the object is valid.
        unsafe { ffi::gvir_config_domain_get_memory(self.to_glib_none().0) }
    }

    /// Sets the memory, in KiB.
    pub fn set_memory(&self, kib: u64) {
        // SAFETY: the object is valid.
        unsafe { ffi::gvir_config_domain_set_memory(self.to_glib_none().0, kib) }
    }

    /// The number of processors.
    pub fn vcpus(&self) -> u64 {
        // SAFETY: the object is valid.
        unsafe { ffi::gvir_config_domain_get_vcpus(self.to_glib_none().0) }
    }

    /// Sets the number of processors.
    pub fn set_vcpus(&self, count: u64) {
        // SAFETY: the object is valid.
        unsafe { ffi::gvir_config_domain_set_vcpus(self.to_glib_none().0, count) }
    }

    /// Limits the processor time that the domain gets in each `period` to `quota`, both in microseconds.
    pub fn set_cpu_quota(&self, period: u64, quota: u64) -> Result<(), glib::Error> {
        let tune = Self::new_from_xml(&format!(
            "<domain><cputune><period>{period}</period><quota>{quota}</quota></cputune></domain>"
        ))?;
        append_first_of(self.upcast_ref(), tune.upcast_ref());
        Ok(())
    }

    /// Gives a container a user namespace: `idmap` is the element with its users and groups.
    pub fn set_idmap(&self, idmap: &str) -> Result<(), glib::Error> {
        let map = Self::new_from_xml(&format!("<domain>{idmap}</domain>"))?;
        append_first_of(self.upcast_ref(), map.upcast_ref());
        Ok(())
    }

    /// The names of the hypervisor features that are switched on.
    pub fn features(&self) -> Vec<glib::GString> {
        // SAFETY: the object is valid, and the returned array and its strings are the caller's.
        unsafe {
            FromGlibPtrContainer::from_glib_full(ffi::gvir_config_domain_get_features(
                self.to_glib_none().0,
            ))
        }
    }

    /// Switches on exactly these hypervisor features, such as `acpi`.
    pub fn set_features(&self, features: &[&str]) {
        // SAFETY: the object is valid, and the array and its strings are copied.
        unsafe {
            ffi::gvir_config_domain_set_features(self.to_glib_none().0, features.to_glib_none().0)
        }
    }

    /// Sets what libvirt does upon an event.
    pub fn set_lifecycle(&self, event: DomainLifecycleEvent, action: DomainLifecycleAction) {
        // SAFETY: the object is valid.
        unsafe {
            ffi::gvir_config_domain_set_lifecycle(
                self.to_glib_none().0,
                event.into_glib() as u32,
                action.into_glib() as u32,
            )
        }
    }

    /// What the domain boots.
    pub fn os(&self) -> Option<DomainOs> {
        // SAFETY: the object is valid, and the returned one is the caller's.
        unsafe { from_glib_full(ffi::gvir_config_domain_get_os(self.to_glib_none().0)) }
    }

    /// Sets what the domain boots.
    pub fn set_os(&self, os: &DomainOs) {
        // SAFETY: both objects are valid.
        unsafe { ffi::gvir_config_domain_set_os(self.to_glib_none().0, os.to_glib_none().0) }
    }

    /// The processor that the domain sees.
    pub fn cpu(&self) -> Option<DomainCpu> {
        // SAFETY: the object is valid, and the returned one is the caller's.
        unsafe { from_glib_full(ffi::gvir_config_domain_get_cpu(self.to_glib_none().0)) }
    }

    /// Sets the processor that the domain sees.
    pub fn set_cpu(&self, cpu: &DomainCpu) {
        // SAFETY: both objects are valid.
        unsafe { ffi::gvir_config_domain_set_cpu(self.to_glib_none().0, cpu.to_glib_none().0) }
    }

    /// The domain's clock.
    pub fn clock(&self) -> Option<DomainClock> {
        // SAFETY: the object is valid, and the returned one is the caller's.
        unsafe { from_glib_full(ffi::gvir_config_domain_get_clock(self.to_glib_none().0)) }
    }

    /// Sets the domain's clock.
    pub fn set_clock(&self, clock: &DomainClock) {
        // SAFETY: both objects are valid.
        unsafe { ffi::gvir_config_domain_set_clock(self.to_glib_none().0, clock.to_glib_none().0) }
    }

    /// Sets the security label that the domain runs with.
    pub fn set_seclabel(&self, seclabel: &DomainSeclabel) {
        // SAFETY: both objects are valid.
        unsafe {
            ffi::gvir_config_domain_set_seclabel(self.to_glib_none().0, seclabel.to_glib_none().0)
        }
    }

    /// Adds a security label to those of other security models.
    pub fn add_seclabel(&self, seclabel: &DomainSeclabel) {
        append(self.upcast_ref(), seclabel.upcast_ref());
    }

    /// Adds a device after those that are there.
    pub fn add_device(&self, device: &impl IsA<DomainDevice>) {
        // SAFETY: both objects are valid.
        unsafe {
            ffi::gvir_config_domain_add_device(
                self.to_glib_none().0,
                device.as_ref().to_glib_none().0,
            )
        }
    }

    /// The devices of the kinds that libvirt-gconfig knows.
    pub fn devices(&self) -> Vec<DomainDevice> {
        // SAFETY: the object is valid, and the returned list and its objects are the caller's.
        unsafe {
            FromGlibPtrContainer::from_glib_full(ffi::gvir_config_domain_get_devices(
                self.to_glib_none().0,
            ))
        }
    }
}
