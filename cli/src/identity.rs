//! Whom the program runs as: names and numbers, as chown and others take them.

use std::path::PathBuf;

use nix::unistd::{Gid, Group, Uid, User};
use thiserror::Error;

/// The group of a user that the host does not know, of which no file is to be.
const NO_GROUP: u32 = 65534;

/// Why nobody is meant.
#[derive(Debug, Error)]
pub enum IdentityError {
    /// There is no such user.
    #[error("{}", tr!("no user named '{name}' exists", name = .0))]
    NoUser(String),
    /// The users can't be looked up.
    #[error("{}", tr!("cannot look up the user '{user}': {source}", user, source))]
    Lookup { user: String, source: nix::Error },
    /// There is no such group.
    #[error("{}", tr!("no group named '{name}' exists", name = .0))]
    NoGroup(String),
    /// The groups can't be looked up.
    #[error("{}", tr!("cannot look up the group '{group}': {source}", group, source))]
    LookupGroup { group: String, source: nix::Error },
}

/// A user, and the group in whose name files are made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    pub uid: Uid,
    pub gid: Gid,
    pub name: String,
    pub home: PathBuf,
}

impl Identity {
    /// That of `USER[:GROUP]`; each is a name or, unless something has it for a name, a number.
    pub fn find(text: &str) -> Result<Self, IdentityError> {
        let (user, group) = match text.split_once(':') {
            Some((user, group)) => (user, Some(group)),
            None => (text, None),
        };
        let mut identity = Self::of_user(user)?;
        if let Some(group) = group {
            identity.gid = gid(group)?;
        }
        Ok(identity)
    }

    fn of_user(text: &str) -> Result<Self, IdentityError> {
        let lookup = |source| IdentityError::Lookup {
            user: text.to_owned(),
            source,
        };
        let mut found = User::from_name(text).map_err(lookup)?;
        let number = number(text).map(Uid::from_raw);
        if let Some(uid) = number.filter(|_| found.is_none()) {
            found = User::from_uid(uid).map_err(lookup)?;
        }
        match (found, number) {
            (Some(user), _) => Ok(Self {
                uid: user.uid,
                gid: user.gid,
                name: user.name,
                home: user.dir,
            }),
            (None, Some(uid)) => Ok(Self {
                uid,
                gid: Gid::from_raw(NO_GROUP),
                name: text.to_owned(),
                home: "/".into(),
            }),
            (None, None) => Err(IdentityError::NoUser(text.to_owned())),
        }
    }
}

fn gid(text: &str) -> Result<Gid, IdentityError> {
    let found = Group::from_name(text).map_err(|source| IdentityError::LookupGroup {
        group: text.to_owned(),
        source,
    })?;
    let known = found.map(|group| group.gid);
    known
        .or_else(|| number(text).map(Gid::from_raw))
        .ok_or_else(|| IdentityError::NoGroup(text.to_owned()))
}

/// A number that the kernel can have; the last one stands for none.
fn number(text: &str) -> Option<u32> {
    let is_number = text.bytes().all(|digit| digit.is_ascii_digit());
    let number = text.parse().ok().filter(|_| is_number);
    number.filter(|number| *number != u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(text: &str) -> Option<(u32, u32)> {
        let identity = Identity::find(text).ok()?;
        Some((identity.uid.as_raw(), identity.gid.as_raw()))
    }

    #[test]
    fn names_and_numbers_are_taken() {
        assert_eq!(ids("root"), Some((0, 0)));
        assert_eq!(ids("0"), Some((0, 0)));
        assert_eq!(ids("root:7"), Some((0, 7)));
        assert_eq!(ids("2123456789"), Some((2123456789, NO_GROUP)));
        assert_eq!(ids("2123456789:root"), Some((2123456789, 0)));
        let unknown = Identity::find("2123456789").unwrap();
        assert_eq!(
            (unknown.name.as_str(), unknown.home.to_str()),
            ("2123456789", Some("/"))
        );
        let root = Identity::find("0").unwrap();
        assert_eq!(root, Identity::find("root").unwrap());
    }

    #[test]
    fn what_is_no_user_or_group_is_told() {
        for (text, told) in [
            ("no-such-user", "'no-such-user'"),
            ("", "''"),
            ("root:no-such-group", "'no-such-group'"),
            ("root:", "''"),
            (":root", "''"),
            ("-1", "'-1'"),
            ("4294967295", "'4294967295'"),
            ("4294967296", "'4294967296'"),
        ] {
            let error = Identity::find(text).unwrap_err().to_string();
            assert!(error.contains(told), "{error}");
        }
    }
}
