//! What libvirt tells in XML: its capabilities, and the description of a domain.
#![no_main]

use libfuzzer_sys::fuzz_target;
use libvirt_glib::gconfig::{Capabilities, FromXml};
use libvirt_sandbox::fuzzing::{emulator_ids, pty_path, security_model};

fuzz_target!(|text: &str| {
    if let Some((uid, gid)) = emulator_ids(text) {
        assert!(text.contains(&uid.to_string()) && text.contains(&gid.to_string()));
    }
    let _ = pty_path(text, "console0");
    if !text.contains('\0')
        && let Ok(capabilities) = Capabilities::new_from_xml(text)
    {
        let model = security_model(&capabilities);
        assert!(model.is_none_or(|model| text.contains(model) || text.contains('&')));
    }
});
