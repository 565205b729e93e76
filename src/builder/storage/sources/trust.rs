//! Tells whom a directory of the host, and a link in it, may be from.

use std::os::fd::{AsRawFd, OwnedFd};
use std::path::{Path, PathBuf};

use glib::prelude::*;
use nix::libc::{S_ISVTX, S_IWGRP, S_IWOTH};
use nix::sys::stat::FileStat;
use nix::unistd::{Gid, Group, Uid, User, getegid, geteuid};

use super::found::shown;
use crate::builder::storage::configured::{is_read_only, source};
use crate::builder::storage::identity::Identity;
use crate::config::{Config, ConfigExt, ConfigMountHostBind, ConfigPropertiesExt};

/// Who may have made the links in a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Trust {
    /// Nobody but root and the caller.
    Full,
    /// Everybody, but nobody can change or remove what others made.
    Sticky,
    /// Others, who can write to the directory that is named or to one above it.
    Others(PathBuf),
    /// The program of a former run: the sandbox can write to the directory that is named.
    Program(PathBuf),
}

/// Who can write to the host's files besides root and the caller.
pub(super) struct Writers {
    caller: Uid,
    /// Who has the root directory: root, or whoever it is in a user namespace without root.
    owner: u32,
    /// The directories that the sandbox can write to, each with what it is called.
    program: Vec<(Identity, PathBuf)>,
}

impl Writers {
    pub fn new(config: Option<&Config>, root: &FileStat) -> Self {
        let mounts = config.map(ConfigExt::mounts).unwrap_or_default();
        let binds = mounts
            .iter()
            .filter(|mount| mount.is::<ConfigMountHostBind>() && !is_read_only(mount))
            .map(source);
        let kept = config.and_then(ConfigPropertiesExt::overlay_dir);
        // A source that is a link to where it should not is refused when it is its turn.
        let known = |path: PathBuf| Some((Identity::of(&path)?, path));
        Self {
            caller: geteuid(),
            owner: root.st_uid,
            program: binds.chain(kept).filter_map(known).collect(),
        }
    }

    /// How far links in `directory` are trusted; those of the directory that it is in are trusted as far as `above`.
    pub fn trust(&self, above: Trust, path: &Path, directory: &OwnedFd, about: &FileStat) -> Trust {
        if self
            .program
            .iter()
            .any(|(known, _)| *known == Identity::from(about))
        {
            return Trust::Program(path.to_owned());
        }
        if matches!(above, Trust::Program(_) | Trust::Others(_)) {
            return above;
        }
        let others = about.st_mode & S_IWOTH != 0
            || about.st_mode & S_IWGRP != 0 && !self.is_own_group(directory, about);
        if !self.is_trusted(about.st_uid) || others && about.st_mode & S_ISVTX == 0 {
            Trust::Others(path.to_owned())
        } else if others {
            Trust::Sticky
        } else {
            Trust::Full
        }
    }

    /// Whether `owner` is root or the caller.
    pub fn is_trusted(&self, owner: u32) -> bool {
        owner == 0 || owner == self.owner || owner == self.caller.as_raw()
    }

    /// Whether the group that can write to a directory is the caller's own, of that name, as many distributions make one for
    /// each user.
    fn is_own_group(&self, directory: &OwnedFd, about: &FileStat) -> bool {
        if about.st_gid != getegid().as_raw() {
            return false;
        }
        let user = User::from_uid(self.caller).ok().flatten();
        let group = Group::from_gid(Gid::from_raw(about.st_gid)).ok().flatten();
        let (Some(user), Some(group)) = (user, group) else {
            return false;
        };
        // With an access control list the bits of the group are all that anybody has by it.
        let path = format!("/proc/self/fd/{}", directory.as_raw_fd());
        let listed = xattr::get_deref(path, "system.posix_acl_access");
        user.gid == group.gid && user.name == group.name && !matches!(listed, Ok(Some(_)))
    }

    /// Refuses the link `link`, which says `target`, unless it is from somebody who is trusted.
    pub fn check_link(
        &self,
        directory: &Trust,
        link: &Path,
        target: &Path,
        about: &FileStat,
    ) -> Result<(), String> {
        let real = || {
            let real = link.canonicalize();
            shown(real.as_deref().unwrap_or(target))
        };
        match directory {
            Trust::Full => Ok(()),
            Trust::Sticky if self.is_trusted(about.st_uid) => Ok(()),
            Trust::Program(writable) => Err(tr!(
                "{link} is a symbolic link in {directory}, which the sandbox can write to: a former run may have made it; name what is meant itself, it leads to {target}",
                link = shown(link),
                directory = shown(writable),
                target = real(),
            )),
            Trust::Sticky | Trust::Others(_) => {
                let directory = match directory {
                    Trust::Others(directory) => directory,
                    _ => link.parent().unwrap_or(link),
                };
                Err(tr!(
                    "{link} is a symbolic link in {directory}, which others can write to: it may be from them; name what is meant itself, it leads to {target}",
                    link = shown(link),
                    directory = shown(directory),
                    target = real(),
                ))
            }
        }
    }
}
