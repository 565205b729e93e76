//! As whom a process runs: user, groups and capabilities.

use nix::errno::Errno;
use nix::sys::prctl;
use nix::unistd::{Gid, Uid, setgroups, setresgid, setresuid};
use sandbox_plan::Identity;

use crate::error::{Error, OrError};
use crate::system;

/// Number of the capability to signal other users' processes.
pub const CAP_KILL: u32 = 5;

/// Number of the capability to unmount.
pub const CAP_SYS_ADMIN: u32 = 21;

/// Number of the capability to set up networks.
pub const CAP_NET_ADMIN: u32 = 12;

/// Refuses what system calls take for "leave it as it is", which would be the first process's own identity.
pub fn check(identity: &Identity) -> Result<(), Error> {
    let numbers = [identity.uid, identity.gid];
    if numbers
        .iter()
        .chain(&identity.groups)
        .any(|number| *number == u32::MAX)
    {
        let text = format!("{} is not the number of a user or group", u32::MAX);
        return Err(Error::Impossible(text));
    }
    Ok(())
}

/// Makes the calling process that of `identity`, for good.
pub fn assume(identity: &Identity) -> Result<(), Error> {
    let (uid, gid) = (Uid::from_raw(identity.uid), Gid::from_raw(identity.gid));
    let groups: Vec<Gid> = identity.groups.iter().copied().map(Gid::from_raw).collect();
    let kept = identity.capabilities & permitted()?;

    limit_bounding(kept)?;
    prctl::set_keepcaps(kept != 0).or_error(|| "keep capabilities".into())?;
    setgroups(&groups).or_error(|| "set the groups".into())?;
    setresgid(gid, gid, gid).or_error(|| format!("become group {gid}"))?;
    setresuid(uid, uid, uid).or_error(|| format!("become user {uid}"))?;
    set_capabilities(kept, kept)?;
    set_ambient(if uid.is_root() { 0 } else { kept })?;
    prctl::set_no_new_privs().or_error(|| "refuse new privileges".into())
}

/// Gives up every capability of the calling process but those in the bit mask `keep`, for good.
pub fn confine(keep: u64) -> Result<(), Error> {
    let kept = keep & permitted()?;
    limit_bounding(0)?;
    set_ambient(0)?;
    set_capabilities(kept, 0)?;
    prctl::set_no_new_privs().or_error(|| "refuse new privileges".into())
}

/// Leaves root, as which the calling process goes on, no capabilities but those in the bit mask `keep`, once it executes a
/// program.
pub fn limit_programs(keep: u64) -> Result<(), Error> {
    let kept = keep & permitted()?;
    limit_bounding(kept)?;
    set_ambient(0)?;
    set_capabilities(permitted()?, 0)
}

/// The capabilities that the calling process may use.
fn permitted() -> Result<u64, Error> {
    system::permitted_capabilities().or_error(|| "read the capabilities".into())
}

fn set_capabilities(mask: u64, inheritable: u64) -> Result<(), Error> {
    system::set_capabilities(mask, inheritable).or_error(|| "set the capabilities".into())
}

fn limit_bounding(mask: u64) -> Result<(), Error> {
    for capability in (0..u64::BITS).filter(|capability| mask >> capability & 1 == 0) {
        match system::drop_from_bounding_set(capability) {
            // This and all higher numbers are unknown to the kernel.
            Err(Errno::EINVAL) => break,
            other => other.or_error(|| "limit the capabilities".into())?,
        };
    }
    Ok(())
}

fn set_ambient(mask: u64) -> Result<(), Error> {
    system::clear_ambient_set().or_error(|| "clear the ambient capabilities".into())?;
    for capability in (0..u64::BITS).filter(|capability| mask >> capability & 1 == 1) {
        system::raise_ambient(capability).or_error(|| "hand on the capabilities".into())?;
    }
    Ok(())
}
