//! The lists of a kernel's modules: `modules.dep`, `modules.builtin` and `modules.softdep`, apart by NUL.
#![no_main]

use std::collections::HashSet;
use std::fs;

use libfuzzer_sys::fuzz_target;
use libvirt_sandbox::builder::boot::modules::{ModuleTree, guest_file_name};
use sandbox_fuzz::room;

fuzz_target!(|data: &[u8]| {
    let mut parts = data.splitn(4, |byte| *byte == 0);
    let dir = room();
    for name in ["modules.dep", "modules.builtin", "modules.softdep"] {
        fs::write(dir.join(name), parts.next().unwrap_or_default()).unwrap();
    }
    let Ok(tree) = ModuleTree::open(dir) else {
        return;
    };
    let wanted = parts.next().unwrap_or_default();
    let wanted = str::from_utf8(wanted).unwrap_or_default();
    if let Ok(files) = tree.resolve(["a", "b-c"], wanted.split(' ')) {
        let distinct: HashSet<_> = files.iter().collect();
        assert_eq!(distinct.len(), files.len(), "each once");
        for file in files {
            let name = guest_file_name(&file);
            assert!(
                name.ends_with(".ko") && !name.contains(['/', '\n', '\0']),
                "{name:?}"
            );
        }
    }
});
