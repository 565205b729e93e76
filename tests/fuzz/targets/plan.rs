//! The plan: whatever is read can be told, and is written as it was.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use libvirt_sandbox::fuzzing::describe;
use sandbox_plan::{Plan, PlanError};

/// What a plan of this version begins with: the corpus has what follows.
fn header() -> &'static [u8] {
    static HEADER: OnceLock<Vec<u8>> = OnceLock::new();
    HEADER.get_or_init(|| {
        (0..=u16::MAX)
            .map(|version| [&b"vsb-plan"[..], &version.to_le_bytes()].concat())
            .find(|header| matches!(Plan::from_bytes(header), Err(PlanError::Damaged)))
            .unwrap()
    })
}

fuzz_target!(|data: &[u8]| {
    for bytes in [data, &[header(), data].concat()] {
        if let Ok(plan) = Plan::from_bytes(bytes) {
            assert!(describe(&plan).is_some_and(|text| text.ends_with('\n')));
            assert_eq!(Plan::from_bytes(&plan.to_bytes()), Ok(plan));
        }
    }
});
