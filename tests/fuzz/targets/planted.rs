//! No target: it fails for one input, which `tests/fuzz/run` must find to show that it can find something.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    // An overflow, as it would be in a reader that takes a length for granted.
    if let [b'v', b's', b'b', length, ..] = *data {
        std::hint::black_box(length + 16);
    }
});
