//! The class that writes initial RAM disks for users of the library.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use nix::sys::utsname::uname;

use crate::builder::boot::initrd::{Initrd, InitrdError};
use crate::builder::boot::modules::{Module, ModuleTree};
use crate::config::ConfigInitrd;
use crate::helpers::Helper;

/// Where the modules of all kernels are.
const MODULE_DIR: &str = "/lib/modules";

impl From<InitrdError> for glib::Error {
    fn from(error: InitrdError) -> Self {
        let domain = glib::Quark::from_str("gvir-sandbox-builder-initrd");
        Self::with_domain(domain, 0, &error.to_string())
    }
}

mod imp {
    use glib::subclass::prelude::*;

    use crate::abi::builder::{GVirSandboxBuilderInitrd, GVirSandboxBuilderInitrdClass};
    use crate::abi::object_structs;

    #[derive(Default)]
    pub struct BuilderInitrd;

    #[glib::object_subclass]
    impl ObjectSubclass for BuilderInitrd {
        const NAME: &'static str = "GVirSandboxBuilderInitrd";
        type Type = super::BuilderInitrd;
        type Instance = GVirSandboxBuilderInitrd;
        type Class = GVirSandboxBuilderInitrdClass;
    }

    object_structs!(BuilderInitrd: GVirSandboxBuilderInitrd, GVirSandboxBuilderInitrdClass);

    impl ObjectImpl for BuilderInitrd {}
}

glib::wrapper! {
    /// Writes the initial RAM disk of a virtual machine.
    pub struct BuilderInitrd(ObjectSubclass<imp::BuilderInitrd>);
}

impl Default for BuilderInitrd {
    fn default() -> Self {
        glib::Object::new()
    }
}

impl BuilderInitrd {
    /// Writes the initial RAM disk that `config` describes to `output`; a file that is there stays until the new one is
    /// complete.
    pub fn construct(&self, config: &ConfigInitrd, output: &Path) -> Result<(), InitrdError> {
        let init = config.init().unwrap_or_else(|| Helper::InitQemu.path());
        let modules = load_modules(config)?;
        let initrd = Initrd {
            init: &init,
            plan: None,
            modules: &modules,
        };
        let failed = |source| InitrdError::Write {
            path: output.to_owned(),
            source,
        };
        let dir = match output.parent() {
            Some(dir) if dir != Path::new("") => dir,
            _ => Path::new("."),
        };
        // As any new file: nothing in it is private, and the emulator has to read it.
        let mut file = tempfile::Builder::new()
            .permissions(Permissions::from_mode(0o666))
            .tempfile_in(dir)
            .map_err(failed)?;
        initrd.write_to(&mut file)?;
        file.persist(output).map_err(|error| failed(error.error))?;
        Ok(())
    }
}

/// The modules in load order, with everything that they depend on.
fn load_modules(config: &ConfigInitrd) -> Result<Vec<Module>, InitrdError> {
    let names = config.modules();
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let running = || uname().map_or_else(|_| PathBuf::new(), |system| system.release().into());
    let dir = config.kmoddir().unwrap_or_else(|| MODULE_DIR.into());
    let tree = ModuleTree::open(&dir.join(config.kver().unwrap_or_else(running)))?;
    let names: Vec<_> = names.iter().map(|name| name.to_string_lossy()).collect();
    let files = tree.resolve(names.iter().map(|name| &**name), [])?;
    let modules = files.iter().map(|file| Module::load(file));
    Ok(modules.collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use cpio::newc;

    use super::*;

    /// A directory with an init and a kernel `1.0` whose module `b` needs `a`.
    fn room() -> (tempfile::TempDir, ConfigInitrd) {
        let room = tempfile::tempdir().unwrap();
        let modules = room.path().join("1.0");
        fs::create_dir(&modules).unwrap();
        fs::write(modules.join("modules.dep"), "z-a.ko:\nb.ko: z-a.ko\n").unwrap();
        fs::write(modules.join("z-a.ko"), b"\x7fELF a").unwrap();
        fs::write(modules.join("b.ko"), b"\x7fELF b").unwrap();
        fs::write(room.path().join("init"), "init!").unwrap();
        let config = ConfigInitrd::default();
        config.set_kmoddir(Some(room.path()));
        config.set_kver(Some(Path::new("1.0")));
        config.set_init(Some(room.path().join("init").as_path()));
        config.add_module(c"b");
        (room, config)
    }

    fn content(mut archive: &[u8], name: &str) -> Option<Vec<u8>> {
        loop {
            let mut reader = newc::Reader::new(archive).unwrap();
            if reader.entry().is_trailer() {
                return None;
            }
            if reader.entry().name() == name {
                let mut content = Vec::new();
                std::io::Read::read_to_end(&mut reader, &mut content).unwrap();
                return Some(content);
            }
            archive = reader.finish().unwrap();
        }
    }

    #[test]
    fn the_archive_holds_what_the_configuration_says() {
        let (room, config) = room();
        let output = room.path().join("initrd");
        fs::write(&output, "an older one").unwrap();
        BuilderInitrd::default()
            .construct(&config, &output)
            .unwrap();
        let archive = fs::read(&output).unwrap();
        let content = |name| content(&archive, name);
        assert_eq!(content("init").unwrap(), b"init!");
        assert_eq!(content("modules/z-a.ko").unwrap(), b"\x7fELF a");
        assert_eq!(content("modules/b.ko").unwrap(), b"\x7fELF b");
        assert_eq!(content("modules.load").unwrap(), b"z-a.ko\nb.ko\n");
        assert_eq!(content("plan"), None);
    }

    #[test]
    fn a_failure_leaves_the_former_file_and_nothing_else() {
        let (room, config) = room();
        let output = room.path().join("initrd");
        fs::write(&output, "an older one").unwrap();
        config.set_init(Some(room.path().join("missing").as_path()));
        let error = BuilderInitrd::default().construct(&config, &output);
        let error = glib::Error::from(error.unwrap_err());
        assert_eq!(
            error.domain(),
            glib::Quark::from_str("gvir-sandbox-builder-initrd")
        );
        assert!(error.message().contains("missing"), "{error}");
        config.add_module(c"nosuch");
        let error = BuilderInitrd::default().construct(&config, &output);
        assert!(error.unwrap_err().to_string().contains("nosuch"));
        assert_eq!(fs::read(&output).unwrap(), b"an older one");
        assert_eq!(fs::read_dir(room.path()).unwrap().count(), 3);
        let nowhere = room.path().join("no/dir");
        let error = BuilderInitrd::default().construct(&ConfigInitrd::default(), &nowhere);
        assert!(error.unwrap_err().to_string().contains("no/dir"));
    }
}
