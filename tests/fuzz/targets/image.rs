//! Disk images: what refers to something else is not taken for an image of its own.
#![no_main]

use libfuzzer_sys::fuzz_target;
use libvirt_glib::gconfig::DomainDiskFormat;
use libvirt_sandbox::fuzzing::image_reach;

const FORMATS: [DomainDiskFormat; 5] = [
    DomainDiskFormat::Qcow,
    DomainDiskFormat::Qcow2,
    DomainDiskFormat::Qed,
    DomainDiskFormat::Vmdk,
    DomainDiskFormat::Vpc,
];

fuzz_target!(|data: &[u8]| {
    // The first byte is the format.
    let Some((format, image)) = data.split_first() else {
        return;
    };
    let format = FORMATS[usize::from(*format) % FORMATS.len()];
    let (is_alone, name) = image_reach(format, image);
    if let Some(name) = name {
        assert!(!is_alone && name.chars().count() <= 256 && !name.contains(char::is_control));
    }
    let at = |place: usize, length: usize| image.get(place..place + length).unwrap_or_default();
    let says = |place, length| at(place, length).iter().any(|byte| *byte != 0);
    let refers = match format {
        DomainDiskFormat::Qcow | DomainDiskFormat::Qcow2 => {
            let is_new = at(4, 4) == [0, 0, 0, 3];
            let data_file = is_new && at(79, 1).first().is_some_and(|bits| bits & 4 != 0);
            image.starts_with(b"QFI\xfb") && (says(8, 8) || data_file)
        }
        DomainDiskFormat::Qed => {
            image.starts_with(b"QED\0") && at(16, 1).first().is_some_and(|bits| bits & 1 != 0)
        }
        DomainDiskFormat::Vmdk => !image.starts_with(b"KDMV") && !image.starts_with(b"COWD"),
        _ => image.starts_with(b"conectix") && at(60, 4) == [0, 0, 0, 4],
    };
    assert!(!(refers && is_alone));
    assert!(image_reach(DomainDiskFormat::Raw, image).0);
});
