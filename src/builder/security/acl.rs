//! Lets one user pass through a directory that is closed to all others.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use nix::errno::Errno;

/// The extended attribute, and the version of its format.
const NAME: &str = "system.posix_acl_access";
const VERSION: u32 = 2;

/// Kinds of entries, in the order that they have.
const OWNER: u16 = 1;
const USER: u16 = 2;
const OWNING_GROUP: u16 = 4;
const GROUP: u16 = 8;
const MASK: u16 = 16;
const OTHERS: u16 = 32;

/// The permission to pass through a directory, or to execute a file.
const PASS: u16 = 1;

/// No user and no group, in entries of other kinds.
const NOBODY: u32 = u32::MAX;

/// Who may do what.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Entry {
    kind: u16,
    permissions: u16,
    id: u32,
}

/// Lets `user`, whom nothing else lets, pass through `directory`. For others nothing changes.
///
/// # Errors
/// When the file system has no such lists, or the directory is another user's.
pub(super) fn let_pass(directory: &Path, user: u32) -> io::Result<()> {
    let mode = fs::metadata(directory)?.mode();
    // Whoever is in the list doesn't get what all others have.
    let list = match xattr::get(directory, NAME)? {
        Some(list) => parse(&list).ok_or(Errno::EINVAL)?,
        None if u32::from(PASS) & mode != 0 => return Ok(()),
        None => of_mode(mode),
    };
    match with(list, user) {
        Some(list) => xattr::set(directory, NAME, &bytes(&list)),
        None => Ok(()),
    }
}

/// The list that says the same as a mode.
fn of_mode(mode: u32) -> Vec<Entry> {
    let entry = |kind, shift: u32| Entry {
        kind,
        permissions: (mode >> shift & 7) as u16,
        id: NOBODY,
    };
    vec![entry(OWNER, 6), entry(OWNING_GROUP, 3), entry(OTHERS, 0)]
}

/// The list with the permission for the user, unless it has it already.
fn with(mut list: Vec<Entry>, user: u32) -> Option<Vec<Entry>> {
    let mask = list.iter().find(|entry| entry.kind == MASK).copied();
    let before = list.clone();
    // What the mask takes away from the others must not come back with it.
    for entry in list
        .iter_mut()
        .filter(|entry| [USER, OWNING_GROUP, GROUP].contains(&entry.kind))
    {
        entry.permissions &= mask.map_or(7, |mask| mask.permissions);
    }
    match list
        .iter_mut()
        .find(|entry| entry.kind == USER && entry.id == user)
    {
        Some(own) => own.permissions |= PASS,
        None => list.push(Entry {
            kind: USER,
            permissions: PASS,
            id: user,
        }),
    }
    list.retain(|entry| entry.kind != MASK);
    let masked = list
        .iter()
        .filter(|entry| [USER, OWNING_GROUP, GROUP].contains(&entry.kind));
    let permissions = masked.fold(0, |all, entry| all | entry.permissions);
    list.push(Entry {
        kind: MASK,
        permissions,
        id: NOBODY,
    });
    list.sort_by_key(|entry| (entry.kind, entry.id));
    (list != before).then_some(list)
}

fn parse(list: &[u8]) -> Option<Vec<Entry>> {
    let (version, entries) = list.split_first_chunk()?;
    let entry = |entry: &[u8]| {
        let (kind, rest) = entry.split_first_chunk()?;
        let (permissions, id) = rest.split_first_chunk()?;
        Some(Entry {
            kind: u16::from_le_bytes(*kind),
            permissions: u16::from_le_bytes(*permissions),
            id: u32::from_le_bytes(id.try_into().ok()?),
        })
    };
    let is_known = u32::from_le_bytes(*version) == VERSION;
    is_known.then(|| entries.chunks(8).map(entry).collect())?
}

fn bytes(list: &[Entry]) -> Vec<u8> {
    let mut bytes = VERSION.to_le_bytes().to_vec();
    for entry in list {
        bytes.extend(entry.kind.to_le_bytes());
        bytes.extend(entry.permissions.to_le_bytes());
        bytes.extend(entry.id.to_le_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(list: &[Entry]) -> Vec<(u16, u16, u32)> {
        let entries = list.iter();
        entries
            .map(|entry| (entry.kind, entry.permissions, entry.id))
            .collect()
    }

    #[test]
    fn nobody_else_gets_anything() {
        let closed = with(of_mode(0o700), 9).unwrap();
        let expected = [
            (OWNER, 7, NOBODY),
            (USER, 1, 9),
            (OWNING_GROUP, 0, NOBODY),
            (MASK, 1, NOBODY),
            (OTHERS, 0, NOBODY),
        ];
        assert_eq!(entries(&closed), expected);
        assert_eq!(parse(&bytes(&closed)), Some(closed.clone()));
        assert_eq!(with(closed.clone(), 9), None);
        let two = with(closed, 4).unwrap();
        assert_eq!(entries(&two)[1..3], [(USER, 1, 4), (USER, 1, 9)]);
    }

    #[test]
    fn what_a_mask_took_away_stays_away() {
        let entry = |kind, permissions, id| Entry {
            kind,
            permissions,
            id,
        };
        let mut masked = of_mode(0o770);
        masked.insert(1, entry(USER, 7, 5));
        masked.insert(3, entry(MASK, 0, NOBODY));
        let list = entries(&with(masked, 9).unwrap());
        let expected = [(USER, 0, 5), (USER, 1, 9), (OWNING_GROUP, 0, NOBODY)];
        assert_eq!(list[1..4], expected);
        assert!(list.contains(&(MASK, 1, NOBODY)));
    }

    #[test]
    fn nonsense_is_no_list() {
        for wrong in [&b""[..], b"\x03\0\0\0", b"\x02\0\0\0\x01\0\x07"] {
            assert_eq!(parse(wrong), None);
        }
    }
}
