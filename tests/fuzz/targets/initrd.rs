//! The initial RAM disk: a reader of the format finds just what was put in.
#![no_main]

use std::fs;
use std::io::Read;

use cpio::newc;
use libfuzzer_sys::fuzz_target;
use libvirt_sandbox::builder::boot::initrd::Initrd;
use libvirt_sandbox::builder::boot::modules::Module;
use sandbox_fuzz::{Input, room};

fn content(archive: &[u8], name: &str) -> Option<Vec<u8>> {
    let mut rest = archive;
    loop {
        let mut reader = newc::Reader::new(rest).unwrap();
        let (is_end, found) = (reader.entry().is_trailer(), reader.entry().name() == name);
        let mut data = Vec::new();
        reader.read_to_end(&mut data).unwrap();
        rest = reader.finish().unwrap();
        if found && !is_end {
            return Some(data);
        }
        if is_end {
            assert!(rest.is_empty());
            return None;
        }
    }
}

fuzz_target!(|data: &[u8]| {
    let mut input = Input(data);
    let (init, plan) = (input.bytes(), input.bytes());
    let mut modules: Vec<Module> = Vec::new();
    while !input.is_empty() && modules.len() < 20 {
        let file_name = String::from_utf8_lossy(input.line()).replace(['/', '\0'], "_");
        let module = Module {
            file_name,
            data: input.bytes().to_vec(),
        };
        if modules
            .iter()
            .all(|known| known.file_name != module.file_name)
        {
            modules.push(module);
        }
    }
    let path = room().join("init");
    fs::write(&path, init).unwrap();
    let initrd = Initrd {
        init: &path,
        plan: Some(plan),
        modules: &modules,
    };
    let mut archive = Vec::new();
    initrd.write_to(&mut archive).unwrap();
    assert_eq!(content(&archive, "init").as_deref(), Some(init));
    assert_eq!(content(&archive, "plan").as_deref(), Some(plan));
    for module in &modules {
        let name = format!("modules/{}", module.file_name);
        assert_eq!(
            content(&archive, &name).as_ref(),
            Some(&module.data),
            "{name:?}"
        );
    }
    assert_eq!(content(&archive, "no such file"), None);
});
