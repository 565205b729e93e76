//! A container's users: in a user namespace they are others on the host, without any rights.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;

use glib::prelude::*;
use libvirt_glib::gconfig::{Domain, DomainFilesys};
use nix::unistd::{User, geteuid};

use super::acl;
use crate::builder::domain::xml::{Access, filesys, read_only_filesys};
use crate::builder::storage::Storage;
use crate::builder::{BuilderError, files};
use crate::config::{Config, ConfigPropertiesExt, ConfigService};
use crate::driver::CONTROLLER_SOCKETS;

/// How many users and groups a container has.
const COUNT: u32 = 1 << 16;

/// The first one on the host, where nobody says: above what other container managers take by themselves.
const FIRST: u32 = 0x7000_0000;

/// Who a range of the host's users is given to.
const NAME: &str = "libvirt-sandbox";

/// The users of the host that a container's are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Users {
    /// The first user, and the first group: those that are root in the container.
    users: u32,
    groups: u32,
    /// The program's own, which are the same on the host.
    own_user: u32,
    own_groups: BTreeSet<u32>,
}

impl Users {
    /// Looks up those of the user namespace that the configuration asks for; `groups` are the program's.
    pub(crate) fn look_up(
        config: &Config,
        storage: &Storage,
        groups: &[u32],
    ) -> Result<Option<Self>, BuilderError> {
        if !config.userns() {
            return Ok(None);
        }
        check(config, storage)?;
        Ok(Some(Self {
            users: first_of("/etc/subuid")?,
            groups: first_of("/etc/subgid")?,
            own_user: config.uid(),
            own_groups: groups.iter().copied().chain([config.gid()]).collect(),
        }))
    }

    /// The host's user that is root in the container.
    pub(crate) fn root(&self) -> u32 {
        self.users
    }

    /// Tells libvirt.
    pub(crate) fn add_to(&self, domain: &Domain) -> Result<(), BuilderError> {
        let map = format!(
            "<idmap>{}{}</idmap>",
            elements("uid", self.users, &BTreeSet::from([self.own_user])),
            elements("gid", self.groups, &self.own_groups),
        );
        let set = domain.set_idmap(&map);
        set.map_err(|source| BuilderError::Element { xml: map, source })
    }

    /// Gives the container's root what it has to read.
    pub(crate) fn admit(&self, statedir: &Path) -> Result<(), BuilderError> {
        let Self { users, groups, .. } = *self;
        let guest = files::guest_dir(statedir);
        let mut own = vec![
            guest.join(files::PLAN),
            files::sources_socket(statedir),
            files::socket(statedir),
        ];
        own.extend(files::for_reader(statedir));
        own.iter()
            .filter(|path| path.exists())
            .try_for_each(|path| files::give(path, users, groups))?;
        // All sandboxes of the range have these users: only the container's root passes through to them.
        for path in [&files::real_guest_dir(statedir), statedir] {
            let open = || {
                chown(path, None, Some(groups))?;
                fs::set_permissions(path, Permissions::from_mode(0o710))
            };
            open().map_err(BuilderError::write(path))?;
        }
        open_terminals(users)
    }
}

/// Lets the container's root reach the terminals that libvirt makes for it, also where libvirt's directory is closed to all
/// but the host's root.
fn open_terminals(user: u32) -> Result<(), BuilderError> {
    for directory in Path::new(CONTROLLER_SOCKETS)
        .ancestors()
        .filter(|path| path.is_dir())
    {
        acl::let_pass(directory, user).map_err(|source| {
            BuilderError::UserNamespace(tr!(
                "its root, user {user} of the host, can't pass through {path}, where libvirt has its terminals, and can't be let through: {source}",
                user,
                path = directory.display(),
                source
            ))
        })?;
    }
    Ok(())
}

/// A directory or file of the host that the first process has before it puts the root together. In a user namespace libvirt can't
/// make a mount read-only that has flags such as `nosuid`, as all below `/run` have: nobody there could write to it either.
pub(crate) fn bind(
    has_users: bool,
    source: &Path,
    target: &str,
) -> Result<DomainFilesys, BuilderError> {
    if !has_users {
        return read_only_filesys(source, target, Access::Bind);
    }
    filesys(source, target, Access::Bind)
}

/// Refuses what can't be had without rights on the host.
fn check(config: &Config, storage: &Storage) -> Result<(), BuilderError> {
    let has_image = storage.images().next().is_some();
    let problem = if config.is::<ConfigService>() {
        tr!("services can't have one")
    } else if storage.overlay.is_some() {
        tr!("an overlay can't be made in one")
    } else if !storage.disks.is_empty() || has_image {
        tr!("disks and images can't be used in one")
    } else if storage.root_mount().is_some() {
        tr!("its root can't be a mount: use --root")
    } else if !Path::new("/proc/self/uid_map").exists() {
        tr!("this kernel has none")
    } else {
        return Ok(());
    };
    Err(BuilderError::UserNamespace(problem))
}

/// Refuses a user namespace where there is none.
pub(crate) fn refuse_in_machine(config: &Config) -> Result<(), BuilderError> {
    if config.userns() {
        let problem = tr!("a virtual machine has its own users already");
        return Err(BuilderError::UserNamespace(problem));
    }
    Ok(())
}

/// The first user or group of the host that is for containers.
fn first_of(path: &str) -> Result<u32, BuilderError> {
    let table = match fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        table => table.map_err(|error| BuilderError::UserNamespace(format!("{path}: {error}")))?,
    };
    let caller = User::from_uid(geteuid()).ok().flatten();
    let caller = caller.map_or_else(String::new, |user| user.name);
    range(&table, &[NAME, &caller, &geteuid().to_string()]).map_err(|short| {
        let problem = tr!(
            "{path} gives {short} less than {count}",
            path,
            short,
            count = COUNT
        );
        BuilderError::UserNamespace(problem)
    })
}

/// The first range that is large enough, of the first of `names` that has any.
fn range(table: &str, names: &[&str]) -> Result<u32, String> {
    for name in names {
        let lines = table
            .lines()
            .map(|line| line.split(':').collect::<Vec<_>>());
        let ranges: Vec<(u32, u32)> = lines
            .filter(|words| words.first() == Some(name))
            .filter_map(|words| Some((words.get(1)?.parse().ok()?, words.get(2)?.parse().ok()?)))
            .collect();
        if let Some((first, _)) = ranges.iter().find(|(_, count)| *count >= COUNT) {
            return Ok(*first);
        }
        if !ranges.is_empty() {
            return Err((*name).to_owned());
        }
    }
    Ok(FIRST)
}

/// The elements of a map from the container's to the host's; those in `same` are the same in both, but root.
fn elements(name: &str, first: u32, same: &BTreeSet<u32>) -> String {
    let mut map = String::new();
    let mut next = 0;
    let mut add = |start: u32, target: u32, count: u32| {
        // Writing to a string can't fail.
        let _ = write!(
            map,
            "<{name} start='{start}' target='{target}' count='{count}'/>"
        );
    };
    for &id in same.iter().filter(|id| **id != 0) {
        let end = id.min(COUNT);
        if end > next {
            add(next, first + next, end - next);
        }
        add(id, id, 1);
        next = if id < COUNT { id + 1 } else { COUNT };
    }
    if next < COUNT {
        add(next, first + next, COUNT - next);
    }
    map
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{MetadataExt, symlink};

    use super::*;

    fn map(same: &[u32]) -> Vec<[u32; 3]> {
        let text = elements("uid", 1_000_000, &same.iter().copied().collect());
        let elements = text.split('/').filter(|element| element.contains("uid"));
        let numbers = elements.map(|element| {
            let words: Vec<u32> = element
                .split('\'')
                .filter_map(|word| word.parse().ok())
                .collect();
            words.try_into().unwrap()
        });
        numbers.collect()
    }

    #[test]
    fn the_program_s_user_stays_the_same() {
        assert_eq!(map(&[0]), [[0, 1_000_000, 65536]]);
        let split = [
            [0, 1_000_000, 1000],
            [1000, 1000, 1],
            [1001, 1_001_001, 64535],
        ];
        assert_eq!(map(&[1000]), split);
        assert_eq!(map(&[1, 2])[..3], [[0, 1_000_000, 1], [1, 1, 1], [2, 2, 1]]);
        assert_eq!(map(&[65535])[1..], [[65535, 65535, 1]]);
        let above = [[0, 1_000_000, 65536], [70000, 70000, 1], [80000, 80000, 1]];
        assert_eq!(map(&[70000, 80000]), above);
    }

    #[test]
    fn only_what_is_made_for_a_run_is_given_away() {
        if !geteuid().is_root() {
            return;
        }
        let state = tempfile::tempdir().unwrap();
        let (file, link) = (state.path().join("file"), state.path().join("config/plan"));
        fs::write(&file, "").unwrap();
        fs::create_dir(state.path().join("config")).unwrap();
        symlink(&file, &link).unwrap();
        let users = Users {
            users: FIRST,
            groups: FIRST,
            own_user: 0,
            own_groups: BTreeSet::new(),
        };
        users.admit(state.path()).unwrap_err();
        for path in [&file, &link] {
            assert_eq!(path.symlink_metadata().unwrap().uid(), 0);
        }
    }

    #[test]
    fn a_range_is_large_enough_or_refused() {
        let table =
            "a:100:65536\nlibvirt-sandbox:200:10\nlibvirt-sandbox:300:70000\nb:400:5\n# x\n";
        assert_eq!(range(table, &["libvirt-sandbox", "a"]), Ok(300));
        assert_eq!(range(table, &["a"]), Ok(100));
        assert_eq!(range(table, &["b", "a"]), Err("b".to_owned()));
        assert_eq!(range(table, &["c"]), Ok(FIRST));
    }
}
