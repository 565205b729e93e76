//! Whether a virtual machine runs on KVM or is emulated.

use std::path::Path;

use libvirt_glib::gconfig::DomainVirtType;

use crate::builder::BuilderError;
use crate::config::VirtType;

const VARIABLE: &str = "LIBVIRT_SANDBOX_VIRT_TYPE";

/// Chooses: what the environment says, else what the configuration says, else KVM where it can run a guest.
pub(crate) fn choose(configured: Option<VirtType>) -> Result<DomainVirtType, BuilderError> {
    let asked = match std::env::var(VARIABLE) {
        Ok(value) if !value.is_empty() => Some(named(value)?),
        _ => configured,
    };
    let kvm = match asked {
        Some(asked) => asked == VirtType::Kvm,
        None => runs_guests(),
    };
    Ok(if kvm {
        DomainVirtType::Kvm
    } else {
        DomainVirtType::Qemu
    })
}

fn named(value: String) -> Result<VirtType, BuilderError> {
    match value.as_str() {
        "kvm" => Ok(VirtType::Kvm),
        "qemu" => Ok(VirtType::Qemu),
        _ => Err(BuilderError::Variable {
            name: VARIABLE,
            value,
            allowed: msgid!("kvm or qemu"),
        }),
    }
}

/// Whether KVM of this host runs guests: libvirt offers it wherever /dev/kvm exists, but without the processor's
/// virtualization extensions an ordinary kernel hangs in it.
fn runs_guests() -> bool {
    let cpuinfo = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    Path::new("/dev/kvm").exists() && (!cfg!(target_arch = "x86_64") || has_extensions(&cpuinfo))
}

fn has_extensions(cpuinfo: &str) -> bool {
    let flags = cpuinfo.lines().filter(|line| line.starts_with("flags"));
    flags
        .flat_map(str::split_whitespace)
        .any(|flag| matches!(flag, "vmx" | "svm"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kvm_needs_the_extensions() {
        assert!(has_extensions("processor\t: 0\nflags\t\t: fpu vmx sse\n"));
        assert!(has_extensions("flags\t\t: fpu svm\n"));
        assert!(!has_extensions(
            "model name\t: svm vmx\nflags\t\t: fpu sse svmx\n"
        ));
    }

    #[test]
    fn an_unknown_type_is_refused_with_what_is_allowed() {
        let error = named("xen".into()).unwrap_err().to_string();
        assert_eq!(error, "LIBVIRT_SANDBOX_VIRT_TYPE is 'xen', use kvm or qemu");
    }
}
