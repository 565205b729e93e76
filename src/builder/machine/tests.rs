//! The security labels and the processor of a virtual machine.

use libvirt_glib::gconfig::{Capabilities, FromXml, ToXml};

use super::*;
use crate::config::ConfigInteractive;

/// The security labels of a machine on a host with SELinux, where QEMU runs as a user of its own.
fn labels(disk: bool) -> String {
    let state = tempfile::tempdir().unwrap();
    let capabilities = "<capabilities><host><secmodel><model>selinux</model><doi>0</doi></secmodel>\
        <secmodel><model>dac</model><doi>0</doi><baselabel type='qemu'>+64055:+109</baselabel></secmodel>\
        </host></capabilities>";
    let builder = BuilderMachine::new(&Connection::new(Some("qemu:///system")));
    builder.set_capabilities(&Capabilities::new_from_xml(capabilities).unwrap());
    let config = ConfigInteractive::new(c"box");
    if disk {
        config.add_disk_opts(c"file:disk=/disk.img").unwrap();
    }
    let domain = gconfig::Domain::new();
    builder
        .construct_security(config.upcast_ref(), state.path(), &domain)
        .unwrap();
    domain.to_xml().to_string()
}

#[test]
fn the_label_that_spares_the_kernel_stands_next_to_the_configured_one() {
    let xml = labels(false);
    assert!(xml.contains("system_u:system_r:svirt_tcg_t:s0"), "{xml}");
    assert!(xml.contains("<label>+64055:+109</label>"), "{xml}");
    assert_eq!(xml.matches("<seclabel").count(), 2, "{xml}");
}

#[test]
fn libvirt_gives_a_machine_its_disks() {
    let xml = labels(true);
    assert!(xml.contains("selinux"), "{xml}");
    assert!(!xml.contains("dac"), "{xml}");
}

#[test]
fn an_emulated_processor_has_no_fast_string_instructions() {
    for arch in ["x86_64", "i686"] {
        assert!(cpu(DomainVirtType::Qemu, arch).contains("'erms'"), "{arch}");
    }
    for plain in [
        cpu(DomainVirtType::Qemu, "aarch64"),
        cpu(DomainVirtType::Kvm, "x86_64"),
    ] {
        assert!(!plain.contains("feature"), "{plain}");
    }
}
