//! Ends this process when libvirt's daemon hangs: a call to it would never return.

use std::process;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use libvirt_sandbox::context::kvm::{self, Excluded};
use libvirt_sandbox::driver::{Driver, Placement};
use nix::unistd::geteuid;

use crate::say::say;

/// How long a call to the daemon may take before it is asked whether it lives, and how long it may take to answer.
const TIMEOUT: Duration = Duration::from_secs(15);

/// Watches calls to the daemon, until it is dropped.
pub struct DaemonWatch(#[expect(dead_code, reason = "its end is the message")] Option<Sender<()>>);

impl DaemonWatch {
    /// Ends this process with `status` when the daemon behind `uri` hangs. The reaper removes what is left then. A daemon that
    /// is only slow has all the time that it needs.
    pub fn begin(uri: Option<String>, status: u8) -> Self {
        let Some(uri) = uri else {
            return Self(None);
        };
        let (over, is_over) = mpsc::channel();
        let thread = thread::Builder::new().spawn(move || watch(&uri, status, &is_over));
        // Without it there is no bound, and nothing else is lost.
        Self(thread.is_ok().then_some(over))
    }
}

/// How long a start may take before its user is told why.
const SHORT: Duration = Duration::from_secs(5);

/// Tells, if a start takes long, that libvirt looks again and again at what QEMU can do, where that is to be expected, until the
/// result is dropped.
pub fn tell_if_slow(uri: &str) -> Option<Sender<()>> {
    let is_systems = match Driver::from_uri(uri) {
        Ok(Driver::Machine(Placement::System)) => true,
        Ok(Driver::Machine(Placement::Session)) => geteuid().is_root(),
        _ => false,
    };
    let excluded = kvm::excluded().filter(|_| is_systems)?;
    let (over, is_over) = mpsc::channel();
    let thread = thread::Builder::new().spawn(move || {
        if is_over.recv_timeout(SHORT) == Err(RecvTimeoutError::Timeout) {
            let Excluded { user, group } = excluded;
            say(&match group {
                Some(group) => tr!(
                    "libvirt takes a minute to start a machine, for {user}, whom it runs QEMU as, can't open /dev/kvm: run 'usermod --append --groups {group} {user}' and restart its daemon, or use -c qemu:///embed",
                    user,
                    group
                ),
                None => tr!(
                    "libvirt takes a minute to start a machine, for {user}, whom it runs QEMU as, can't open /dev/kvm: let a udev rule give that to a group of {user}'s and restart the daemon, or use -c qemu:///embed",
                    user
                ),
            });
        }
    });
    thread.is_ok().then_some(over)
}

fn watch(uri: &str, status: u8, is_over: &Receiver<()>) {
    while is_over.recv_timeout(TIMEOUT) == Err(RecvTimeoutError::Timeout) {
        if !libvirt_glib::answers_within(uri, TIMEOUT) {
            let seconds = TIMEOUT.as_secs();
            say(&tr!(
                "libvirt did not answer within {seconds} seconds: is the daemon behind {uri} stopped?",
                seconds,
                uri
            ));
            process::exit(status.into());
        }
    }
}
