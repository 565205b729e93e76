//! Which hypervisor runs a virtual machine, when the user wants to decide that.

/// How a virtual machine is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VirtType {
    /// With the hardware's help, by KVM.
    Kvm,
    /// Emulated by QEMU: slow, and possible everywhere.
    Qemu,
}

impl VirtType {
    /// The name that libvirt and the configuration file use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Kvm => "kvm",
            Self::Qemu => "qemu",
        }
    }

    /// The type called `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Kvm, Self::Qemu]
            .into_iter()
            .find(|virt_type| virt_type.name() == name)
    }
}
