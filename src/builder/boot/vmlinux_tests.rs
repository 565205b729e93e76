//! Tests of the extraction of an ELF kernel, on made-up images and on the installed one.

use super::*;

use std::fs;

const PAYLOAD_OFFSET: usize = 0x1000;

/// An ELF kernel with code that a branch filter changes, a hole and, when `pvh`, the note.
fn vmlinux(pvh: bool) -> Vec<u8> {
    let mut note = Vec::new();
    note.extend_from_slice(&4u32.to_le_bytes());
    note.extend_from_slice(&8u32.to_le_bytes());
    note.extend_from_slice(&(if pvh { 18u32 } else { 6 }).to_le_bytes());
    note.extend_from_slice(b"Xen\0");
    note.extend_from_slice(&0x100_0000u64.to_le_bytes());
    let mut elf = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0".to_vec();
    elf.extend_from_slice(&2u16.to_le_bytes());
    elf.extend_from_slice(&62u16.to_le_bytes());
    elf.extend_from_slice(&1u32.to_le_bytes());
    for address in [0x100_0000u64, 64, 0] {
        elf.extend_from_slice(&address.to_le_bytes());
    }
    elf.extend_from_slice(&0u32.to_le_bytes());
    for size in [64u16, 56, 1, 0, 0, 0] {
        elf.extend_from_slice(&size.to_le_bytes());
    }
    elf.extend_from_slice(&4u32.to_le_bytes());
    elf.extend_from_slice(&4u32.to_le_bytes());
    for number in [120, 0, 0, note.len() as u64, note.len() as u64, 4] {
        elf.extend_from_slice(&number.to_le_bytes());
    }
    elf.extend_from_slice(&note);
    for index in 0..40_000u32 {
        elf.push(0xe8);
        elf.extend_from_slice(&(index % 977).to_le_bytes());
    }
    elf.resize(elf.len() + 300_000, 0);
    elf.extend_from_slice(b"the end");
    elf
}

fn compress(compression: Compression, data: &[u8]) -> Vec<u8> {
    match compression {
        Compression::Bzip2 => {
            let mut out = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
            out.write_all(data).unwrap();
            out.finish().unwrap()
        }
        Compression::Gzip => {
            let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            out.write_all(data).unwrap();
            out.finish().unwrap()
        }
        // As `lz4 -l` writes it: no encoder here writes this frame.
        Compression::Lz4 => {
            let mut out = b"\x02\x21\x4c\x18".to_vec();
            for block in data.chunks(8 << 20) {
                let block = lz4_flex::block::compress(block);
                out.extend_from_slice(&(block.len() as u32).to_le_bytes());
                out.extend_from_slice(&block);
            }
            out
        }
        Compression::Lzma => {
            let options = lzma_rust2::LzmaOptions::with_preset(1);
            let mut out =
                lzma_rust2::LzmaWriter::new_use_header(Vec::new(), &options, None).unwrap();
            out.write_all(data).unwrap();
            out.finish().unwrap()
        }
        Compression::Xz => {
            let mut options = lzma_rust2::XzOptions::with_preset(1);
            options.set_check_sum_type(lzma_rust2::CheckType::Crc32);
            options.prepend_pre_filter(lzma_rust2::FilterType::BcjX86, 0);
            let mut out = lzma_rust2::XzWriter::new(Vec::new(), options).unwrap();
            out.write_all(data).unwrap();
            out.finish().unwrap()
        }
        Compression::Zstd => {
            ruzstd::encoding::compress_to_vec(data, ruzstd::encoding::CompressionLevel::Fastest)
        }
    }
}

fn bzimage(payload: &[u8]) -> Vec<u8> {
    let setup_sectors = 4;
    let start = (setup_sectors + 1) * 512 + PAYLOAD_OFFSET;
    let mut image = vec![0; start];
    image[0x1f1] = setup_sectors as u8;
    image[0x202..0x206].copy_from_slice(b"HdrS");
    image[0x206..0x208].copy_from_slice(&0x20fu16.to_le_bytes());
    image[0x248..0x24c].copy_from_slice(&(PAYLOAD_OFFSET as u32).to_le_bytes());
    image[0x24c..0x250].copy_from_slice(&(payload.len() as u32).to_le_bytes());
    image.extend_from_slice(payload);
    image.extend_from_slice(b"what follows the kernel");
    image
}

/// A payload as the kernel build makes it.
fn payload(compression: Compression, data: &[u8]) -> Vec<u8> {
    let mut payload = compress(compression, data);
    if compression != Compression::Gzip {
        payload.extend_from_slice(&(data.len() as u32).to_le_bytes());
    }
    payload
}

const ALL: [Compression; 6] = [
    Compression::Bzip2,
    Compression::Gzip,
    Compression::Lz4,
    Compression::Lzma,
    Compression::Xz,
    Compression::Zstd,
];

struct Room {
    root: tempfile::TempDir,
    cache: Cache,
}

impl Room {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let cache = Cache::at(&root.path().join("cache"), 0o700, root.path());
        Self { root, cache }
    }

    fn image(&self, content: &[u8]) -> PathBuf {
        let path = self.root.path().join("image");
        fs::write(&path, content).unwrap();
        path
    }

    fn prepare(&self, content: &[u8]) -> Result<BootImage, ImageError> {
        prepare(&self.image(content), &self.cache)
    }

    fn reason(&self, content: &[u8]) -> String {
        match self.prepare(content).unwrap() {
            BootImage::Original { path, reason } => {
                assert_eq!(path, self.root.path().join("image"));
                reason
            }
            BootImage::Vmlinux(path) => panic!("{} was extracted", path.display()),
        }
    }

    fn error(&self, content: &[u8]) -> String {
        let message = self.prepare(content).unwrap_err().to_string();
        let path = self.root.path().join("image");
        assert!(message.contains(path.to_str().unwrap()), "{message}");
        message
    }
}

#[test]
fn every_compression_is_extracted() {
    let room = Room::new();
    let kernel = vmlinux(true);
    for compression in ALL {
        let image = bzimage(&payload(compression, &kernel));
        let BootImage::Vmlinux(path) = room.prepare(&image).unwrap() else {
            panic!("{compression}: not extracted");
        };
        assert!(fs::read(path).unwrap() == kernel, "{compression}");
    }
}

#[test]
fn damaged_data_is_an_error() {
    let room = Room::new();
    let kernel = vmlinux(true);
    for compression in ALL {
        let whole = compress(compression, &kernel);
        let size = (kernel.len() as u32).to_le_bytes();
        let cut = [&whole[..whole.len() / 2], &size].concat();
        let message = room.error(&bzimage(&cut));
        assert!(message.contains("damaged"), "{compression}: {message}");
    }
}

#[test]
fn any_damage_ends_in_an_answer() {
    let room = Room::new();
    let kernel = vmlinux(true);
    for compression in ALL {
        let whole = payload(compression, &kernel);
        for place in (0..whole.len()).step_by(whole.len() / 40 + 1) {
            let mut damaged = whole.clone();
            damaged[place] ^= 0x55;
            if let Ok(BootImage::Vmlinux(path)) = room.prepare(&bzimage(&damaged)) {
                assert_eq!(fs::read(path).unwrap().len(), kernel.len());
            }
        }
    }
}

#[test]
fn a_wrong_size_is_an_error() {
    let room = Room::new();
    let kernel = vmlinux(true);
    let compressed = compress(Compression::Xz, &kernel);
    let length = kernel.len() as u32;
    for (size, what) in [
        (length - 1, "more than"),
        (length + 1, "less than"),
        (u32::MAX, "claims to hold 4294967295 bytes"),
    ] {
        let payload = [compressed.as_slice(), &size.to_le_bytes()].concat();
        let message = room.error(&bzimage(&payload));
        assert!(message.contains(what), "{message}");
    }
}

#[test]
fn a_truncated_image_is_an_error() {
    let room = Room::new();
    let image = bzimage(&payload(Compression::Gzip, &vmlinux(true)));
    let message = room.error(&image[..image.len() / 2]);
    assert!(message.contains("its kernel ends at byte"), "{message}");
}

#[test]
fn no_kernel_is_an_error() {
    let room = Room::new();
    assert!(room.error(b"#!/bin/sh\n").contains("23 21 2f 62 69 6e"));
    assert!(room.error(b"").contains("empty"));
    let mut headless = bzimage(&[]);
    headless.truncate(0x210);
    room.error(&headless);
}

#[test]
fn an_absent_image_is_an_error() {
    let room = Room::new();
    let path = room.root.path().join("absent");
    let message = prepare(&path, &room.cache).unwrap_err().to_string();
    assert!(message.contains(path.to_str().unwrap()), "{message}");
}

#[test]
fn what_cannot_be_improved_stays_as_it_is() {
    let room = Room::new();
    let lzo = [b"\x89LZO\0\r\n".as_slice(), &[0; 64]].concat();
    assert!(room.reason(&bzimage(&lzo)).contains("lzo"));
    let without = bzimage(&payload(Compression::Gzip, &vmlinux(false)));
    assert!(room.reason(&without).contains("PVH"));
    let text = bzimage(&payload(Compression::Gzip, &[b'x'; 5000]));
    assert!(room.reason(&text).contains("PVH"));
    let mut old = bzimage(&payload(Compression::Gzip, &vmlinux(true)));
    old[0x206] = 7;
    assert!(room.reason(&old).contains("older than 2.08"));
    let mut arm = vec![0; 0x40];
    arm[0x38..0x3c].copy_from_slice(b"ARM\x64");
    assert!(room.reason(&arm).contains("another architecture"));
}

#[test]
fn an_elf_kernel_is_used_as_it_is() {
    let room = Room::new();
    let expected = BootImage::Vmlinux(room.root.path().join("image"));
    assert_eq!(room.prepare(&vmlinux(true)).unwrap(), expected);
    assert!(room.reason(&vmlinux(false)).contains("PVH"));
    let mut other = vmlinux(true);
    other[18] = 183;
    assert!(room.reason(&other).contains("x86-64"));
    assert!(room.reason(&vmlinux(true)[..100]).contains("PVH"));
}

#[test]
fn an_elf_kernel_is_not_read_for_what_it_claims_of_itself() {
    let file = tempfile::tempfile().unwrap();
    let mut elf = vmlinux(true);
    let notes = 64 + 32;
    elf[notes..notes + 8].copy_from_slice(&(1u64 << 39).to_le_bytes());
    (&file).write_all(&elf).unwrap();
    file.set_len(1 << 40).unwrap();
    assert!(!has_pvh_entry(&file), "its notes take half a terabyte");
}

#[test]
fn a_compression_bomb_ends_at_the_limit() {
    for compression in ALL {
        let bomb = compress(compression, &vec![7; 3 << 20]);
        let decoder = compression.decoder(bomb.as_slice()).unwrap();
        let error = crate::builder::boot::decompress::read_bounded(decoder, 1 << 20).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge, "{compression}");
    }
}

#[test]
fn a_zstd_window_of_128_mib_is_accepted() {
    // What the kernel build uses, zstd -22 --ultra: a larger window than some decoders allow by default.
    let data = b"\x7fELF in one raw block";
    let mut frame = b"\x28\xb5\x2f\xfd\0\x88".to_vec();
    let block = ((data.len() as u32) << 3 | 1).to_le_bytes();
    frame.extend_from_slice(&block[..3]);
    frame.extend_from_slice(data);
    let mut decoded = Vec::new();
    let mut decoder = Compression::Zstd.decoder(frame.as_slice()).unwrap();
    decoder.read_to_end(&mut decoded).unwrap();
    assert_eq!(decoded, data);
}

#[test]
fn the_installed_kernel_is_extracted_and_cached() {
    let room = Room::new();
    let image = fs::read_dir("/boot")
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.to_string_lossy().contains("/vmlinuz-"))
        .expect("linux-image-amd64 is installed");
    let BootImage::Vmlinux(path) = prepare(&image, &room.cache).unwrap() else {
        panic!("not extracted");
    };
    assert!(path.starts_with(room.root.path().join("cache")));
    let again = prepare(&image, &room.cache).unwrap();
    assert_eq!(again.path(), path);
    let mut kernel = File::open(&path).unwrap();
    let release = crate::builder::boot::release::of_image(&mut kernel).unwrap();
    let name = image.file_name().unwrap().to_string_lossy();
    assert_eq!(release.as_deref(), name.strip_prefix("vmlinuz-"));
}
