//! The devices of a domain.

use super::element::element;

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

element! {
    /// A USB controller: `<controller type='usb'>`.
    DomainControllerUsb(GVirConfigDomainControllerUsb) extends DomainController, DomainDevice;
    gvir_config_domain_controller_usb_get_type, gvir_config_domain_controller_usb_new_from_xml
}
