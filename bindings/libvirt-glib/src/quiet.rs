//! Keeps libvirt, where it runs in this process, from writing a log to standard error. What fails is told by errors all the same.

use std::ffi::{CStr, c_char};
use std::ptr;
use std::sync::Once;
use std::sync::atomic::{AtomicPtr, Ordering};

use crate::ffi;

/// Who sets one of these asks for a log.
const ASKING: [&str; 3] = [
    "LIBVIRT_DEBUG",
    "LIBVIRT_LOG_FILTERS",
    "LIBVIRT_LOG_OUTPUTS",
];

/// What libvirt takes its settings from. The second is for processes that it forks: they forget the outputs, and keep only the
/// level.
const SETTINGS: [&CStr; 2] = [c"LIBVIRT_LOG_OUTPUTS=4:file:/dev/null", c"LIBVIRT_DEBUG=4"];

unsafe extern "C" {
    static mut environ: *mut *mut c_char;
}

/// Initializes libvirt, which reads its settings then, and only from the environment.
pub(crate) fn initialize() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        if ASKING.iter().all(|name| std::env::var_os(name).is_none()) {
            with_settings();
        }
    });
}

/// Initializes libvirt in another environment. That of the process is neither changed nor moved: other threads may read it, and what
/// the program runs is to have the same.
fn with_settings() {
    /// The other one, which whoever looked at the environment meanwhile may still read.
    #[used]
    static OTHER: AtomicPtr<*mut c_char> = AtomicPtr::new(ptr::null_mut());
    // SAFETY: both arrays live on and end with null. A thread that reads the environment meanwhile finds either one whole.
    unsafe {
        let own = environ;
        let mut variables = Vec::new();
        let mut next = own;
        while !next.is_null() && !(*next).is_null() {
            variables.push(*next);
            next = next.add(1);
        }
        variables.extend(SETTINGS.iter().map(|setting| setting.as_ptr().cast_mut()));
        variables.push(ptr::null_mut());
        let other = variables.leak().as_mut_ptr();
        OTHER.store(other, Ordering::Relaxed);
        environ = other;
        // An error comes up again when a connection is opened.
        ffi::virInitialize();
        if environ == other {
            environ = own;
        }
    }
}
