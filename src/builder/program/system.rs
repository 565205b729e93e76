//! What systemd finds in a sandbox whose root is read-only.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use sandbox_plan::Mount;

use crate::builder::BuilderError;
use crate::builder::storage::{Storage, in_root};

/// Where distributions have it.
const PROGRAMS: [&str; 2] = ["usr/lib/systemd/systemd", "lib/systemd/systemd"];

/// What systemd and its services write to, besides `/run`.
const WRITABLE: [(&str, &str); 5] = [
    ("tmp", "mode=1777"),
    ("var/tmp", "mode=1777"),
    ("var/log", "mode=755"),
    ("var/cache", "mode=755"),
    ("var/lib/systemd", "mode=755"),
];

/// What Debian's systemd mounts itself elsewhere, and ends where it can't: in a container it has no right to.
const LOCKS: (&str, &str) = ("/run/lock", "mode=1777,size=5M");

const FSTAB: &str = "etc/fstab";

/// What systemd needs of the root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct System {
    /// Directories that are written to, with the options of what is mounted there.
    writable: Vec<(PathBuf, &'static str)>,
    has_fstab: bool,
}

impl System {
    /// Looks what the root has, and puts its program in place of the usual one.
    pub(super) fn look_up(storage: &Storage, argv: &mut [OsString]) -> Result<Self, BuilderError> {
        // What is in a root that is mounted only the guest can see.
        if let Some(root) = &storage.root {
            let program = PROGRAMS
                .into_iter()
                .find(|program| in_root::exists(root, program))
                .ok_or_else(|| BuilderError::NoSystemd(root.clone()))?;
            if let Some(first) = argv.first_mut() {
                *first = Path::new("/").join(program).into();
            }
        }
        let root = storage.root.as_deref().unwrap_or(Path::new("/"));
        let writable = WRITABLE
            .into_iter()
            .filter(|(target, _)| in_root::is_dir(root, target))
            .map(|(target, options)| (Path::new("/").join(target), options))
            .chain([(LOCKS.0.into(), LOCKS.1)]);
        Ok(Self {
            writable: writable.collect(),
            has_fstab: in_root::exists(root, FSTAB),
        })
    }

    /// Puts temporary file systems in the places that are written to before `mounts`, unless one of those is there.
    pub(crate) fn add_mounts(&self, mounts: Vec<Mount>) -> Vec<Mount> {
        let covered = |target: &Path| mounts.iter().any(|mount| target.starts_with(&mount.target));
        let temporary = self.writable.iter().filter(|(target, _)| !covered(target));
        let temporary = temporary.map(|(target, options)| Mount {
            fstype: "tmpfs".into(),
            source: "tmpfs".into(),
            target: target.clone().into(),
            options: format!("nosuid,nodev,{options}"),
            ..Mount::default()
        });
        // What it says is meant for the host: systemd would mount all of that, and make the root writable.
        let no_fstab = self.has_fstab.then(|| Mount {
            fstype: "bind".into(),
            source: "/dev/null".into(),
            target: Path::new("/").join(FSTAB).into(),
            options: String::new(),
            ..Mount::default()
        });
        let first: Vec<Mount> = temporary.chain(no_fstab).collect();
        first.into_iter().chain(mounts).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builder::storage::recorded;

    #[test]
    fn what_the_root_has_decides() {
        let root = tempfile::tempdir().unwrap();
        let storage = Storage {
            root: Some(root.path().to_owned()),
            ..recorded(&[])
        };
        let mut argv = ["/usr/lib/systemd/systemd".into(), "--system".into()];
        let error = System::look_up(&storage, &mut argv)
            .unwrap_err()
            .to_string();
        assert!(error.contains(root.path().to_str().unwrap()), "{error}");

        std::fs::create_dir_all(root.path().join("lib/systemd/systemd")).unwrap();
        std::fs::create_dir_all(root.path().join("var/log")).unwrap();
        System::look_up(&storage, &mut argv).unwrap();
        assert_eq!(argv, ["/lib/systemd/systemd", "--system"]);
        let targets = |mounts: Vec<Mount>| -> Vec<OsString> {
            let system = System::look_up(&storage, &mut []).unwrap();
            let mounts = system.add_mounts(mounts).into_iter();
            mounts.map(|mount| mount.target).collect()
        };
        assert_eq!(targets(Vec::new()), ["/var/log", "/run/lock"]);
        let mount = |target: &str| Mount {
            fstype: "bind".into(),
            source: "/x".into(),
            target: target.into(),
            options: String::new(),
            ..Mount::default()
        };
        assert_eq!(
            targets(vec![mount("/var/log/x")]),
            ["/var/log", "/run/lock", "/var/log/x"]
        );
        assert_eq!(targets(vec![mount("/var")]), ["/run/lock", "/var"]);

        // A link that leads to the host leads nowhere inside.
        let elsewhere = tempfile::tempdir().unwrap();
        std::fs::create_dir(root.path().join("var/lib")).unwrap();
        let link = root.path().join("var/lib/systemd");
        std::os::unix::fs::symlink(elsewhere.path(), link).unwrap();
        assert_eq!(targets(Vec::new()), ["/var/log", "/run/lock"]);

        std::fs::create_dir(root.path().join("etc")).unwrap();
        std::fs::write(root.path().join("etc/fstab"), "").unwrap();
        assert_eq!(targets(Vec::new()), ["/var/log", "/run/lock", "/etc/fstab"]);
    }
}
