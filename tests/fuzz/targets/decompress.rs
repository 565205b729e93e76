//! The decoders of kernels and modules: whatever the data claims, no more comes out than is allowed.
#![no_main]

use libfuzzer_sys::fuzz_target;
use libvirt_sandbox::fuzzing::decompress;

const LIMIT: u64 = 1 << 20;

fuzz_target!(|data: &[u8]| {
    if let Some(Ok(content)) = decompress(data, LIMIT) {
        assert!(content.len() as u64 <= LIMIT);
    }
});
