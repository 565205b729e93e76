//! Archives that fill a mount: nothing outside of it changes.
#![no_main]

use std::fs;
use std::os::unix::fs::MetadataExt;

use libfuzzer_sys::fuzz_target;
use sandbox_fuzz::room;
use sandbox_init::fuzzing::unpack;

fuzz_target!(|data: &[u8]| {
    let outside = room().join("outside");
    let target = room().join("target");
    let _ = fs::remove_dir_all(&target);
    fs::create_dir_all(&target).unwrap();
    fs::write(&outside, "").unwrap();
    let before = fs::metadata(&outside).unwrap();
    let _ = unpack(data, &target);
    let after = fs::metadata(&outside).unwrap();
    assert_eq!((after.ctime_nsec(), after.len()), (before.ctime_nsec(), 0));
    let mut names: Vec<_> = fs::read_dir(room())
        .unwrap()
        .flatten()
        .map(|e| e.file_name())
        .collect();
    names.sort();
    assert_eq!(names, ["outside", "target"]);
});
