//! Short texts: connection URIs, the configuration of libvirt's clients, names, a guest's log, sizes and durations.
#![no_main]

#[macro_use]
extern crate sandbox_gettext;

use std::fs;

use libfuzzer_sys::fuzz_target;
use libvirt_sandbox::context::statedir::check_name;
use libvirt_sandbox::driver::{Driver, Placement};
use libvirt_sandbox::fuzzing::{configured_uri, log_end};
use sandbox_fuzz::room;

#[path = "../../../cli/src/duration.rs"]
mod duration;
#[path = "../../../cli/src/size.rs"]
mod size;

fuzz_target!(|data: &[u8]| {
    let Some((kind, data)) = data.split_first() else {
        return;
    };
    let file = room().join("file");
    let text = str::from_utf8(data);
    match (kind % 6, text) {
        (0, Ok(text)) if !text.contains('\0') => {
            if let Ok(Driver::Machine(Placement::Embedded { root })) = Driver::from_uri(text) {
                assert!(root.is_absolute());
            }
        }
        (1, _) => {
            fs::write(&file, data).unwrap();
            assert!(configured_uri(&file).is_none_or(|uri| !uri.is_empty()));
        }
        (2, Ok(text)) => {
            if check_name(text).is_ok() {
                assert!(
                    !text.is_empty() && !text.contains(['/', '\0', '\n']) && !text.starts_with('.')
                );
            }
        }
        (3, _) => {
            fs::write(&file, data).unwrap();
            let end = log_end(&file).unwrap_or_default();
            assert!(
                !end.contains(|c: char| c.is_control() && c != '\n' && c != '\t'),
                "{end:?}"
            );
            // The last 25, and why the kernel gave up.
            assert!(end.lines().count() <= 26);
        }
        (4, Ok(text)) => {
            if let Ok(size) = size::parse(text) {
                assert!(size > 0 && text.starts_with(|c: char| c.is_ascii_digit()));
            }
        }
        (5, Ok(text)) => drop(duration::parse(text)),
        _ => {}
    }
});
