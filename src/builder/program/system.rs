//! What systemd finds in a sandbox whose root is read-only.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use sandbox_plan::Mount;

use crate::builder::BuilderError;
use crate::builder::storage::in_root;
use crate::builder::storage::names;
use crate::config::{Config, ConfigExt, ConfigPropertiesExt};

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

/// Puts the program that the root has in place of the usual one.
pub(crate) fn find(config: &Config, argv: &mut [OsString]) -> Result<(), BuilderError> {
    if config.mounts().iter().any(names::is_root) {
        // What is in it only the guest can see.
        return Ok(());
    }
    let root = root(config);
    let program = PROGRAMS
        .into_iter()
        .find(|program| in_root::exists(&root, program))
        .ok_or(BuilderError::NoSystemd(root))?;
    if let Some(first) = argv.first_mut() {
        *first = Path::new("/").join(program).into();
    }
    Ok(())
}

/// Puts temporary file systems in the places that are written to before `mounts`, unless one of those is there.
pub(crate) fn add_mounts(config: &Config, mounts: Vec<Mount>) -> Vec<Mount> {
    let root = root(config);
    let covered = |target: &Path| mounts.iter().any(|mount| target.starts_with(&mount.target));
    let temporary: Vec<Mount> = WRITABLE
        .into_iter()
        .filter(|(target, _)| in_root::is_dir(&root, target))
        .map(|(target, options)| (Path::new("/").join(target), options))
        .chain([(LOCKS.0.into(), LOCKS.1)])
        .filter(|(target, _)| !covered(target))
        .map(|(target, options)| Mount {
            fstype: "tmpfs".into(),
            source: "tmpfs".into(),
            target: target.into(),
            options: format!("nosuid,nodev,{options}"),
            ..Mount::default()
        })
        .collect();
    // What it says is meant for the host: systemd would mount all of that, and make the root writable.
    let no_fstab = in_root::exists(&root, FSTAB).then(|| Mount {
        fstype: "bind".into(),
        source: "/dev/null".into(),
        target: Path::new("/").join(FSTAB).into(),
        options: String::new(),
        ..Mount::default()
    });
    let first = temporary.into_iter().chain(no_fstab);
    first.chain(mounts).collect()
}

fn root(config: &Config) -> PathBuf {
    config.root().unwrap_or_else(|| "/".into())
}

#[cfg(test)]
mod tests {
    use glib::prelude::*;

    use super::*;
    use crate::config::ConfigServiceSystemd;

    #[test]
    fn what_the_root_has_decides() {
        let root = tempfile::tempdir().unwrap();
        let config = ConfigServiceSystemd::new(c"box");
        config.set_root(Some(root.path()));
        let config = config.upcast_ref::<Config>();
        let mut argv = ["/usr/lib/systemd/systemd".into(), "--system".into()];
        let error = find(config, &mut argv).unwrap_err().to_string();
        assert!(error.contains(root.path().to_str().unwrap()), "{error}");

        std::fs::create_dir_all(root.path().join("lib/systemd/systemd")).unwrap();
        std::fs::create_dir_all(root.path().join("var/log")).unwrap();
        find(config, &mut argv).unwrap();
        assert_eq!(argv, ["/lib/systemd/systemd", "--system"]);
        let targets = |mounts: Vec<Mount>| -> Vec<OsString> {
            let mounts = add_mounts(config, mounts).into_iter();
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
