//! Connects closures to signals that carry nothing but their emitter.

use glib::SignalHandlerId;
use glib::prelude::*;

/// Calls `callback` on each emission of `signal` by `object`.
pub(super) fn connect<T: IsA<glib::Object>>(
    object: &T,
    signal: &str,
    callback: impl Fn(&T) + 'static,
) -> SignalHandlerId {
    object.connect_local(signal, false, move |values| {
        if let Some(Ok(emitter)) = values.first().map(|value| value.get::<T>()) {
            callback(&emitter);
        }
        None
    })
}

/// Calls `callback` on each emission of `signal` by `object`, in whichever thread emits it.
pub(super) fn connect_from_any_thread<T: IsA<glib::Object>>(
    object: &T,
    signal: &str,
    callback: impl Fn() + Send + Sync + 'static,
) -> SignalHandlerId {
    object.connect(signal, false, move |_| {
        callback();
        None
    })
}
