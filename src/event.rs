//! Callbacks of the main loop that end with their handle and never keep their object alive.

use std::os::fd::{AsRawFd, BorrowedFd};
use std::time::Duration;

use glib::object::{ObjectType, SendWeakRef};
use glib::prelude::*;
use glib::{ControlFlow, IOCondition, MainContext, Priority, Source};
use libvirt_glib::gobject::{Stream, StreamIoCondition};

/// A callback in the main context that was the thread's default when it was made. Dropping it ends it.
#[derive(Debug)]
pub struct EventSource(Source);

impl EventSource {
    /// Calls `react` with `object` whenever `fd` is readable. The descriptor must stay open as long.
    pub fn readable<T: ObjectType>(object: &T, fd: BorrowedFd<'_>, react: fn(&T)) -> Self {
        let object = weak(object);
        let call = move |_, _| again(&object, react);
        Self::start(glib_unix::fd_source_new(
            fd.as_raw_fd(),
            IOCondition::IN,
            None,
            Priority::DEFAULT,
            call,
        ))
    }

    /// Calls `react` with `object` once, as soon as the main loop runs.
    pub fn soon<T: ObjectType>(object: &T, react: fn(&T)) -> Self {
        let object = weak(object);
        let call = move || once(&object, react);
        Self::start(glib::idle_source_new(None, Priority::DEFAULT, call))
    }

    /// Calls `react` with `object` once, after `delay`.
    pub fn after<T: ObjectType>(object: &T, delay: Duration, react: fn(&T)) -> Self {
        let object = weak(object);
        let call = move || once(&object, react);
        Self::start(glib::timeout_source_new(
            delay,
            None,
            Priority::DEFAULT,
            call,
        ))
    }

    /// Calls `react` with `object` whenever this process gets `signal`.
    pub fn signal<T: ObjectType>(object: &T, signal: i32, react: fn(&T)) -> Self {
        let object = weak(object);
        let call = move || again(&object, react);
        Self::start(glib_unix::signal_source_new(
            signal,
            None,
            Priority::DEFAULT,
            call,
        ))
    }

    /// Calls `react` with `object` whenever one of `conditions` holds for `stream`, from the default main context.
    pub fn stream<T: ObjectType>(
        object: &T,
        stream: &Stream,
        conditions: StreamIoCondition,
        react: fn(&T),
    ) -> Option<Self> {
        let object = weak(object);
        let call = move |_: &Stream, _| again(&object, react);
        let id = stream.add_watch_full(Priority::DEFAULT, conditions, call);
        MainContext::default().find_source_by_id(&id).map(Self)
    }

    fn start(source: Source) -> Self {
        source.attach(Some(&MainContext::ref_thread_default()));
        Self(source)
    }
}

impl Drop for EventSource {
    fn drop(&mut self) {
        self.0.destroy();
    }
}

fn weak<T: ObjectType>(object: &T) -> SendWeakRef<T> {
    object.downgrade().into()
}

fn again<T: ObjectType>(object: &SendWeakRef<T>, react: fn(&T)) -> ControlFlow {
    match object.upgrade() {
        Some(object) => {
            react(&object);
            ControlFlow::Continue
        }
        None => ControlFlow::Break,
    }
}

fn once<T: ObjectType>(object: &SendWeakRef<T>, react: fn(&T)) -> ControlFlow {
    again(object, react);
    ControlFlow::Break
}
