//! libvirt's XML documents as objects (libvirt-gconfig).

mod capabilities;
mod devices;
mod domain;
mod element;
mod elements;
mod enums;

pub use capabilities::{Capabilities, CapabilitiesCpu, CapabilitiesHost, CapabilitiesHostSecModel};
pub use devices::{
    DomainChannel, DomainChardev, DomainConsole, DomainController, DomainDevice, DomainDisk,
    DomainFilesys, DomainInterface, DomainInterfaceBridge, DomainInterfaceNetwork,
    DomainInterfaceUser, DomainMemballoon, DomainSerial,
};
pub use domain::Domain;
pub use element::{FromXml, Object, ToXml};
pub use elements::{DomainClock, DomainCpu, DomainOs, DomainSeclabel};
pub use enums::{
    DomainDiskFormat, DomainDiskType, DomainLifecycleAction, DomainLifecycleEvent, DomainVirtType,
};
