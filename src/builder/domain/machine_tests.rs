//! The security labels and the processor of a virtual machine.

use glib::prelude::*;
use libvirt_glib::gconfig::{Capabilities, FromXml, ToXml};

use super::*;
use crate::builder::domain;
use crate::builder::host::Host;
use crate::builder::security::emulator::Emulator;
use crate::builder::security::labels::Confinement;
use crate::builder::spec::{Guest, recorded};
use crate::builder::storage::made::Made;
use crate::config::{Config, ConfigInteractive};
use crate::driver::{Driver, Placement};

/// The security labels of a machine on a host with SELinux, where QEMU runs as a user of its own.
fn labels(options: &[&std::ffi::CStr]) -> String {
    let capabilities = "<capabilities><host><secmodel><model>selinux</model><doi>0</doi></secmodel>\
        <secmodel><model>dac</model><doi>0</doi><baselabel type='qemu'>+64055:+109</baselabel></secmodel>\
        </host></capabilities>";
    let config = ConfigInteractive::new(c"box").upcast::<Config>();
    let ask = || Ok(Capabilities::new_from_xml(capabilities).unwrap());
    let host = Host {
        driver: &Driver::Machine(Placement::System),
        knows_capabilities: true,
        ask: &ask,
    };
    let mut spec = recorded::machine(options);
    spec.confinement = Confinement::look_up(&config, &host, DomainVirtType::Qemu).unwrap();
    let emulator = Emulator::look_up(&config, &host, &spec.storage).unwrap();
    if let Guest::Machine(machine) = &mut spec.guest {
        machine.emulator = emulator;
    }
    let description = Domain::new();
    domain::add_security(&spec, &description).unwrap();
    description.to_xml().to_string()
}

#[test]
fn the_label_that_spares_the_kernel_stands_next_to_the_configured_one() {
    let xml = labels(&[]);
    assert!(xml.contains("system_u:system_r:svirt_tcg_t:s0"), "{xml}");
    assert!(xml.contains(":+109</label>"), "{xml}");
    assert_eq!(xml.matches("<seclabel").count(), 2, "{xml}");
}

#[test]
fn libvirt_gives_a_machine_its_disks() {
    let xml = labels(&[c"host-image:/data=/disk.img"]);
    assert!(xml.contains("selinux"), "{xml}");
    assert_eq!(
        xml.contains("dac"),
        !nix::unistd::geteuid().is_root(),
        "{xml}"
    );
}

#[test]
fn a_description_asks_nobody() {
    let prepared = Prepared {
        spec: recorded::machine(&[c"host-image:/data=/none/of/this/host.img"]),
        made: Made::default(),
        kernel: Some("/cache/vmlinux".into()),
    };
    let description = Domain::new();
    let state = Path::new("/none/of/this/host");
    domain::add_basics(&prepared.spec, &description).unwrap();
    domain::add_os(&prepared, state, &description).unwrap();
    domain::add_devices(&prepared, &[], state, &description).unwrap();
    let xml = description.to_xml();
    for part in [
        "<kernel>/cache/vmlinux</kernel>",
        r#"<source file="/none/of/this/host.img"/>"#,
        r#"<source dir="/"/>"#,
        r#"name="org.libvirt.sandbox.app""#,
    ] {
        assert!(xml.contains(part), "{part}: {xml}");
    }
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
