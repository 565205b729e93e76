//! Superblocks: what tells a file system is where it says, so that more of the image tells the same or more.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sandbox_plan::{FileSystem, SUPERBLOCK_SIZE};

fuzz_target!(|data: &[u8]| {
    // Each piece is its place in the image and three bytes.
    let mut image = vec![0; SUPERBLOCK_SIZE];
    for piece in data.chunks_exact(6) {
        let place =
            usize::from(piece[0]) | usize::from(piece[1]) << 8 | usize::from(piece[2] & 1) << 16;
        let place = place.min(SUPERBLOCK_SIZE - 3);
        image[place..place + 3].copy_from_slice(&piece[3..]);
    }
    let found = FileSystem::detect(&image);
    assert!(found.is_none_or(|found| FileSystem::named(found.fstype) == Some(found)));
    let _ = FileSystem::detect(data);
    assert!(found.is_some() || FileSystem::detect(&image[..data.len().min(image.len())]).is_none());
});
