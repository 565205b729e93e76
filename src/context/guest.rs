//! Tells the console whom it waits for, as soon as libvirt has started it.

use std::path::{Path, PathBuf};

use super::uri::{Driver, Placement};
use crate::builder::emulator::Emulator;
use crate::builder::{Builder, BuilderError, files, userns};
use crate::config::Config;
use crate::console::controller::ControllerWatch;
use crate::console::peer::Peer;

/// Where the system's libvirt has the process IDs of its emulators.
const SYSTEM: &str = "/run/libvirt/qemu";

/// Who connects to the channel of the sandbox `name`, which was just started.
pub(super) fn of(
    builder: &Builder,
    driver: &Driver,
    config: &Config,
    name: &str,
    statedir: &Path,
    controller: Option<&ControllerWatch>,
) -> Result<Peer, BuilderError> {
    let Driver::Machine(placement) = driver else {
        let (root, _) = userns::root_of(config)?;
        return Ok(Peer::container(root, controller.map(ControllerWatch::pid)));
    };
    let emulator = Emulator::of(builder, driver, config)?;
    let socket = files::real_guest_dir(statedir).join(files::SOCKET);
    let directory = pid_files(placement, emulator.is_some());
    let pid_file = directory.join(format!("{name}.pid"));
    Ok(Peer::emulator(
        emulator.map(Emulator::ids),
        pid_file,
        socket,
    ))
}

/// Where libvirt has the process IDs of its emulators; `has_rights` where it can run them as others. A session of root's is the
/// system's.
fn pid_files(placement: &Placement, has_rights: bool) -> PathBuf {
    match placement {
        Placement::Session if !has_rights => glib::user_runtime_dir().join("libvirt/qemu/run"),
        Placement::System | Placement::Session => SYSTEM.into(),
        Placement::Embedded { root } => root.join("run/qemu"),
    }
}
