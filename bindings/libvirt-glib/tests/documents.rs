//! Makes elements from XML and reads them back.

use glib::prelude::*;
use glib::translate::IntoGlib;
use libvirt_glib::gconfig::*;

/// Makes an element, and checks that it writes what it was made from.
fn round_trip<T: FromXml>(xml: &str) -> T {
    let element = T::new_from_xml(xml).expect("the element is sound");
    let written = element.to_xml();
    let again = T::new_from_xml(&written).expect("what was written is sound");
    assert_eq!(written, again.to_xml());
    assert_eq!(
        written.trim_end().replace(['\n', ' '], ""),
        xml.replace(' ', "")
    );
    element
}

#[test]
fn every_element_is_made_from_its_xml() {
    round_trip::<DomainOs>(
        r#"<os><type arch="x86_64">hvm</type><cmdline>a="b" &amp; c &lt; d</cmdline></os>"#,
    );
    round_trip::<DomainCpu>(r#"<cpu mode="host-passthrough"/>"#);
    round_trip::<DomainClock>(r#"<clock offset="utc"/>"#);
    round_trip::<DomainSeclabel>(
        r#"<seclabel type="dynamic" model="selinux"><baselabel>a:b:c</baselabel></seclabel>"#,
    );
    round_trip::<DomainFilesys>(
        r#"<filesystem type="mount"><source dir="/a&amp;b&lt;c&quot;&#xE4;"/><target dir="/"/></filesystem>"#,
    );
    round_trip::<DomainDisk>(r#"<disk type="file" device="disk"><source file="/x"/></disk>"#);
    round_trip::<DomainMemballoon>(r#"<memballoon model="none"/>"#);
    round_trip::<DomainInterfaceNetwork>(
        r#"<interface type="network"><source network="default"/></interface>"#,
    );
    round_trip::<DomainInterfaceBridge>(
        r#"<interface type="bridge"><source bridge="br0"/></interface>"#,
    );
    round_trip::<DomainInterfaceUser>(r#"<interface type="user"/>"#);
    round_trip::<DomainConsole>(r#"<console type="pty"><target type="virtio"/></console>"#);
    round_trip::<DomainSerial>(r#"<serial type="pty"/>"#);
    round_trip::<DomainChannel>(
        r#"<channel type="unix"><target type="virtio" name="x"/></channel>"#,
    );
    round_trip::<DomainController>(r#"<controller type="usb" model="none"/>"#);
    round_trip::<DomainController>(r#"<controller type="virtio-serial" index="0" ports="2"/>"#);
    round_trip::<Domain>(r#"<domain type="kvm"><name>x</name></domain>"#);
    round_trip::<Capabilities>(r#"<capabilities><host/></capabilities>"#);
}

#[test]
fn what_is_not_the_element_is_an_error() {
    for xml in ["", "<os>", "<disk/>", "no xml", "<os>\0</os>"] {
        assert!(DomainOs::new_from_xml(xml).is_err(), "{xml:?}");
    }
}

#[test]
fn security_labels_stand_next_to_each_other() {
    let domain = Domain::new();
    for model in ["selinux", "dac"] {
        let xml = format!("<seclabel model='{model}'><label>x</label></seclabel>");
        domain.add_seclabel(&DomainSeclabel::new_from_xml(&xml).unwrap());
    }
    let again = Domain::new_from_xml(&domain.to_xml()).unwrap().to_xml();
    assert!(again.find("selinux").unwrap() < again.find("dac").unwrap());
    assert_eq!(again.matches("<label>x</label>").count(), 2);
}

#[test]
fn a_domain_keeps_what_it_is_given() {
    let domain = Domain::new();
    domain.set_name("a <b> & 'c'");
    domain.set_uuid("c7a5fdbd-edaf-9455-926a-d65c16db1809");
    domain.set_virt_type(DomainVirtType::Lxc);
    domain.set_memory(512 * 1024);
    domain.set_vcpus(2);
    domain.set_cpu_quota(1000, 2000).unwrap();
    let quota = "<cputune><period>1000</period><quota>2000</quota></cputune>";
    let xml: String = domain.to_xml().split_whitespace().collect();
    assert!(xml.contains(quota), "{xml}");
    domain
        .set_idmap("<idmap><uid start='0' target='7' count='1'/></idmap>")
        .unwrap();
    assert!(
        domain
            .to_xml()
            .contains(r#"<uid start="0" target="7" count="1"/>"#)
    );
    domain.set_features(&["acpi", "privnet"]);
    domain.set_lifecycle(
        DomainLifecycleEvent::Poweroff,
        DomainLifecycleAction::Destroy,
    );
    domain.set_os(&FromXml::new_from_xml("<os><type>exe</type></os>").unwrap());
    domain.set_cpu(&FromXml::new_from_xml("<cpu mode='host-model'/>").unwrap());
    domain.set_clock(&FromXml::new_from_xml("<clock offset='utc'/>").unwrap());
    domain.set_seclabel(&FromXml::new_from_xml("<seclabel type='none'/>").unwrap());

    let domain = Domain::new_from_xml(&domain.to_xml()).unwrap();
    assert_eq!(domain.name().unwrap(), "a <b> & 'c'");
    assert_eq!(
        domain.uuid().unwrap(),
        "c7a5fdbd-edaf-9455-926a-d65c16db1809"
    );
    assert_eq!(domain.virt_type(), DomainVirtType::Lxc);
    assert_eq!(domain.memory(), 512 * 1024);
    assert_eq!(domain.vcpus(), 2);
    assert_eq!(domain.features(), ["acpi", "privnet"]);
    assert!(domain.os().unwrap().to_xml().contains("exe"));
    assert!(domain.cpu().unwrap().to_xml().contains("host-model"));
    assert!(domain.clock().unwrap().to_xml().contains("utc"));
    let xml = domain.to_xml();
    assert!(xml.contains("<on_poweroff>destroy</on_poweroff>"), "{xml}");
    assert!(xml.contains("<seclabel type=\"none\"/>"), "{xml}");
}

#[test]
fn devices_come_back_as_what_they_are() {
    let domain = Domain::new();
    assert!(domain.devices().is_empty());
    assert!(domain.os().is_none());
    domain.add_device(&DomainFilesys::new_from_xml("<filesystem type='ram'/>").unwrap());
    domain.add_device(&DomainInterfaceUser::new_from_xml("<interface type='user'/>").unwrap());
    let devices = domain.devices();
    assert_eq!(devices.len(), 2);
    assert!(devices[0].is::<DomainFilesys>());
    assert!(devices[1].is::<DomainInterface>());
    assert_eq!(devices[0].ref_count(), 1);
}

#[test]
fn security_models_are_listed() {
    let capabilities = Capabilities::new_from_xml(
        "<capabilities><host><secmodel><model>selinux</model><doi>0</doi></secmodel></host></capabilities>",
    )
    .unwrap();
    let models = capabilities.host().unwrap().secmodels();
    assert_eq!(models.len(), 1);
    assert_eq!(models[0].model().unwrap(), "selinux");
    assert_eq!(models[0].doi().unwrap(), "0");
}

#[test]
fn enumerations_are_those_of_the_c_library() {
    assert_eq!(
        DomainDiskFormat::static_type().name(),
        "GVirConfigDomainDiskFormat"
    );
    assert_eq!(
        DomainDiskType::static_type().name(),
        "GVirConfigDomainDiskType"
    );
    assert_eq!(DomainDiskFormat::Qcow2.nick().unwrap(), "qcow2");
    assert_eq!(
        DomainDiskFormat::from_nick("raw"),
        Some(DomainDiskFormat::Raw)
    );
    assert_eq!(DomainDiskFormat::from_nick("floppy"), None);
    assert_eq!(DomainDiskFormat::try_from(8), Ok(DomainDiskFormat::Qcow2));
    assert_eq!(DomainDiskFormat::try_from(-1), Err(-1));
    let value = DomainDiskType::Network.to_value();
    assert_eq!(
        value.get::<DomainDiskType>().unwrap(),
        DomainDiskType::Network
    );
    assert!(value.get::<DomainDiskFormat>().is_err());
}

#[test]
fn every_value_of_an_enumeration_is_known() {
    let class = glib::EnumClass::with_type(DomainDiskFormat::static_type()).unwrap();
    for value in class.values() {
        let known = DomainDiskFormat::try_from(value.value()).unwrap();
        assert_eq!(known.into_glib(), value.value());
        assert_eq!(known.nick().unwrap(), value.nick());
    }
}
