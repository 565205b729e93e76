//! Tells the console whom it waits for, as soon as libvirt has started it.

use std::path::{Path, PathBuf};

use crate::builder::security::emulator::Emulator;
use crate::builder::security::userns::Users;
use crate::builder::{Guest, Spec, files};
use crate::console::controller::ControllerWatch;
use crate::console::peer::Peer;
use crate::driver::{Driver, Placement};

/// Where the system's libvirt has the process IDs of its emulators.
const SYSTEM: &str = "/run/libvirt/qemu";

/// Who connects to the channel of the sandbox `name`, which was just started.
pub(super) fn of(
    spec: &Spec,
    driver: &Driver,
    name: &str,
    statedir: &Path,
    controller: Option<&ControllerWatch>,
) -> Peer {
    let (emulator, users) = match &spec.guest {
        Guest::Machine(machine) => (machine.emulator, None),
        Guest::Container(container) => (None, container.users.as_ref()),
    };
    let Driver::Machine(placement) = driver else {
        let root = users.map_or(0, Users::root);
        return Peer::container(root, controller.map(ControllerWatch::pid));
    };
    let socket = files::real_guest_dir(statedir).join(files::SOCKET);
    Peer::emulator(
        emulator.map(Emulator::ids),
        pid_file(placement, emulator.is_some(), name),
        socket,
    )
}

/// The file that libvirt writes the process ID of the machine's emulator to; `has_rights` where libvirt can run it as another user. A
/// session of root's is the system's.
pub(super) fn pid_file(placement: &Placement, has_rights: bool, name: &str) -> PathBuf {
    let files = match placement {
        Placement::Session if !has_rights => glib::user_runtime_dir().join("libvirt/qemu/run"),
        Placement::System | Placement::Session => SYSTEM.into(),
        Placement::Embedded { root } => root.join("run/qemu"),
    };
    files.join(format!("{name}.pid"))
}
