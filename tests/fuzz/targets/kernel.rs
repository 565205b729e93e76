//! Kernel images: bzImage and ELF, what QEMU boots of them and the release they say they are.
#![no_main]

use std::fs;

use libfuzzer_sys::fuzz_target;
use libvirt_sandbox::builder::boot::cache::Cache;
use libvirt_sandbox::builder::boot::vmlinux::{BootImage, prepare};
use libvirt_sandbox::fuzzing::release_of_image;
use sandbox_fuzz::room;

fuzz_target!(|data: &[u8]| {
    if let Some(release) = release_of_image(data) {
        assert!(!release.is_empty() && !release.contains(['/', '\0', '\n', ' ']));
    }
    let (image, spare) = (room().join("image"), room().join("spare"));
    fs::write(&image, data).unwrap();
    fs::create_dir_all(&spare).unwrap();
    // What can't be made is no cache.
    let cache = Cache::at(&image.join("none"), 0o700, &spare);
    match prepare(&image, &cache) {
        Ok(BootImage::Vmlinux(path)) => {
            assert!(fs::read(&path).unwrap().starts_with(b"\x7fELF"));
        }
        Ok(BootImage::Original { path, .. }) => assert_eq!(path, image),
        Err(error) => assert!(error.to_string().contains("image"), "{error}"),
    }
});
