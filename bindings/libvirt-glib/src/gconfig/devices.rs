//! The devices of a domain.

use std::ptr;

use glib::translate::ToGlibPtr;

use super::element::{FromXml, check_text, element};
use crate::{ffi, result};

element! {
    /// Any device of a domain.
    DomainDevice(GVirConfigDomainDevice);
    gvir_config_domain_device_get_type
}

element! {
    /// A host directory or image that the domain mounts: `<filesystem>`.
    DomainFilesys(GVirConfigDomainFilesys) extends DomainDevice;
    gvir_config_domain_filesys_get_type, gvir_config_domain_filesys_new_from_xml
}

element! {
    /// A disk: `<disk>`.
    DomainDisk(GVirConfigDomainDisk) extends DomainDevice;
    gvir_config_domain_disk_get_type, gvir_config_domain_disk_new_from_xml
}

element! {
    /// The memory balloon: `<memballoon>`.
    DomainMemballoon(GVirConfigDomainMemballoon) extends DomainDevice;
    gvir_config_domain_memballoon_get_type, gvir_config_domain_memballoon_new_from_xml
}

element! {
    /// Any network interface: `<interface>`.
    DomainInterface(GVirConfigDomainInterface) extends DomainDevice;
    gvir_config_domain_interface_get_type
}

element! {
    /// An interface on one of libvirt's networks: `<interface type='network'>`.
    DomainInterfaceNetwork(GVirConfigDomainInterfaceNetwork) extends DomainInterface, DomainDevice;
    gvir_config_domain_interface_network_get_type, gvir_config_domain_interface_network_new_from_xml
}

element! {
    /// An interface on a bridge of the host: `<interface type='bridge'>`.
    DomainInterfaceBridge(GVirConfigDomainInterfaceBridge) extends DomainInterface, DomainDevice;
    gvir_config_domain_interface_bridge_get_type, gvir_config_domain_interface_bridge_new_from_xml
}

element! {
    /// An interface behind user-mode networking: `<interface type='user'>`.
    DomainInterfaceUser(GVirConfigDomainInterfaceUser) extends DomainInterface, DomainDevice;
    gvir_config_domain_interface_user_get_type, gvir_config_domain_interface_user_new_from_xml
}

element! {
    /// Any character device.
    DomainChardev(GVirConfigDomainChardev) extends DomainDevice;
    gvir_config_domain_chardev_get_type
}

element! {
    /// A console: `<console>`.
    DomainConsole(GVirConfigDomainConsole) extends DomainChardev, DomainDevice;
    gvir_config_domain_console_get_type, gvir_config_domain_console_new_from_xml
}

element! {
    /// A serial port: `<serial>`.
    DomainSerial(GVirConfigDomainSerial) extends DomainChardev, DomainDevice;
    gvir_config_domain_serial_get_type, gvir_config_domain_serial_new_from_xml
}

element! {
    /// A private channel to the host: `<channel>`.
    DomainChannel(GVirConfigDomainChannel) extends DomainChardev, DomainDevice;
    gvir_config_domain_channel_get_type, gvir_config_domain_channel_new_from_xml
}

element! {
    /// Any bus controller: `<controller>`.
    DomainController(GVirConfigDomainController) extends DomainDevice;
    gvir_config_domain_controller_get_type
}

impl FromXml for DomainController {
    /// Makes a controller of any type. It is an object of the class of USB controllers, the only ones of which libvirt-gconfig
    /// makes objects, and written as it was read.
    fn new_from_xml(xml: &str) -> Result<Self, glib::Error> {
        check_text(xml)?;
        let mut error = ptr::null_mut();
        // SAFETY: the texts are terminated and outlive the call, the error pointer is valid, the returned object, one of the
        // type that was asked for, and the error are the caller's.
        unsafe {
            let object = ffi::gvir_config_object_new_from_xml(
                ffi::gvir_config_domain_controller_usb_get_type(),
                c"controller".as_ptr(),
                ptr::null(),
                xml.to_glib_none().0,
                &mut error,
            );
            result::full(object.cast::<ffi::GVirConfigDomainController>(), error)
        }
    }
}
