//! The domain of a virtual machine: a kernel of the host, an initrd made for it, and the host's root over 9p.

use std::path::Path;

use libvirt_glib::gconfig::{
    Domain, DomainController, DomainCpu, DomainLifecycleAction, DomainLifecycleEvent,
    DomainMemballoon, DomainOs, DomainSerial, DomainVirtType,
};
use quick_xml::escape::escape;

use super::xml::{log_serial, make, text, virtio_channel, virtio_serial};
use crate::builder::prepared::Prepared;
use crate::builder::spec::{Machine, PORT, Spec};
use crate::builder::storage::{disks, filesystems, overlay};
use crate::builder::{BuilderError, files};

/// Tells libvirt of its hypervisor and its processor, and what is done when it ends.
pub(super) fn add_basics(
    machine: &Machine,
    spec: &Spec,
    domain: &Domain,
) -> Result<(), BuilderError> {
    let virt_type = machine.virt_type;
    domain.set_virt_type(virt_type);
    let arch = spec.arch.to_string_lossy();
    domain.set_cpu(&make::<DomainCpu>(cpu(virt_type, &arch))?);
    // Whatever ends the guest ends the sandbox: nothing of it is started anew or kept.
    for event in [
        DomainLifecycleEvent::Poweroff,
        DomainLifecycleEvent::Reboot,
        DomainLifecycleEvent::Crash,
    ] {
        domain.set_lifecycle(event, DomainLifecycleAction::Destroy);
    }
    Ok(())
}

/// Under emulation the processor does not say that string instructions are fast: QEMU moves byte by byte what a kernel and a C
/// library that believe it would copy and clear with them.
fn cpu(virt_type: DomainVirtType, arch: &str) -> &'static str {
    match (virt_type, arch) {
        (DomainVirtType::Kvm, _) => "<cpu mode='host-passthrough'/>",
        (_, "x86_64" | "i686") => {
            "<cpu mode='maximum'><feature policy='disable' name='erms'/>\
             <feature policy='disable' name='fsrm'/></cpu>"
        }
        _ => "<cpu mode='maximum'/>",
    }
}

/// Tells libvirt what it boots.
pub(super) fn add_os(
    machine: &Machine,
    prepared: &Prepared,
    statedir: &Path,
    domain: &Domain,
) -> Result<(), BuilderError> {
    let spec = &prepared.spec;
    let kernel = prepared.kernel.as_deref().unwrap_or(Path::new(""));
    domain.set_os(&make::<DomainOs>(&format!(
        "<os><type arch='{}'>hvm</type><kernel>{}</kernel><initrd>{}</initrd><cmdline>{}</cmdline></os>",
        text(&spec.arch)?,
        text(kernel)?,
        text(&files::initrd(statedir))?,
        escape(&machine.boot.command_line),
    ))?);
    Ok(())
}

/// Adds what it has: its root, its disks, and the consoles. `disks` are what the names of their devices start with.
pub(super) fn add_devices(
    machine: &Machine,
    prepared: &Prepared,
    disks: &[String],
    statedir: &Path,
    domain: &Domain,
) -> Result<(), BuilderError> {
    let Prepared { spec, made, .. } = prepared;
    let storage = &spec.storage;
    filesystems::add_root_to_machine(storage, &machine.shares, domain)?;
    disks::add_disks(&storage.disks, disks, domain)?;
    filesystems::add_to_machine(storage, made, &machine.shares, domain)?;
    disks::add_images(&storage.mounts, &storage.disks, domain)?;
    overlay::add_to_machine(storage.kept(), &storage.overlay_disk(), domain)?;
    spec.add_devices(domain)?;
    domain.add_device(&make::<DomainMemballoon>("<memballoon model='none'/>")?);
    domain.add_device(&make::<DomainController>(
        "<controller type='usb' model='none'/>",
    )?);
    domain.add_device(&match machine.keeps_log {
        true => log_serial(&files::log(statedir))?,
        false => make::<DomainSerial>("<serial type='pty'/>")?,
    });
    if spec.program.shell {
        domain.add_device(&make::<DomainSerial>("<serial type='pty'/>")?);
    }
    // A service talks with nobody.
    if !spec.program.kind.is_service() {
        let socket = files::real_guest_dir(statedir).join(files::SOCKET);
        domain.add_device(&virtio_serial()?);
        domain.add_device(&virtio_channel(&socket, PORT)?);
    }
    Ok(())
}

/// Tells libvirt whom its emulator runs as.
pub(super) fn add_security(
    machine: &Machine,
    spec: &Spec,
    domain: &Domain,
) -> Result<(), BuilderError> {
    let label = machine
        .emulator
        .map(|emulator| emulator.seclabel(spec.storage.need_disks()));
    if let Some(label) = label.transpose()?.flatten() {
        domain.add_seclabel(&label);
    }
    Ok(())
}

#[cfg(test)]
#[path = "machine_tests.rs"]
mod tests;
