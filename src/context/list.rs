//! The sandboxes of the calling user: those that run, and the services that are defined.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use glib::prelude::*;
use glib::{Variant, VariantDict};
use libvirt_glib::gobject::{Connection, DomainState};
use sandbox_state::is_held;
use serde::Serialize;
use thiserror::Error;

use super::statedir::StateDirError;
use super::{client_note, servicedir, statedir};
use crate::config::saved_command;
use crate::driver::{Driver, Placement};

/// Why sandboxes can't be listed.
#[derive(Debug, Error)]
pub enum ListError {
    /// There is no place where they can be.
    #[error(transparent)]
    Base(#[from] StateDirError),
    /// That can't be read.
    #[error("{}", tr!("cannot read {path}: {source}", path = path.display(), source))]
    Read {
        /// The directory.
        path: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
}

impl From<ListError> for glib::Error {
    fn from(error: ListError) -> Self {
        let domain = glib::Quark::from_str("gvir-sandbox-context");
        Self::with_domain(domain, 0, &error.to_string())
    }
}

/// A sandbox that runs, or a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// Whether it is a program or a service.
    pub kind: Kind,
    /// The URI of the connection that it is on.
    pub uri: String,
    /// The hypervisor of libvirt: `lxc` or `qemu`.
    pub driver: &'static str,
    /// What is known of it.
    pub state: State,
    /// The process that started it; a service has none.
    pub pid: Option<u32>,
    /// When it was started, in seconds since 1970; not known of a service.
    pub since: Option<i64>,
    /// The program and its arguments; what is not UTF-8 in it is replaced by U+FFFD.
    pub command: Vec<String>,
}

/// What a sandbox is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// It runs a program for the process that started it.
    Interactive,
    /// libvirt keeps it.
    Service,
}

/// What is known of a sandbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It runs.
    Running,
    /// It is defined and does not run.
    Stopped,
    /// libvirt has no domain of its name any more.
    Undefined,
    /// Its connection can't be opened.
    Unknown,
}

impl Kind {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Interactive => "interactive",
            Self::Service => "service",
        }
    }
}

impl State {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Stopped => "stopped",
            Self::Undefined => "undefined",
            Self::Unknown => "unknown",
        }
    }
}

/// The sandboxes of the calling user, by name, and then the services. For services their connections are opened.
pub fn list() -> Result<Vec<Listed>, ListError> {
    let mut all = sandboxes_below(&statedir::base()?)?;
    all.extend(services_below(&servicedir::base())?);
    Ok(all)
}

fn sandboxes_below(base: &Path) -> Result<Vec<Listed>, ListError> {
    let directories = directories(base)?.into_iter();
    Ok(directories
        .filter_map(|(name, path)| sandbox(name, &path))
        .collect())
}

/// What the state directory tells, unless its sandbox is gone, or only just going.
fn sandbox(name: String, path: &Path) -> Option<Listed> {
    // Only with a client is the lock tried, which must not be in the way of somebody who takes the name of a dead sandbox.
    let client = client_note::living(path)?;
    if !is_held(path) {
        return None;
    }
    Some(Listed {
        name,
        kind: Kind::Interactive,
        driver: driver_name(&client.uri),
        uri: client.uri,
        state: State::Running,
        pid: Some(client.pid),
        since: Some(client.since),
        command: client.command,
    })
}

fn services_below(base: &Path) -> Result<Vec<Listed>, ListError> {
    let mut connections: Vec<(String, Option<Connection>)> = Vec::new();
    let mut services = Vec::new();
    for (name, path) in directories(base)? {
        let uri = fs::read_to_string(path.join("connection")).ok();
        let command = saved_command(&path.join("config/sandbox.cfg"));
        let (Some(uri), Ok(command)) = (uri, command) else {
            continue;
        };
        let known = connections.iter().position(|(known, _)| *known == uri);
        let index = known.unwrap_or_else(|| {
            connections.push((uri.clone(), open(&uri)));
            connections.len() - 1
        });
        services.push(Listed {
            state: state(connections[index].1.as_ref(), &name),
            name,
            kind: Kind::Service,
            driver: driver_name(&uri),
            uri,
            pid: None,
            since: None,
            command: client_note::words(&command),
        });
    }
    for (_, connection) in connections {
        if let Some(connection) = connection {
            connection.close();
        }
    }
    Ok(services)
}

/// The connection with all its domains; an embedded driver is another process's.
fn open(uri: &str) -> Option<Connection> {
    if matches!(
        Driver::from_uri(uri),
        Err(_) | Ok(Driver::Machine(Placement::Embedded { .. }))
    ) {
        return None;
    }
    let connection = Connection::new(Some(uri));
    let opened = connection.open().and_then(|()| connection.fetch_domains());
    if let Err(error) = &opened {
        glib::g_info!(
            crate::log::LOG_DOMAIN,
            "{}",
            tr!("cannot connect to {uri}: {error}", uri, error)
        );
    }
    opened.ok().map(|()| connection)
}

fn state(connection: Option<&Connection>, name: &str) -> State {
    let Some(connection) = connection else {
        return State::Unknown;
    };
    let Some(domain) = connection.find_domain_by_name(name) else {
        return State::Undefined;
    };
    match domain.info() {
        Ok(info) if info.state == DomainState::Shutoff => State::Stopped,
        Ok(_) => State::Running,
        Err(_) => State::Unknown,
    }
}

fn driver_name(uri: &str) -> &'static str {
    match Driver::from_uri(uri) {
        Ok(Driver::Container) => "lxc",
        _ => "qemu",
    }
}

/// The directories below `base` that are named as sandboxes are, in order; none when there is no such place.
fn directories(base: &Path) -> Result<Vec<(String, PathBuf)>, ListError> {
    let failed = |source| ListError::Read {
        path: base.to_owned(),
        source,
    };
    let entries = match fs::read_dir(base) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(failed)?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.map_err(failed)?;
        if let Ok(name) = entry.file_name().into_string()
            && statedir::check_name(&name).is_ok()
        {
            found.push((name, entry.path()));
        }
    }
    found.sort();
    Ok(found)
}

impl ToVariant for Listed {
    /// A dictionary that has only what is known.
    fn to_variant(&self) -> Variant {
        let entries = VariantDict::new(None);
        entries.insert("name", &self.name);
        entries.insert("kind", self.kind.name());
        entries.insert("uri", &self.uri);
        entries.insert("driver", self.driver);
        entries.insert("state", self.state.name());
        entries.insert("command", &self.command);
        if let Some(pid) = self.pid {
            entries.insert("pid", pid);
        }
        if let Some(since) = self.since {
            entries.insert("since", since);
        }
        entries.end()
    }
}

impl StaticVariantType for Listed {
    fn static_variant_type() -> std::borrow::Cow<'static, glib::VariantTy> {
        glib::VariantTy::VARDICT.into()
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::CString;

    use sandbox_state::layout::CLIENT;

    use super::*;
    use crate::context::client_note::{Client, note};
    use crate::context::statedir::{Audience, StateDir};

    fn command() -> Vec<CString> {
        vec![c"echo".to_owned(), c"\xff".to_owned()]
    }

    #[test]
    fn only_what_runs_is_listed() {
        let base = tempfile::tempdir().unwrap();
        assert_eq!(sandboxes_below(&base.path().join("none")).unwrap(), []);
        let running = StateDir::claim_below(base.path(), "running", Audience::Owner).unwrap();
        assert_eq!(
            sandboxes_below(base.path()).unwrap(),
            [],
            "it is being started"
        );
        note(running.path(), "lxc:///", &command()).unwrap();
        // One whose client was killed, and one whose client's number belongs to somebody else since.
        for (name, pid) in [("killed", u32::MAX), ("crashed", std::process::id())] {
            let stale = base.path().join(name);
            fs::create_dir(&stale).unwrap();
            fs::write(stale.join("lock"), "").unwrap();
            let client = Client {
                pid,
                uri: "lxc:///".into(),
                since: 0,
                command: Vec::new(),
            };
            fs::write(stale.join(CLIENT), serde_json::to_string(&client).unwrap()).unwrap();
        }
        fs::create_dir(base.path().join(".embed-1-0")).unwrap();

        let list = sandboxes_below(base.path()).unwrap();
        let [listed] = list.as_slice() else {
            panic!("{list:?}")
        };
        assert_eq!(listed.name, "running");
        assert_eq!(listed.pid, Some(std::process::id()));
        assert_eq!(listed.command, ["echo", "\u{fffd}"]);
        let dictionary = VariantDict::from(listed.to_variant());
        assert_eq!(dictionary.lookup::<u32>("pid").unwrap(), listed.pid);
        assert_eq!(dictionary.lookup::<i64>("since").unwrap(), listed.since);
        let state: Option<String> = dictionary.lookup("state").unwrap();
        assert_eq!(state.as_deref(), Some("running"));
        drop(running);
        assert_eq!(sandboxes_below(base.path()).unwrap(), []);
    }

    #[test]
    fn a_service_that_can_not_be_asked_about_is_listed() {
        let base = tempfile::tempdir().unwrap();
        let path = base.path().join("web");
        fs::create_dir_all(path.join("config")).unwrap();
        // A class that this process does not know.
        let config = "[api]\nclass=OwnService\n[command]\nargv.0=serve\n";
        fs::write(path.join("config/sandbox.cfg"), config).unwrap();
        fs::write(path.join("connection"), "qemu:///embed?root=/nonexistent").unwrap();
        fs::create_dir(base.path().join("being-defined")).unwrap();
        let list = services_below(base.path()).unwrap();
        assert_eq!(list.len(), 1);
        assert_eq!(
            (list[0].state, list[0].kind),
            (State::Unknown, Kind::Service)
        );
        assert_eq!(
            (list[0].driver, list[0].command[0].as_str()),
            ("qemu", "serve")
        );
    }
}
