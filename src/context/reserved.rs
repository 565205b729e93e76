//! Directories from which later sandboxes are started: no program is given them to write to.

use std::path::{Path, PathBuf};

use nix::unistd::{Uid, geteuid};
use thiserror::Error;

use super::{servicedir, statedir};
use crate::builder::boot::cache;
use crate::builder::storage::identity::Identity;
use crate::builder::storage::ownership::given;
use crate::builder::storage::sources::way_to;
use crate::config::{Config, ConfigPropertiesExt};
use crate::driver::{Driver, Placement};

/// What the system's sandboxes come from, which only root writes to.
const OF_THE_SYSTEM: [&str; 7] = [
    "/run/libvirt-sandbox",
    "/run/libvirt",
    "/etc/libvirt-sandbox",
    "/etc/libvirt",
    // The profiles of containers.
    "/etc/apparmor.d",
    "/var/cache/libvirt-sandbox",
    "/var/cache/libvirt",
];

/// A mount that is not given to the program.
#[derive(Debug, Error)]
#[error(
    "{}",
    tr!(
        "cannot mount {source} at '{target}' to write to: later sandboxes are started from what is in {reserved}; add ',ro', or mount another directory",
        source = given.display(),
        target = target.display(),
        reserved = reserved.display(),
    )
)]
pub struct ReservedError {
    given: PathBuf,
    target: PathBuf,
    reserved: PathBuf,
}

/// A directory that decides what becomes of later sandboxes.
struct Reserved {
    path: PathBuf,
    /// Whether it may be given away as a part of the home directory. Whoever writes to all of that is its owner anyway, by
    /// what a shell reads when it starts; nobody expects that of a directory for caches.
    with_home: bool,
}

impl Reserved {
    fn always(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            with_home: false,
        }
    }

    fn of_home(path: PathBuf) -> Self {
        Self {
            path,
            with_home: true,
        }
    }

    /// Whether writing to `given` is writing to it: it is in there, or the other way round.
    fn is_reached_by(&self, given: &Path, home: &Path) -> bool {
        let holds = |outer: &Path, inner: &Path| {
            Identity::of(outer).is_some_and(|outer| way_to(inner).contains(&outer))
        };
        let is_home = || self.with_home && holds(given, home);
        holds(&self.path, given) || (holds(given, &self.path) && !is_home())
    }
}

/// Refuses a configuration that lets the program decide what later sandboxes of the calling user run.
pub(super) fn check(config: &Config, driver: &Driver) -> Result<(), ReservedError> {
    let given = given(config);
    if given.is_empty() {
        return Ok(());
    }
    let Some(writer) = writer(config, driver) else {
        return Ok(());
    };
    let reserved = reserved(writer, geteuid(), driver);
    let home = glib::home_dir();
    for (given, target) in given {
        let found = reserved.iter().find(|one| one.is_reached_by(&given, &home));
        if let Some(found) = found {
            return Err(ReservedError {
                given,
                target,
                reserved: found.path.clone(),
            });
        }
    }
    Ok(())
}

/// The host's user that the program writes as; none where it is one without any rights.
fn writer(config: &Config, driver: &Driver) -> Option<Uid> {
    let user = Uid::from_raw(config.uid());
    match driver {
        Driver::Machine(_) if !geteuid().is_root() => Some(geteuid()),
        Driver::Machine(_) => Some(user),
        Driver::Container if config.userns() => Some(user).filter(|user| !user.is_root()),
        Driver::Container if config.privileged() => Some(Uid::from_raw(0)),
        Driver::Container => Some(user),
    }
}

fn reserved(writer: Uid, caller: Uid, driver: &Driver) -> Vec<Reserved> {
    let mut all = Vec::new();
    if writer.is_root() {
        all.extend(OF_THE_SYSTEM.map(Reserved::always));
    }
    if (writer.is_root() || writer == caller) && !caller.is_root() {
        // One that is not trusted is not used.
        all.extend(statedir::base().ok().map(Reserved::always));
        all.push(Reserved::always(cache::place()));
        let configuration = glib::user_config_dir();
        all.extend(
            servicedir::base()
                .parent()
                .map(|path| Reserved::of_home(path.into())),
        );
        all.push(Reserved::of_home(configuration.join("libvirt")));
        all.push(Reserved::of_home(glib::user_cache_dir().join("libvirt")));
    }
    if (writer.is_root() || writer == caller)
        && let Driver::Machine(Placement::Embedded { root }) = driver
    {
        all.push(Reserved::always(root));
    }
    all
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    fn paths(writer: u32, caller: u32) -> Vec<PathBuf> {
        let driver = Driver::Machine(Placement::Embedded {
            root: "/embedded".into(),
        });
        let all = reserved(Uid::from_raw(writer), Uid::from_raw(caller), &driver);
        all.into_iter().map(|one| one.path).collect()
    }

    #[test]
    fn only_who_could_write_there_is_kept_from_it() {
        let has = |paths: &[PathBuf], path: &str| paths.iter().any(|one| one == Path::new(path));
        let root = paths(0, 0);
        assert!(has(&root, "/var/cache/libvirt-sandbox") && has(&root, "/embedded"));
        assert!(paths(65534, 0).is_empty());
        assert!(paths(1001, 1000).is_empty());
        let user = paths(1000, 1000);
        assert!(has(&user, "/embedded") && !has(&user, "/etc/libvirt"));
        assert!(paths(0, 1000).len() > user.len(), "by a daemon of root's");
    }

    #[test]
    fn what_holds_it_and_what_is_in_it_is_refused() {
        let room = tempfile::tempdir().unwrap();
        let room = room.path();
        fs::create_dir_all(room.join("cache/own/deep")).unwrap();
        fs::create_dir_all(room.join("cache/other")).unwrap();
        symlink("cache", room.join("link")).unwrap();
        let none = Path::new("/none");
        let reserved = Reserved::always(room.join("link/own"));
        for given in ["", "cache", "link", "cache/own", "link/own/deep"] {
            assert!(reserved.is_reached_by(&room.join(given), none), "{given}");
        }
        assert!(!reserved.is_reached_by(&room.join("cache/other"), none));
        // It is yet to be made.
        let reserved = Reserved::always(room.join("link/new/deep"));
        assert!(reserved.is_reached_by(&room.join("cache"), none));
        assert!(!reserved.is_reached_by(&room.join("cache/own"), none));
    }

    #[test]
    fn a_home_directory_may_be_given_as_a_whole() {
        let home = tempfile::tempdir().unwrap();
        let home = home.path();
        fs::create_dir(home.join("config")).unwrap();
        let of_home = Reserved::of_home(home.join("config/deep"));
        assert!(!of_home.is_reached_by(home, home));
        assert!(!of_home.is_reached_by(Path::new("/"), home));
        assert!(of_home.is_reached_by(&home.join("config"), home));
        let always = Reserved::always(home.join("config/deep"));
        assert!(always.is_reached_by(home, home));
    }
}
