use std::fs::File;
use std::io::Cursor;
use std::path::Path;
use std::process::Command;

use super::*;

/// An image of zeros with something in some places.
fn image(length: usize, pieces: &[(usize, &[u8])]) -> Vec<u8> {
    let mut image = vec![0; length];
    for (place, piece) in pieces {
        image[*place..place + piece.len()].copy_from_slice(piece);
    }
    image
}

fn look(format: &str, image: &[u8]) -> Reach {
    let format = DomainDiskFormat::from_nick(format).unwrap();
    super::look(format, &mut Cursor::new(image)).unwrap()
}

fn elsewhere(name: &str) -> Reach {
    Reach::Elsewhere(Some(name.to_owned()))
}

const QCOW2: (usize, &[u8]) = (0, b"QFI\xfb\0\0\0\x03");
const QCOW2_LENGTH: (usize, &[u8]) = (100, &[0, 0, 0, 104]);

#[test]
fn a_qcow2_image_may_have_a_backing_file_or_a_data_file() {
    let look = |pieces: &[(usize, &[u8])]| {
        let pieces = [&[QCOW2, QCOW2_LENGTH], pieces].concat();
        look("qcow2", &image(4096, &pieces))
    };
    assert_eq!(look(&[]), Reach::Itself);
    assert_eq!(
        look(&[(79, b"\x1b")]),
        Reach::Itself,
        "dirty, damaged, zstd, parts of clusters"
    );
    assert_eq!(
        look(&[(79, b"\x20")]),
        Reach::Unknown,
        "a feature of later versions"
    );
    assert_eq!(look(&[(72, b"\x80")]), Reach::Unknown);
    assert_eq!(look(&[(4, b"\0\0\0\x04")]), Reach::Unknown);
    let backing: [(usize, &[u8]); 3] = [(15, b"\xff"), (19, b"\x0b"), (255, b"nbd://\x1b[2J/more")];
    assert_eq!(look(&backing), elsewhere("nbd://\u{fffd}[2J/"));
    assert_eq!(
        look(&[(8, b"\xff\xff\xff\xff\xff\xff\xff\xff")]),
        Reach::Elsewhere(None)
    );
    assert_eq!(
        look(&[(16, b"\xff\xff\xff\xff")]),
        elsewhere_of_the_header()
    );
    assert_eq!(
        look(&[(79, b"\x04")]),
        Reach::Elsewhere(None),
        "the name can be given elsewhere"
    );
    // After an extension of another kind.
    let data: [(usize, &[u8]); 2] = [
        (104, b"\xe2\x79\x2a\xca\0\0\0\x03raw\0\0\0\0\0"),
        (120, b"DATA\0\0\0\x05/file"),
    ];
    assert_eq!(look(&data), elsewhere("/file"));
    // Extensions without an end.
    let endless = [b"\x01\x01\x01\x01\xff\xff\xff\xff".as_slice(); 499].concat();
    assert_eq!(look(&[(104, &endless)]), Reach::Itself);
    // Version 2 has no features.
    let old: [(usize, &[u8]); 2] = [(4, b"\0\0\0\x02"), (72, b"DATA\0\0\0\x02/f")];
    assert_eq!(look(&old), elsewhere("/f"));
}

/// What is at the start of the image taken for a name.
fn elsewhere_of_the_header() -> Reach {
    elsewhere("QFI\u{fffd}")
}

#[test]
fn older_images_of_qemu_may_have_a_backing_file() {
    let qcow = [(0, b"QFI\xfb\0\0\0\x01".as_slice())];
    assert_eq!(look("qcow", &image(512, &qcow)), Reach::Itself);
    let backed = [qcow[0], (15, b"\x40"), (19, b"\x03"), (64, b"abcd")];
    assert_eq!(look("qcow", &image(512, &backed)), elsewhere("abc"));
    // The driver decides, but QEMU's drivers look at the version.
    assert_eq!(look("qcow2", &image(512, &backed)), elsewhere("abc"));

    let qed = [(0, b"QED\0".as_slice())];
    assert_eq!(look("qed", &image(512, &qed)), Reach::Itself);
    assert_eq!(
        look("qed", &image(512, &[qed[0], (16, b"\x08")])),
        Reach::Unknown
    );
    assert_eq!(
        look("qed", &image(20, &[qed[0], (16, b"\x01")])),
        Reach::Elsewhere(None),
        "cut off"
    );
    let backed = [
        qed[0],
        (16, b"\x01"),
        (56, b"\x40"),
        (60, b"\x02"),
        (64, b"ab"),
    ];
    assert_eq!(look("qed", &image(512, &backed)), elsewhere("ab"));
}

#[test]
fn a_vmdk_image_may_be_a_description_of_others() {
    let text = b"# Disk DescriptorFile\ncreateType=\"monolithicFlat\"\nRW 63 FLAT \"/srv/x\" 0\n";
    assert_eq!(look("vmdk", text), elsewhere("/srv/x"));
    assert_eq!(look("vmdk", b""), Reach::Elsewhere(None));
    let sparse = [(0, b"KDMV".as_slice()), (12, b"\x08")];
    assert_eq!(look("vmdk", &image(20480, &sparse)), Reach::Itself);
    assert_eq!(
        look("vmdk", &image(20480, &sparse[..1])),
        Reach::Elsewhere(None)
    );
    let hint = b"parentFileNameHint=\"base.vmdk\"".as_slice();
    for pieces in [&[(0x300, hint)][..], &[(28, b"\x20"), (0x4800, hint)]] {
        let image = image(20480, &[&sparse, pieces].concat());
        assert_eq!(look("vmdk", &image), elsewhere("base.vmdk"));
    }
    let old = [(0, b"COWD".as_slice()), (0x200, hint)];
    assert_eq!(look("vmdk", &image(4096, &old)), elsewhere("base.vmdk"));
    let far = [
        sparse[0],
        sparse[1],
        (28, b"\xff\xff\xff\xff\xff\xff\xff\xff"),
    ];
    assert_eq!(look("vmdk", &image(4096, &far)), Reach::Itself);
}

#[test]
fn a_differencing_image_has_a_parent() {
    let kind = |kind: &'static [u8]| [(0, b"conectix".as_slice()), (63, kind)];
    for (number, reach) in [
        (b"\x02", Reach::Itself),
        (b"\x03", Reach::Itself),
        (b"\x04", Reach::Elsewhere(None)),
        (b"\x05", Reach::Unknown),
    ] {
        let footer = image(512, &kind(number));
        assert_eq!(look("vpc", &footer), reach);
        let at_the_end = [&[0; 700][..], &footer].concat();
        assert_eq!(look("vpc", &at_the_end), reach);
    }
    let parent: [(usize, &[u8]); 4] = [
        (22, b"\x02"),
        (512, b"cxsparse"),
        (552, b"\x01"),
        (576, b"\0a\0b"),
    ];
    let dynamic = image(2048, &[&kind(b"\x03")[..], &parent].concat());
    assert_eq!(look("vpc", &dynamic), elsewhere("ab"));
}

#[test]
fn what_is_in_a_raw_image_does_not_matter() {
    let backed = image(512, &[QCOW2, (15, b"\x40"), (19, b"\x03")]);
    assert_eq!(look("raw", &backed), Reach::Itself);
    assert_ne!(look("qcow2", &backed), Reach::Itself);
    for unknown in ["cow", "dir", "dmg", "fat", "vhd"] {
        assert_eq!(look(unknown, &backed), Reach::Unknown);
    }
}

/// Each kind of image that QEMU's own tool makes, where it is installed.
#[test]
fn images_of_qemu_img_are_understood() {
    let room = tempfile::tempdir().unwrap();
    let made = |format: &str, options: &str| {
        let path = room.path().join("image");
        let mut make = Command::new("qemu-img");
        make.args(["create", "-q", "-f", format])
            .arg(&path)
            .current_dir(&room);
        if !options.is_empty() {
            make.args(["-o", options]);
        }
        make.arg("1M")
            .output()
            .is_ok_and(|made| made.status.success())
            .then_some(path)
    };
    let look = |format: &str, path: &Path| {
        let format = DomainDiskFormat::from_nick(format).unwrap();
        super::look(format, &mut File::open(path).unwrap()).unwrap()
    };
    std::fs::write(room.path().join("base"), vec![0; 1 << 20]).unwrap();
    for (format, options) in [
        ("qcow", ""),
        ("qcow2", ""),
        ("qcow2", "compat=0.10"),
        ("qcow2", "compression_type=zstd,extended_l2=on"),
        ("qed", ""),
        ("vmdk", ""),
        ("vmdk", "subformat=streamOptimized"),
        ("vpc", ""),
        ("vpc", "subformat=fixed"),
    ] {
        if let Some(path) = made(format, options) {
            assert_eq!(look(format, &path), Reach::Itself, "{format} {options}");
        }
    }
    for (format, options, name) in [
        ("qcow", "backing_file=base,backing_fmt=raw", Some("base")),
        ("qcow2", "backing_file=base,backing_fmt=raw", Some("base")),
        ("qcow2", "data_file=data,data_file_raw=on", Some("data")),
        ("qed", "backing_file=base,backing_fmt=raw", Some("base")),
        ("vmdk", "subformat=monolithicFlat", Some("image-flat")),
    ] {
        if let Some(path) = made(format, options) {
            let name = name.map(str::to_owned);
            assert_eq!(
                look(format, &path),
                Reach::Elsewhere(name),
                "{format} {options}"
            );
        }
    }
}
