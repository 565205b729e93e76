//! From a configuration to the plan that the guest carries out.

use std::ffi::{CString, OsString};
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;

use glib::prelude::*;
use nix::unistd::{Gid, Uid, User, getgrouplist};
use sandbox_plan::{
    Channel, Container, Disk, Filter, Identity, Kind, Machine, Mount, Overlay, Plan, Program,
};

use crate::builder::BuilderError;
use crate::builder::network::hosts_file;
use crate::builder::network::networks;
use crate::builder::program::requests;
use crate::builder::program::system;
use crate::builder::program::trace;
use crate::builder::storage::mounts;
use crate::config::{
    Config, ConfigExt, ConfigInteractive, ConfigPropertiesExt, ConfigService, ConfigServiceSystemd,
};

/// Where programs are looked for.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// What the plan owes to the driver.
pub(crate) struct Guest {
    /// How the guest reaches the host, where a client waits for it.
    pub channel: Channel,
    /// The terminal device of the log, on which a service runs.
    pub log_device: &'static str,
    /// What a virtual machine needs to get going.
    pub machine: Option<Machine>,
    /// What a container makes its root of.
    pub container: Option<Container>,
    /// What makes its root writable.
    pub overlay: Option<Overlay>,
    /// What the guest mounts.
    pub mounts: Vec<Mount>,
    /// The disks that it names.
    pub disks: Vec<Disk>,
    /// The terminal device of the administrative shell.
    pub shell_device: &'static str,
    /// The capabilities of a privileged program.
    pub capabilities: u64,
    /// What the environment says of the kind of sandbox.
    pub kind: Option<&'static str>,
}

/// Makes the plan.
pub(crate) fn make(config: &Config, guest: Guest) -> Result<Plan, BuilderError> {
    let is_system = config.is::<ConfigServiceSystemd>();
    requests::check(config)?;
    let hostname = requests::hostname(config)?;
    let kind = if is_system {
        Kind::System
    } else if config.is::<ConfigService>() {
        Kind::Service(guest.log_device.into())
    } else {
        Kind::Interactive(guest.channel)
    };
    let mut argv: Vec<OsString> = config.command().into_iter().map(bytes).collect();
    let mut mounts = guest.mounts;
    if is_system {
        system::find(config, &mut argv)?;
        // In a container systemd takes its arguments for the kernel's, and without this the name from the root's files.
        argv.push(format!("systemd.hostname={hostname}").into());
        mounts = system::add_mounts(config, mounts);
    } else if let Some(expression) = trace::wanted() {
        argv = trace::traced(argv, &expression);
    }
    let tty = config
        .downcast_ref::<ConfigInteractive>()
        .is_some_and(ConfigInteractive::tty);
    let is_machine = guest.machine.is_some();
    // A machine's kernel is its own.
    let filter = if config.seccomp() && !is_machine {
        Filter::Unusual
    } else {
        Filter::Nothing
    };
    // An init system is root.
    let has_capabilities = config.privileged() || is_system;
    let capabilities = if has_capabilities {
        guest.capabilities
    } else {
        0
    };
    let workdir = config.workdir();
    let interfaces = networks::interfaces(config)?;
    let hosts = hosts_file::file(config, &hostname, !interfaces.is_empty());
    Ok(Plan {
        hostname,
        debug: wants_debug(config),
        kind,
        machine: guest.machine,
        container: guest.container,
        overlay: guest.overlay,
        mounts,
        disks: guest.disks,
        interfaces,
        resolver: networks::resolver(config, is_machine),
        hosts,
        shell: config.shell().then(|| guest.shell_device.into()),
        program: Program {
            argv,
            env: environment(config, tty, guest.kind),
            cwd_required: workdir.is_some(),
            cwd: os(workdir.or_else(|| config.homedir())),
            tty,
            umask: 0o022,
            identity: identity(config, capabilities),
            filter,
            // Directories below /run have such bits, and services do not start without.
            plain_files: config.seccomp() && !is_system && mounts::gives_host_directory(config),
        },
    })
}

/// Whether the guest tells what it does.
pub(crate) fn wants_debug(config: &Config) -> bool {
    config.debug() || std::env::var_os("LIBVIRT_SANDBOX_INIT_DEBUG").is_some()
}

fn identity(config: &Config, capabilities: u64) -> Identity {
    let (uid, gid) = (config.uid(), config.gid());
    Identity {
        uid,
        gid,
        groups: groups(config, uid, gid),
        capabilities,
    }
}

/// The groups that the host has the user in; a user it does not know has only the one that is configured.
pub(crate) fn groups(config: &Config, uid: u32, gid: u32) -> Vec<u32> {
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
fn environment(config: &Config, tty: bool, container: Option<&str>) -> Vec<(OsString, OsString)> {
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

fn os(text: Option<PathBuf>) -> OsString {
    text.map(PathBuf::into_os_string).unwrap_or_default()
}

fn bytes(text: CString) -> OsString {
    OsString::from_vec(text.into_bytes())
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    use super::*;
    use crate::config::ConfigServiceGeneric;

    fn guest() -> Guest {
        Guest {
            channel: Channel::Socket("/dev/x".into()),
            log_device: "/dev/tty1",
            machine: None,
            overlay: None,
            container: None,
            mounts: Vec::new(),
            disks: Vec::new(),
            shell_device: "/dev/tty2",
            capabilities: 5,
            kind: Some("lxc-libvirt"),
        }
    }

    fn value<'a>(plan: &'a Plan, key: &str) -> Option<&'a OsStr> {
        plan.program
            .env
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value.as_os_str())
    }

    #[test]
    fn the_program_is_the_configured_one() {
        let config = ConfigInteractive::new(c"box");
        config.set_command(vec![c"/bin/echo".to_owned(), c"\xff".to_owned()]);
        config.set_uid(12345);
        config.set_gid(54321);
        config.set_username(Some(std::path::Path::new("no such user")));
        config.add_env(c"HOME", c"/elsewhere");
        let plan = make(config.upcast_ref(), guest()).unwrap();
        assert_eq!(plan.hostname, "box");
        assert_eq!(
            plan.program.argv,
            ["/bin/echo".into(), OsStr::from_bytes(b"\xff").to_owned()]
        );
        let identity = Identity {
            uid: 12345,
            gid: 54321,
            groups: vec![54321],
            capabilities: 0,
        };
        assert_eq!(plan.program.identity, identity);
        assert_eq!(value(&plan, "HOME"), Some(OsStr::new("/elsewhere")));
        assert_eq!(value(&plan, "USER"), Some(OsStr::new("no such user")));
        assert_eq!(value(&plan, "container"), Some(OsStr::new("lxc-libvirt")));
        assert_eq!(
            value(&plan, "CARGO_MANIFEST_DIR"),
            None,
            "the caller's environment stays outside"
        );
    }

    #[test]
    fn only_a_privileged_program_keeps_capabilities() {
        let config = ConfigInteractive::new(c"box");
        config.set_privileged(true);
        assert_eq!(
            make(config.upcast_ref(), guest())
                .unwrap()
                .program
                .identity
                .capabilities,
            5
        );
    }

    #[test]
    fn the_class_of_the_configuration_decides_on_how_it_runs() {
        let kind = |config: &Config| make(config, guest()).unwrap().kind;
        assert_eq!(
            kind(ConfigInteractive::new(c"box").upcast_ref()),
            Kind::Interactive(Channel::Socket("/dev/x".into()))
        );
        assert_eq!(
            kind(ConfigServiceGeneric::new(c"box").upcast_ref()),
            Kind::Service("/dev/tty1".into())
        );
    }

    #[test]
    fn programs_of_a_container_are_filtered_unless_switched_off() {
        let config = ConfigInteractive::new(c"box");
        let filter = |guest: Guest| make(config.upcast_ref(), guest).unwrap().program.filter;
        assert_eq!(filter(guest()), Filter::Unusual);
        let machine = Guest {
            machine: Some(Machine {
                modules: Vec::new(),
                drivers: Vec::new(),
                root: Mount {
                    fstype: "9p".into(),
                    source: "root".into(),
                    target: "/".into(),
                    options: String::new(),
                    read_only: true,
                    ..Mount::default()
                },
                below_root: Vec::new(),
                gaps: Vec::new(),
            }),
            ..guest()
        };
        assert_eq!(filter(machine), Filter::Nothing);
        config.set_seccomp(false);
        assert_eq!(filter(guest()), Filter::Nothing);
    }

    #[test]
    fn a_shell_gets_its_device() {
        let config = ConfigInteractive::new(c"box");
        assert_eq!(make(config.upcast_ref(), guest()).unwrap().shell, None);
        config.set_shell(true);
        assert_eq!(
            make(config.upcast_ref(), guest()).unwrap().shell,
            Some("/dev/tty2".into())
        );
    }
}
