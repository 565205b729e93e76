//! The shell of a sandbox that another process has started.

use std::ffi::OsStr;

use glib::MainLoop;
use libvirt_sandbox::config::ConfigInteractive;
use libvirt_sandbox::console::ConsoleExt;
use libvirt_sandbox::context::list::{Listed, State, list};
use libvirt_sandbox::context::{ContextExt, ContextInteractive};
use nix::sys::signal::Signal;
use thiserror::Error;

use crate::configure;
use crate::daemon_watch::DaemonWatch;
use crate::exit_status::SANDBOX_FAILED;
use crate::list::ListError;
use crate::place::{Events, Place, PlaceError};
use crate::signals;

/// The signals that end this process, with its terminal as it was.
const FATAL: [Signal; 3] = [Signal::SIGHUP, Signal::SIGINT, Signal::SIGTERM];

/// Why there is no shell.
#[derive(Debug, Error)]
pub enum AttachError {
    #[error(transparent)]
    List(#[from] ListError),
    #[error("{}", tr!("no sandbox '{name}' of yours runs, --list tells which do", name = .0))]
    NotRunning(String),
    #[error("{}", tr!("only the process that started sandbox '{name}' reaches its shell, and has told how", name = .0))]
    Embedded(String),
    #[error(transparent)]
    Place(#[from] PlaceError),
    #[error("{}", tr!("cannot attach to the sandbox: {reason}", reason = .0))]
    Attach(#[from] glib::Error),
    #[error("{}", tr!("sandbox '{name}' has no shell, start it with --shell", name = .0))]
    NoShell(String),
    #[error("{}", tr!("cannot watch for signals: {reason}", reason = .0))]
    Signals(#[from] std::io::Error),
}

/// Carries the input and output of the shell of the sandbox `name` until somebody leaves it, or it is gone.
pub fn attach(name: &str) -> Result<(), AttachError> {
    let found = find(name, list().map_err(ListError::from)?)?;
    let place = Place::open(Some(&found.uri), Events::Wanted)?;
    let config = ConfigInteractive::new(&configure::text(OsStr::new(&found.name)));
    let context = ContextInteractive::new(&place.connection, &config);
    let attaching = DaemonWatch::begin(place.daemon(), SANDBOX_FAILED);
    context.attach()?;
    let shell = context.shell_console().map_err(glib::Error::from)?;
    let shell = shell.ok_or_else(|| AttachError::NoShell(found.name))?;
    let main_loop = MainLoop::new(None, false);
    shell.connect_closed({
        let main_loop = main_loop.clone();
        move |_, _| main_loop.quit()
    });
    signals::watch(&main_loop.context(), &FATAL, {
        let main_loop = main_loop.clone();
        move |_| main_loop.quit()
    })?;
    shell.attach_stdio()?;
    drop(attaching);
    main_loop.run();
    Ok(shell.detach()?)
}

/// What is known of the sandbox `name`, where this process can reach it.
fn find(name: &str, all: Vec<Listed>) -> Result<Listed, AttachError> {
    let running = |listed: &Listed| listed.name == name && listed.state == State::Running;
    let found = all.into_iter().find(running);
    let found = found.ok_or_else(|| AttachError::NotRunning(name.to_owned()))?;
    if found.uri.starts_with("qemu:///embed") {
        return Err(AttachError::Embedded(found.name));
    }
    Ok(found)
}
