//! Whom a program runs as, and its environment.

use std::ffi::{CString, OsString};
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;

use nix::unistd::{Gid, Uid, User, getgrouplist};

use crate::config::{Config, ConfigExt, ConfigPropertiesExt};

/// Where programs are looked for.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// The groups that the host has the user in; a user it does not know has only the one that is configured.
pub(super) fn groups(config: &Config, uid: u32, gid: u32) -> Vec<u32> {
    let name = os(config.username());
    let known = name.to_str().and_then(|name| User::from_name(name).ok()?);
    let known = known.filter(|user| user.uid == Uid::from_raw(uid));
    let groups = known
        .and_then(|user| CString::new(user.name).ok())
        .and_then(|name| getgrouplist(&name, Gid::from_raw(gid)).ok());
    groups.map_or_else(
        || vec![gid],
        |groups| groups.into_iter().map(Gid::as_raw).collect(),
    )
}

/// Only what the program needs, and what was asked for: nothing of the caller's environment but its language and terminal.
pub(super) fn environment(
    config: &Config,
    tty: bool,
    container: Option<&str>,
) -> Vec<(OsString, OsString)> {
    let user = os(config.username());
    let mut all: Vec<(OsString, OsString)> = vec![
        ("PATH".into(), PATH.into()),
        ("HOME".into(), os(config.homedir())),
        ("USER".into(), user.clone()),
        ("USERNAME".into(), user.clone()),
        ("LOGNAME".into(), user),
    ];
    let terminal = std::env::var_os("TERM").filter(|term| tty && !term.is_empty());
    all.push((
        "TERM".into(),
        terminal.unwrap_or_else(|| if tty { "linux" } else { "dumb" }.into()),
    ));
    let language = std::env::var_os("LANG").filter(|language| !language.is_empty());
    all.push(("LANG".into(), language.unwrap_or_else(|| "C".into())));
    all.extend(container.map(|kind| ("container".into(), kind.into())));
    for (key, value) in config.envs() {
        let key = bytes(key);
        all.retain(|(existing, _)| *existing != key);
        all.push((key, bytes(value)));
    }
    all
}

pub(super) fn os(text: Option<PathBuf>) -> OsString {
    text.map(PathBuf::into_os_string).unwrap_or_default()
}

pub(super) fn bytes(text: CString) -> OsString {
    OsString::from_vec(text.into_bytes())
}
