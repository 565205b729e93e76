//! Lets a service end in its own way before libvirt ends its sandbox.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use glib::prelude::*;
use glib::{ControlFlow, MainContext};
use libvirt_glib::gobject::{Domain, DomainShutdownFlags};
use nix::libc;

use super::controller::Controller;

/// What an init of ours takes for a request to end.
pub(super) const END: u32 = libc::SIGTERM as u32;

/// What systemd takes for a request to power off: SIGRTMIN+4 as the C library counts.
pub(super) const POWER_OFF: u32 = 34 + 4;

/// How long it may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Asks the first process of a container to end, and waits until the container has ended, for a bounded time.
///
/// Whatever fails here, ending the domain comes next.
pub(super) fn end_container(domain: &Domain, signal: u32) {
    let Some(controller) = Controller::of(domain) else {
        return;
    };
    if let Err(error) = domain.signal_init(signal) {
        glib::g_info!(
            crate::log::LOG_DOMAIN,
            "{}",
            tr!("the container can't be asked to end: {error}", error)
        );
        return;
    }
    controller.wait(Instant::now() + TIMEOUT);
}

/// Presses the power button of a virtual machine, and waits until it is off, for a bounded time.
///
/// libvirt tells of it in the default main context, which this runs unless another thread does.
pub(super) fn end_machine(domain: &Domain) {
    let ended = Arc::new((Mutex::new(false), Condvar::new()));
    let event = ended.clone();
    let handler = domain.connect_stopped(move || {
        *event.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        event.1.notify_all();
    });
    match domain.shutdown(DomainShutdownFlags::ACPI_POWER_BTN) {
        Ok(()) => wait_for(&ended),
        Err(error) => glib::g_info!(
            crate::log::LOG_DOMAIN,
            "{}",
            tr!("the machine can't be asked to end: {error}", error)
        ),
    }
    domain.disconnect(handler);
}

fn wait_for((ended, changed): &(Mutex<bool>, Condvar)) {
    let lock = || ended.lock().unwrap_or_else(PoisonError::into_inner);
    let context = MainContext::default();
    let Ok(_owned) = context.acquire() else {
        // Whatever the end of the wait was, what comes next is the same.
        let _ = changed.wait_timeout_while(lock(), TIMEOUT, |ended| !*ended);
        return;
    };
    let deadline = Instant::now() + TIMEOUT;
    let timer = glib::timeout_source_new(TIMEOUT, None, glib::Priority::DEFAULT, || {
        ControlFlow::Continue
    });
    timer.attach(Some(&context));
    while !*lock() && Instant::now() < deadline {
        context.iteration(true);
    }
    timer.destroy();
}
