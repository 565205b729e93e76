//! Where the static helper programs are.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// A helper program that comes with the library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Helper {
    /// First process of a container.
    InitLxc,
    /// First process of a virtual machine.
    InitQemu,
    /// Cleans up on the host after a client that died.
    Reaper,
}

const DIRECTORY_VARIABLE: &str = "LIBVIRT_SANDBOX_LIBEXECDIR";
const INSTALLED_DIRECTORY: &str = match option_env!("LIBVIRT_SANDBOX_LIBEXECDIR") {
    Some(dir) => dir,
    None => "/usr/libexec",
};

impl Helper {
    /// Where the program is: in the directory that the environment names, else where it was installed.
    pub fn path(self) -> PathBuf {
        let loaded_from = object_file(&read_maps(), Self::path as fn(Self) -> PathBuf as usize);
        self.find(std::env::var_os(DIRECTORY_VARIABLE), loaded_from.as_deref())
    }

    fn find(self, directory: Option<OsString>, loaded_from: Option<&Path>) -> PathBuf {
        if let Some(directory) = directory {
            return Path::new(&directory).join(self.file_name());
        }
        let installed = Path::new(INSTALLED_DIRECTORY).join(self.file_name());
        // A tree that was staged (DESTDIR) or moved as a whole has the helper at the same place below its own root.
        let below_root = installed.strip_prefix("/").unwrap_or(&installed);
        loaded_from
            .into_iter()
            .flat_map(Path::ancestors)
            .skip(1)
            .map(|root| root.join(below_root))
            .find(|path| path.is_file())
            .unwrap_or(installed)
    }

    fn file_name(self) -> &'static str {
        match self {
            Self::InitLxc => "libvirt-sandbox-init-lxc",
            Self::InitQemu => "libvirt-sandbox-init-qemu",
            Self::Reaper => "libvirt-sandbox-reaper",
        }
    }
}

fn read_maps() -> String {
    std::fs::read("/proc/self/maps")
        .map(|maps| String::from_utf8_lossy(&maps).into_owned())
        .unwrap_or_default()
}

/// The file, a program or a shared library, that is mapped at `address` according to `maps`.
fn object_file(maps: &str, address: usize) -> Option<PathBuf> {
    maps.lines().find_map(|line| {
        let (start, rest) = line.split_once('-')?;
        let (end, rest) = rest.split_once(' ')?;
        let start = usize::from_str_radix(start, 16).ok()?;
        let end = usize::from_str_radix(end, 16).ok()?;
        let path = &rest[rest.find('/')?..];
        (start..end).contains(&address).then(|| PathBuf::from(path))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAPS: &str = "\
1000-2000 r-xp 00000000 08:01 1234   /opt/stage/bin/virt-sandbox
3000-4000 rw-p 00000000 00:00 0      [heap]
5000-6000 r-xp 00000000 08:01 1234   /usr/lib/lib with blank.so
";

    #[test]
    fn finds_the_object_that_holds_an_address() {
        assert_eq!(
            object_file(MAPS, 0x1fff),
            Some("/opt/stage/bin/virt-sandbox".into())
        );
        assert_eq!(object_file(MAPS, 0x2000), None);
        assert_eq!(object_file(MAPS, 0x3000), None);
        assert_eq!(
            object_file(MAPS, 0x5000),
            Some("/usr/lib/lib with blank.so".into())
        );
    }

    #[test]
    fn knows_the_program_it_runs_in() {
        let address = knows_the_program_it_runs_in as fn() as usize;
        assert_eq!(
            object_file(&read_maps(), address),
            std::env::current_exe().ok()
        );
    }

    #[test]
    fn the_environment_wins() {
        assert_eq!(
            Helper::InitQemu.find(Some("/elsewhere".into()), None),
            Path::new("/elsewhere/libvirt-sandbox-init-qemu")
        );
    }

    #[test]
    fn finds_the_helper_of_a_staged_tree() {
        let stage = std::env::temp_dir().join(format!("helpers-{}", std::process::id()));
        let below_root = INSTALLED_DIRECTORY.trim_start_matches('/');
        let libexec = stage.join(below_root);
        std::fs::create_dir_all(&libexec).unwrap();
        let staged = libexec.join("libvirt-sandbox-reaper");
        std::fs::write(&staged, "").unwrap();

        let tool = stage.join("usr/bin/virt-sandbox");
        let found = Helper::Reaper.find(None, Some(&tool));
        let absent = Helper::InitLxc.find(None, Some(&tool));
        std::fs::remove_dir_all(&stage).unwrap();

        assert_eq!(found, staged);
        assert_eq!(
            absent,
            Path::new(INSTALLED_DIRECTORY).join("libvirt-sandbox-init-lxc")
        );
    }
}
