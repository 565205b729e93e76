//! Ends this process when libvirt's daemon hangs: a call to it would never return.

use std::process;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use crate::say::say;

/// How long a call to the daemon may take before it is asked whether it lives, and how long it may take to answer.
const PATIENCE: Duration = Duration::from_secs(15);

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

fn watch(uri: &str, status: u8, is_over: &Receiver<()>) {
    while is_over.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
        if !libvirt_glib::answers_within(uri, PATIENCE) {
            let seconds = PATIENCE.as_secs();
            say(&tr!(
                "libvirt did not answer within {seconds} seconds: is the daemon behind {uri} stopped?",
                seconds,
                uri
            ));
            process::exit(status.into());
        }
    }
}
