//! The parts of a domain that are not devices.

use super::capabilities::CapabilitiesCpu;
use super::element::element;

element! {
    /// What the domain boots: `<os>`.
    DomainOs(GVirConfigDomainOs); gvir_config_domain_os_get_type, gvir_config_domain_os_new_from_xml
}

element! {
    /// The processor that the domain sees: `<cpu>`.
    DomainCpu(GVirConfigDomainCpu) extends CapabilitiesCpu;
    gvir_config_domain_cpu_get_type, gvir_config_domain_cpu_new_from_xml
}

element! {
    /// The domain's clock and timers: `<clock>`.
    DomainClock(GVirConfigDomainClock); gvir_config_domain_clock_get_type, gvir_config_domain_clock_new_from_xml
}

element! {
    /// The security label the domain runs with: `<seclabel>`.
    DomainSeclabel(GVirConfigDomainSeclabel);
    gvir_config_domain_seclabel_get_type, gvir_config_domain_seclabel_new_from_xml
}
