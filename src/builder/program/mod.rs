//! What runs in a sandbox: the program or the service, whom it runs as, and what it may do.

mod identity;
mod system;
pub(crate) mod trace;
mod validate;

use std::ffi::OsString;

use glib::prelude::*;
use sandbox_plan::{Filter, Identity, Mount, Program as Planned};

use self::system::System;
use super::BuilderError;
use super::storage::Storage;
use crate::config::{
    Config, ConfigExt, ConfigInteractive, ConfigPropertiesExt, ConfigService, ConfigServiceSystemd,
};

/// How the program of a sandbox is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// For a client, which its streams are connected with.
    Interactive,
    /// Without one.
    Service,
    /// As the init system of the sandbox.
    System,
}

impl Kind {
    /// That of what a configuration describes.
    pub(crate) fn of(config: &Config) -> Self {
        if config.is::<ConfigServiceSystemd>() {
            Self::System
        } else if config.is::<ConfigService>() {
            Self::Service
        } else {
            Self::Interactive
        }
    }

    /// Whether it goes on without a client, and is started again.
    pub(crate) fn is_service(self) -> bool {
        self != Self::Interactive
    }
}

/// What depends on the kind of sandbox.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// The capabilities of a privileged program.
    pub capabilities: u64,
    /// Whether its kernel is the host's.
    pub shares_kernel: bool,
    /// What the environment says of the kind of sandbox.
    pub name: Option<&'static str>,
}

/// What runs in a sandbox.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Program {
    pub kind: Kind,
    /// The host name of the sandbox.
    pub hostname: String,
    /// Whether the first process tells what it does.
    pub debug: bool,
    /// Whether there is a shell beside it.
    pub shell: bool,
    /// As the guest is told of it.
    pub planned: Planned,
    system: Option<System>,
}

impl Program {
    /// Looks up what a configuration describes, and refuses what can't be run.
    pub(crate) fn look_up(
        config: &Config,
        storage: &Storage,
        place: Place,
    ) -> Result<Self, BuilderError> {
        validate::check(config)?;
        let kind = Kind::of(config);
        let hostname = validate::hostname(config)?;
        let argv = config.command().into_iter().map(identity::bytes);
        let mut argv: Vec<OsString> = argv.collect();
        let mut system = None;
        if kind == Kind::System {
            system = Some(System::look_up(storage, &mut argv)?);
            // In a container systemd takes its arguments for the kernel's, and without this the name from the root's files.
            argv.push(format!("systemd.hostname={hostname}").into());
        } else if let Some(expression) = trace::wanted() {
            argv = trace::traced(argv, &expression);
        }
        let tty = config
            .downcast_ref::<ConfigInteractive>()
            .is_some_and(ConfigInteractive::tty);
        let is_filtered = config.seccomp() && place.shares_kernel;
        // An init system is root.
        let has_capabilities = config.privileged() || kind == Kind::System;
        let workdir = config.workdir();
        let (uid, gid) = (config.uid(), config.gid());
        let planned = Planned {
            argv,
            env: identity::environment(config, tty, place.name),
            cwd_required: workdir.is_some(),
            cwd: identity::os(workdir.or_else(|| config.homedir())),
            tty,
            umask: 0o022,
            identity: Identity {
                uid,
                gid,
                groups: identity::groups(config, uid, gid),
                capabilities: if has_capabilities {
                    place.capabilities
                } else {
                    0
                },
            },
            filter: if is_filtered {
                Filter::Unusual
            } else {
                Filter::Nothing
            },
            // Directories below /run have such bits, and services do not start without.
            plain_files: config.seccomp() && kind != Kind::System && storage.gives_host_directory(),
        };
        Ok(Self {
            kind,
            hostname,
            debug: config.debug() || std::env::var_os("LIBVIRT_SANDBOX_INIT_DEBUG").is_some(),
            shell: config.shell(),
            planned,
            system,
        })
    }

    /// What is mounted for it before `mounts`.
    pub(crate) fn add_mounts(&self, mounts: Vec<Mount>) -> Vec<Mount> {
        match &self.system {
            Some(system) => system.add_mounts(mounts),
            None => mounts,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::path::Path;

    use super::*;
    use crate::builder::storage::recorded;

    fn looked_up(config: &ConfigInteractive, shares_kernel: bool) -> Planned {
        let place = Place {
            capabilities: 5,
            shares_kernel,
            name: Some("lxc-libvirt"),
        };
        let found = Program::look_up(config.upcast_ref(), &recorded(&[]), place);
        found.unwrap().planned
    }

    fn value<'a>(program: &'a Planned, key: &str) -> Option<&'a OsStr> {
        let mut variables = program.env.iter();
        let found = variables.find(|(name, _)| name == key);
        found.map(|(_, value)| value.as_os_str())
    }

    #[test]
    fn the_program_is_the_configured_one() {
        let config = ConfigInteractive::new(c"box");
        config.set_command(vec![c"/bin/echo".to_owned(), c"\xff".to_owned()]);
        config.set_uid(12345);
        config.set_gid(54321);
        config.set_username(Some(Path::new("no such user")));
        config.add_env(c"HOME", c"/elsewhere");
        let program = looked_up(&config, true);
        assert_eq!(
            program.argv,
            ["/bin/echo".into(), OsStr::from_bytes(b"\xff").to_owned()]
        );
        let identity = Identity {
            uid: 12345,
            gid: 54321,
            groups: vec![54321],
            capabilities: 0,
        };
        assert_eq!(program.identity, identity);
        assert_eq!(value(&program, "HOME"), Some(OsStr::new("/elsewhere")));
        assert_eq!(value(&program, "USER"), Some(OsStr::new("no such user")));
        assert_eq!(
            value(&program, "container"),
            Some(OsStr::new("lxc-libvirt"))
        );
        assert_eq!(
            value(&program, "CARGO_MANIFEST_DIR"),
            None,
            "the caller's environment stays outside"
        );
    }

    #[test]
    fn only_a_privileged_program_keeps_capabilities() {
        let config = ConfigInteractive::new(c"box");
        assert_eq!(looked_up(&config, true).identity.capabilities, 0);
        config.set_privileged(true);
        assert_eq!(looked_up(&config, true).identity.capabilities, 5);
    }

    #[test]
    fn programs_of_a_container_are_filtered_unless_switched_off() {
        let config = ConfigInteractive::new(c"box");
        assert_eq!(looked_up(&config, true).filter, Filter::Unusual);
        // A machine's kernel is its own.
        assert_eq!(looked_up(&config, false).filter, Filter::Nothing);
        config.set_seccomp(false);
        assert_eq!(looked_up(&config, true).filter, Filter::Nothing);
    }
}
