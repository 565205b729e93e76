//! Tells whether a directory may be trusted with files of ours, and gives such files away.

use std::fs::Metadata;
use std::io;
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use nix::fcntl::{AtFlags, OFlag, open};
use nix::sys::stat::{Mode, SFlag, fchmod, fstat};
use nix::unistd::{Gid, Uid, fchownat, getegid, geteuid};

use crate::tree;

/// Who else than its owner may write to a directory, by its mode.
const OTHERS: u32 = 0o022;

/// Where only the owner of an entry may rename it.
const STICKY: u32 = 0o1000;

/// Why a directory can't be trusted.
#[derive(Debug)]
pub enum Unfit {
    /// It can't be looked at.
    Unreadable(io::Error),
    /// It is something else, or a link to a directory.
    NoDirectory,
    /// It is another user's.
    Foreign,
    /// Other users may write to it.
    Open,
}

/// Whether `path` is a directory of this user alone: no link to one, and nobody else may write to it.
pub fn check_own(path: &Path) -> Result<(), Unfit> {
    let about = look(path)?;
    if !is_ours(&about) {
        Err(Unfit::Foreign)
    } else if about.mode() & OTHERS != 0 {
        Err(Unfit::Open)
    } else {
        Ok(())
    }
}

/// Whether what this user makes in the directory `path` stays what it is: nobody else but root may rename it.
pub fn check_holder(path: &Path) -> Result<(), Unfit> {
    let about = look(path)?;
    if !is_ours(&about) && about.uid() != 0 {
        return Err(Unfit::Foreign);
    }
    // Where every user has a group of their own, that is no other user.
    let of_own_group = about.mode() & OTHERS == 0o020 && about.gid() == getegid().as_raw();
    if about.mode() & OTHERS == 0 || about.mode() & STICKY != 0 || of_own_group {
        Ok(())
    } else {
        Err(Unfit::Open)
    }
}

fn look(path: &Path) -> Result<Metadata, Unfit> {
    let about = path.symlink_metadata().map_err(Unfit::Unreadable)?;
    if about.is_dir() {
        Ok(about)
    } else {
        Err(Unfit::NoDirectory)
    }
}

fn is_ours(about: &Metadata) -> bool {
    Uid::from_raw(about.uid()) == geteuid()
}

/// Gives a directory what it lacks of `mode`, as far as this user may: the umask of whoever made it may have taken that away.
pub fn allow(path: &Path, mode: u32) -> io::Result<()> {
    let directory = open(path, tree::DIRECTORY, Mode::empty())?;
    let about = fstat(&directory)?;
    let present = Mode::from_bits_truncate(about.st_mode);
    let wanted = present | Mode::from_bits_truncate(mode);
    let may = geteuid().is_root() || Uid::from_raw(about.st_uid) == geteuid();
    if may && wanted != present {
        fchmod(&directory, wanted)?;
    }
    Ok(())
}

/// Gives `path`, which this user has made, to another one. A link in its place is not followed, and what is somebody else's
/// already is not given to anyone.
pub fn give(path: &Path, owner: u32, group: u32) -> io::Result<()> {
    let file = open(
        path,
        OFlag::O_PATH | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC,
        Mode::empty(),
    )?;
    let about = fstat(&file)?;
    let is_link = SFlag::from_bits_truncate(about.st_mode) & SFlag::S_IFMT == SFlag::S_IFLNK;
    let is_given = about.st_uid == owner;
    if is_link || (Uid::from_raw(about.st_uid) != geteuid() && !is_given) {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    let (owner, group) = (Uid::from_raw(owner), Gid::from_raw(group));
    fchownat(
        file.as_fd(),
        "",
        Some(owner),
        Some(group),
        AtFlags::AT_EMPTY_PATH,
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn mode(path: &Path, mode: u32) {
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn what_a_umask_took_away_is_given_back() {
        let base = tempfile::tempdir().unwrap();
        let allowed = |before| {
            mode(base.path(), before);
            allow(base.path(), 0o711).unwrap();
            base.path().metadata().unwrap().mode() & 0o7777
        };
        assert_eq!(allowed(0o700), 0o711);
        assert_eq!(allowed(0o1755), 0o1755, "and nothing is taken");
    }

    #[test]
    fn only_a_closed_directory_of_one_s_own_is_taken() {
        let base = tempfile::tempdir().unwrap();
        let path = base.path().join("base");
        assert!(matches!(check_own(&path), Err(Unfit::Unreadable(_))));
        fs::create_dir(&path).unwrap();
        for good in [0o700, 0o711, 0o755] {
            mode(&path, good);
            assert!(check_own(&path).is_ok());
        }
        for open in [0o770, 0o702, 0o1777] {
            mode(&path, open);
            assert!(matches!(check_own(&path), Err(Unfit::Open)), "{open:o}");
        }
        let (file, link) = (base.path().join("file"), base.path().join("link"));
        fs::write(&file, "").unwrap();
        mode(&path, 0o700);
        symlink(&path, &link).unwrap();
        for other in [file, link] {
            assert!(matches!(check_own(&other), Err(Unfit::NoDirectory)));
        }
    }

    #[test]
    fn what_is_made_must_stay_what_it_is() {
        let base = tempfile::tempdir().unwrap();
        for (good, bits) in [
            (true, 0o755),
            (true, 0o1777),
            (false, 0o777),
            (false, 0o702),
        ] {
            mode(base.path(), bits);
            assert_eq!(check_holder(base.path()).is_ok(), good, "{bits:o}");
        }
        assert!(check_holder(Path::new("/")).is_ok());
        mode(base.path(), 0o700);
    }

    #[test]
    fn no_link_is_followed_to_what_is_given() {
        let base = tempfile::tempdir().unwrap();
        let (file, link) = (base.path().join("file"), base.path().join("link"));
        fs::write(&file, "").unwrap();
        symlink(&file, &link).unwrap();
        let (user, group) = (geteuid().as_raw(), getegid().as_raw());
        give(&file, user, group).unwrap();
        let refused = give(&link, user, group).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::PermissionDenied);
        if geteuid().is_root() {
            give(&file, 65534, 65534).unwrap();
            assert_eq!(fs::metadata(&file).unwrap().uid(), 65534);
            // Again for the same user, as for a second start, but for nobody else.
            give(&file, 65534, 65534).unwrap();
            assert!(give(&file, 65533, 65533).is_err());
        }
    }
}
