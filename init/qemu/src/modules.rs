//! Kernel modules.

use std::fs::File;
use std::path::Path;

use nix::errno::Errno;
use nix::kmod::{ModuleInitFlags, finit_module};
use sandbox_init::{Error, OrError};

const DIRECTORY: &str = "/modules";

/// Loads modules in the order given.
pub fn load(names: &[String]) -> Result<(), Error> {
    for name in names {
        let path = Path::new(DIRECTORY).join(name);
        let file = File::open(&path).or_error(|| format!("open the module {name}"))?;
        match finit_module(&file, c"", ModuleInitFlags::empty()) {
            // Loaded already, or built in.
            Err(Errno::EEXIST) => {}
            other => other.or_error(|| format!("load the module {name}"))?,
        }
    }
    Ok(())
}
