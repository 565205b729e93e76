//! libvirt-gconfig's enumerations, with the very `GType`s that the C library registers.

use glib::prelude::*;
use glib::translate::*;

use crate::ffi;

/// Makes a Rust enumeration of a C one that has a `GType`.
macro_rules! enumeration {
    ($(#[$doc:meta])* $name:ident, $get_type:ident { $($(#[$value_doc:meta])* $value:ident = $c:ident,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$value_doc])* $value,)+
            #[doc(hidden)]
            __Unknown(i32),
        }

        impl $name {
            /// The value's nick: the word that stands for it in XML and in option strings.
            pub fn nick(self) -> Option<String> {
                let class = glib::EnumClass::with_type(Self::static_type())?;
                class.value(self.into_glib()).map(|value| value.nick().to_owned())
            }

            /// The value that has this nick.
            pub fn from_nick(nick: &str) -> Option<Self> {
                let class = glib::EnumClass::with_type(Self::static_type())?;
                Self::try_from(class.value_by_nick(nick)?.value()).ok()
            }
        }

        impl TryFrom<i32> for $name {
            type Error = i32;

            /// The value with this number, or the number back when there is none.
            fn try_from(number: i32) -> Result<Self, i32> {
                match number as u32 {
                    $(ffi::$c => Ok(Self::$value),)+
                    _ => Err(number),
                }
            }
        }

        #[doc(hidden)]
        impl IntoGlib for $name {
            type GlibType = i32;

            fn into_glib(self) -> i32 {
                match self {
                    $(Self::$value => ffi::$c as i32,)+
                    Self::__Unknown(number) => number,
                }
            }
        }

        #[doc(hidden)]
        impl FromGlib<i32> for $name {
            unsafe fn from_glib(number: i32) -> Self {
                Self::try_from(number).unwrap_or_else(Self::__Unknown)
            }
        }

        impl StaticType for $name {
            fn static_type() -> glib::Type {
                // SAFETY: the function registers the type on its first call and needs nothing.
                unsafe { from_glib(ffi::$get_type()) }
            }
        }

        impl glib::HasParamSpec for $name {
            type ParamSpec = glib::ParamSpecEnum;
            type SetValue = Self;
            type BuilderFn = fn(&str, Self) -> glib::ParamSpecEnumBuilder<Self>;

            fn param_spec_builder() -> Self::BuilderFn {
                Self::ParamSpec::builder_with_default
            }
        }

        impl glib::value::ValueType for $name {
            type Type = Self;
        }

        // SAFETY: the checker makes sure that the value holds this type.
        unsafe impl<'a> glib::value::FromValue<'a> for $name {
            type Checker = glib::value::GenericValueTypeChecker<Self>;

            unsafe fn from_value(value: &'a glib::Value) -> Self {
                // SAFETY: the value holds an enumeration, as the checker has seen.
                unsafe { from_glib(glib::gobject_ffi::g_value_get_enum(value.to_glib_none().0)) }
            }
        }

        impl ToValue for $name {
            fn to_value(&self) -> glib::Value {
                let mut value = glib::Value::for_value_type::<Self>();
                // SAFETY: the value was just made for this enumeration.
                unsafe {
                    glib::gobject_ffi::g_value_set_enum(
                        value.to_glib_none_mut().0,
                        self.into_glib(),
                    );
                }
                value
            }

            fn value_type(&self) -> glib::Type {
                Self::static_type()
            }
        }

        impl From<$name> for glib::Value {
            fn from(value: $name) -> Self {
                value.to_value()
            }
        }
    };
}

enumeration! {
    /// The format of a disk image.
    DomainDiskFormat, gvir_config_domain_disk_format_get_type {
        /// Plain bytes.
        Raw = GVIR_CONFIG_DOMAIN_DISK_FORMAT_RAW,
        /// A directory.
        Dir = GVIR_CONFIG_DOMAIN_DISK_FORMAT_DIR,
        /// Bochs.
        Bochs = GVIR_CONFIG_DOMAIN_DISK_FORMAT_BOCHS,
        /// Compressed loop.
        Cloop = GVIR_CONFIG_DOMAIN_DISK_FORMAT_CLOOP,
        /// User-mode Linux copy on write.
        Cow = GVIR_CONFIG_DOMAIN_DISK_FORMAT_COW,
        /// Mac disk image.
        Dmg = GVIR_CONFIG_DOMAIN_DISK_FORMAT_DMG,
        /// CD image.
        Iso = GVIR_CONFIG_DOMAIN_DISK_FORMAT_ISO,
        /// QEMU copy on write, version 1.
        Qcow = GVIR_CONFIG_DOMAIN_DISK_FORMAT_QCOW,
        /// QEMU copy on write, version 2.
        Qcow2 = GVIR_CONFIG_DOMAIN_DISK_FORMAT_QCOW2,
        /// QEMU enhanced disk.
        Qed = GVIR_CONFIG_DOMAIN_DISK_FORMAT_QED,
        /// VMware.
        Vmdk = GVIR_CONFIG_DOMAIN_DISK_FORMAT_VMDK,
        /// Virtual PC.
        Vpc = GVIR_CONFIG_DOMAIN_DISK_FORMAT_VPC,
        /// A directory shown as a FAT volume.
        Fat = GVIR_CONFIG_DOMAIN_DISK_FORMAT_FAT,
        /// Virtual hard disk.
        Vhd = GVIR_CONFIG_DOMAIN_DISK_FORMAT_VHD,
    }
}

enumeration! {
    /// What a disk is backed by.
    DomainDiskType, gvir_config_domain_disk_type_get_type {
        /// A file.
        File = GVIR_CONFIG_DOMAIN_DISK_FILE,
        /// A block device.
        Block = GVIR_CONFIG_DOMAIN_DISK_BLOCK,
        /// A directory.
        Dir = GVIR_CONFIG_DOMAIN_DISK_DIR,
        /// A network server.
        Network = GVIR_CONFIG_DOMAIN_DISK_NETWORK,
    }
}

enumeration! {
    /// The hypervisor that runs a domain.
    DomainVirtType, gvir_config_domain_virt_type_get_type {
        /// QEMU without hardware help.
        Qemu = GVIR_CONFIG_DOMAIN_VIRT_QEMU,
        /// QEMU with the old kqemu module.
        Kqemu = GVIR_CONFIG_DOMAIN_VIRT_KQEMU,
        /// KVM.
        Kvm = GVIR_CONFIG_DOMAIN_VIRT_KVM,
        /// Xen.
        Xen = GVIR_CONFIG_DOMAIN_VIRT_XEN,
        /// Linux containers.
        Lxc = GVIR_CONFIG_DOMAIN_VIRT_LXC,
        /// User-mode Linux.
        Uml = GVIR_CONFIG_DOMAIN_VIRT_UML,
        /// OpenVZ.
        Openvz = GVIR_CONFIG_DOMAIN_VIRT_OPENVZ,
        /// Linux-VServer.
        Vserver = GVIR_CONFIG_DOMAIN_VIRT_VSERVER,
        /// Logical domains.
        Ldom = GVIR_CONFIG_DOMAIN_VIRT_LDOM,
        /// libvirt's test driver.
        Test = GVIR_CONFIG_DOMAIN_VIRT_TEST,
        /// VMware.
        Vmware = GVIR_CONFIG_DOMAIN_VIRT_VMWARE,
        /// Hyper-V.
        Hyperv = GVIR_CONFIG_DOMAIN_VIRT_HYPERV,
        /// VirtualBox.
        Vbox = GVIR_CONFIG_DOMAIN_VIRT_VBOX,
        /// OpenNebula.
        One = GVIR_CONFIG_DOMAIN_VIRT_ONE,
        /// Power hypervisor.
        Phyp = GVIR_CONFIG_DOMAIN_VIRT_PHYP,
    }
}

enumeration! {
    /// An event that ends a domain's run.
    DomainLifecycleEvent, gvir_config_domain_lifecycle_event_get_type {
        /// The guest powers off.
        Poweroff = GVIR_CONFIG_DOMAIN_LIFECYCLE_ON_POWEROFF,
        /// The guest reboots.
        Reboot = GVIR_CONFIG_DOMAIN_LIFECYCLE_ON_REBOOT,
        /// The guest crashes.
        Crash = GVIR_CONFIG_DOMAIN_LIFECYCLE_ON_CRASH,
    }
}

enumeration! {
    /// What libvirt does upon such an event.
    DomainLifecycleAction, gvir_config_domain_lifecycle_action_get_type {
        /// Ends the domain.
        Destroy = GVIR_CONFIG_DOMAIN_LIFECYCLE_DESTROY,
        /// Starts it again.
        Restart = GVIR_CONFIG_DOMAIN_LIFECYCLE_RESTART,
        /// Keeps it for inspection.
        Preserve = GVIR_CONFIG_DOMAIN_LIFECYCLE_PRESERVE,
        /// Renames it and starts a new one.
        RenameRestart = GVIR_CONFIG_DOMAIN_LIFECYCLE_RENAME_RESTART,
        /// Dumps its memory, then ends it.
        CoredumpDestroy = GVIR_CONFIG_DOMAIN_LIFECYCLE_COREDUMP_DESTROY,
        /// Dumps its memory, then starts it again.
        CoredumpRestart = GVIR_CONFIG_DOMAIN_LIFECYCLE_COREDUMP_RESTART,
    }
}
