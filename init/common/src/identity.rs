//! As whom a process runs: user, groups and capabilities.

use nix::errno::Errno;
use nix::libc;
use nix::sys::prctl;
use nix::unistd::{Gid, Uid, setgroups, setresgid, setresuid};
use sandbox_plan::Identity;

use crate::error::{Error, OrError};

/// Number of the capability to signal other users' processes.
pub const CAP_KILL: u32 = 5;

/// Number of the capability to unmount.
pub const CAP_SYS_ADMIN: u32 = 21;

/// Number of the capability to set up networks.
pub const CAP_NET_ADMIN: u32 = 12;

/// `_LINUX_CAPABILITY_VERSION_3`
const CAPABILITY_VERSION: u32 = 0x2008_0522;

#[repr(C)]
struct CapabilityHeader {
    version: u32,
    pid: libc::c_int,
}

#[repr(C)]
#[derive(Clone, Copy, Default)]
struct CapabilityWord {
    effective: u32,
    permitted: u32,
    inheritable: u32,
}

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
    let mut header = CapabilityHeader {
        version: CAPABILITY_VERSION,
        pid: 0,
    };
    let mut words = [CapabilityWord::default(); 2];
    // SAFETY: version 3 writes two words; header and words outlive the call.
    let result = unsafe { libc::syscall(libc::SYS_capget, &mut header, words.as_mut_ptr()) };
    Errno::result(result).or_error(|| "read the capabilities".into())?;
    Ok(u64::from(words[0].permitted) | u64::from(words[1].permitted) << 32)
}

fn set_capabilities(mask: u64, inheritable: u64) -> Result<(), Error> {
    let header = CapabilityHeader {
        version: CAPABILITY_VERSION,
        pid: 0,
    };
    let word = |shift: u32| CapabilityWord {
        effective: (mask >> shift) as u32,
        permitted: (mask >> shift) as u32,
        inheritable: (inheritable >> shift) as u32,
    };
    let words = [word(0), word(32)];
    // SAFETY: version 3 reads two words; header and words outlive the call.
    let result = unsafe { libc::syscall(libc::SYS_capset, &header, words.as_ptr()) };
    Errno::result(result)
        .or_error(|| "set the capabilities".into())
        .map(drop)
}

/// prctl(2) with its arguments as wide as the kernel takes them: it is variadic, so nothing else widens them.
fn prctl_with(operation: libc::c_int, first: u64, second: u64) -> nix::Result<()> {
    const NONE: libc::c_ulong = 0;
    let [first, second] = [first as libc::c_ulong, second as libc::c_ulong];
    // SAFETY: the operations that are asked for here take numbers by value, and no pointers.
    Errno::result(unsafe { libc::prctl(operation, first, second, NONE, NONE) }).map(drop)
}

fn limit_bounding(mask: u64) -> Result<(), Error> {
    for capability in (0..u64::BITS).filter(|capability| mask >> capability & 1 == 0) {
        match prctl_with(libc::PR_CAPBSET_DROP, capability.into(), 0) {
            // This and all higher numbers are unknown to the kernel.
            Err(Errno::EINVAL) => break,
            other => other.or_error(|| "limit the capabilities".into())?,
        };
    }
    Ok(())
}

fn set_ambient(mask: u64) -> Result<(), Error> {
    let change =
        |what: libc::c_int, capability| prctl_with(libc::PR_CAP_AMBIENT, what as u64, capability);
    change(libc::PR_CAP_AMBIENT_CLEAR_ALL, 0)
        .or_error(|| "clear the ambient capabilities".into())?;
    for capability in (0..u64::BITS).filter(|capability| mask >> capability & 1 == 1) {
        change(libc::PR_CAP_AMBIENT_RAISE, capability.into())
            .or_error(|| "hand on the capabilities".into())?;
    }
    Ok(())
}
