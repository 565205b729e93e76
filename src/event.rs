//! Callbacks of the main loop that end with their handle and never keep their object alive.

use std::os::fd::{AsRawFd, BorrowedFd};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use glib::object::ObjectType;
use glib::{ControlFlow, IOCondition, MainContext, Priority, Source};
use libvirt_glib::gobject::{Stream, StreamIoCondition};

use crate::abi::AnyThreadWeak;

/// A callback in a main context. Dropping it ends it.
#[derive(Debug)]
pub struct EventSource(Source);

impl EventSource {
    /// Calls `react` with `object` whenever `fd` is readable. The descriptor must stay open as long.
    pub fn readable<T: ObjectType>(
        context: &MainContext,
        object: &T,
        fd: BorrowedFd<'_>,
        react: fn(&T),
    ) -> Self {
        let object = AnyThreadWeak::new(object);
        let call = move |_, _| again(&object, react);
        Self::start(
            context,
            glib_unix::fd_source_new(
                fd.as_raw_fd(),
                IOCondition::IN,
                None,
                Priority::DEFAULT,
                call,
            ),
        )
    }

    /// Calls `react` with `object` once, as soon as the main loop runs.
    pub fn soon<T: ObjectType>(context: &MainContext, object: &T, react: fn(&T)) -> Self {
        let object = AnyThreadWeak::new(object);
        let call = move || once(&object, react);
        Self::start(
            context,
            glib::idle_source_new(None, Priority::DEFAULT, call),
        )
    }

    /// Calls `react` with `object` once, after `delay`.
    pub fn after<T: ObjectType>(
        context: &MainContext,
        object: &T,
        delay: Duration,
        react: fn(&T),
    ) -> Self {
        let object = AnyThreadWeak::new(object);
        let call = move || once(&object, react);
        Self::start(
            context,
            glib::timeout_source_new(delay, None, Priority::DEFAULT, call),
        )
    }

    /// Calls `react` with `object` whenever this process gets `signal`.
    pub fn signal<T: ObjectType>(
        context: &MainContext,
        object: &T,
        signal: i32,
        react: fn(&T),
    ) -> Self {
        let object = AnyThreadWeak::new(object);
        let call = move || again(&object, react);
        Self::start(
            context,
            glib_unix::signal_source_new(signal, None, Priority::DEFAULT, call),
        )
    }

    /// Calls `react` with `object` whenever one of `conditions` holds for `stream`, from the default main context.
    pub fn stream<T: ObjectType>(
        object: &T,
        stream: &Stream,
        conditions: StreamIoCondition,
        react: fn(&T),
    ) -> Option<Self> {
        let object = AnyThreadWeak::new(object);
        let call = move |_: &Stream, _| again(&object, react);
        let id = stream.add_watch_full(Priority::DEFAULT, conditions, call);
        MainContext::default().find_source_by_id(&id).map(Self)
    }

    fn start(context: &MainContext, source: Source) -> Self {
        source.attach(Some(context));
        Self(source)
    }
}

impl Drop for EventSource {
    fn drop(&mut self) {
        self.0.destroy();
    }
}

/// Calls `react` with `object` once, as soon as the main loop of `context` runs, whoever calls this.
pub fn forward<T: ObjectType>(context: &MainContext, object: &AnyThreadWeak<T>, react: fn(&T)) {
    if let Some(object) = object.upgrade() {
        let object = AnyThreadWeak::new(&object);
        let call = move || once(&object, react);
        glib::idle_source_new(None, Priority::DEFAULT, call).attach(Some(context));
    }
}

fn again<T: ObjectType>(object: &AnyThreadWeak<T>, react: fn(&T)) -> ControlFlow {
    match object.upgrade() {
        Some(object) => {
            react(&object);
            ControlFlow::Continue
        }
        None => ControlFlow::Break,
    }
}

fn once<T: ObjectType>(object: &AnyThreadWeak<T>, react: fn(&T)) -> ControlFlow {
    again(object, react);
    ControlFlow::Break
}

/// The main context that the callbacks of an object run in while there are any, so that only its thread touches what they
/// use.
#[derive(Debug, Default)]
pub struct HomeContext(Mutex<Option<MainContext>>);

impl HomeContext {
    /// Does something that starts callbacks, in `context` unless there are some in another one; gives `elsewhere` when
    /// another thread runs that loop.
    pub fn start<E>(
        &self,
        context: MainContext,
        elsewhere: E,
        action: impl FnOnce(&MainContext) -> Result<(), E>,
    ) -> Result<(), E> {
        let first = self.slot().is_none();
        let context = self.slot().get_or_insert(context).clone();
        let result = match context.acquire() {
            // No other thread can run the loop meanwhile.
            Ok(_ours) => action(&context),
            Err(_) => Err(elsewhere),
        };
        if first && result.is_err() {
            self.slot().take();
        }
        result
    }

    /// Does something that ends the callbacks, if there are any; gives `elsewhere` when another thread runs their loop.
    pub fn end<E>(&self, elsewhere: E, action: impl FnOnce()) -> Result<(), E> {
        let context = self.slot().clone();
        let _ours = match &context {
            Some(context) => Some(context.acquire().map_err(|_| elsewhere)?),
            None => None,
        };
        action();
        self.slot().take();
        Ok(())
    }

    /// Does something with what the callbacks use; gives `elsewhere` when another thread runs their loop.
    pub fn enter<R, E>(&self, elsewhere: E, action: impl FnOnce() -> Result<R, E>) -> Result<R, E> {
        let context = self.slot().clone();
        match context.as_ref().map(MainContext::acquire) {
            Some(Err(_)) => Err(elsewhere),
            // No other thread can run the loop meanwhile.
            _ours => action(),
        }
    }

    fn slot(&self) -> MutexGuard<'_, Option<MainContext>> {
        locked(&self.0)
    }
}

/// What any thread may use: it is whole even where another thread panicked.
pub fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    use super::*;

    static CALLS: AtomicUsize = AtomicUsize::new(0);

    #[test]
    fn a_callback_runs_in_whichever_thread_runs_the_loop() {
        let context = MainContext::new();
        thread::scope(|threads| {
            threads.spawn(|| {
                let object: glib::Object = glib::Object::new();
                let count = |_: &glib::Object| {
                    CALLS.fetch_add(1, Ordering::Relaxed);
                };
                std::mem::forget(EventSource::soon(&context, &object, count));
                forward(&context, &AnyThreadWeak::new(&object), count);
                std::mem::forget(object);
            });
        });
        while context.iteration(false) {}
        assert_eq!(CALLS.load(Ordering::Relaxed), 2);
    }

    #[test]
    fn only_the_thread_of_the_loop_starts_and_ends_callbacks() {
        let context = MainContext::new();
        let home = HomeContext::default();
        let from_elsewhere = || {
            thread::scope(|threads| {
                let started = threads.spawn(|| home.start(context.clone(), (), |_| Ok(())));
                let started = started.join().unwrap();
                let ended = threads.spawn(|| home.end((), || ())).join().unwrap();
                (started, ended)
            })
        };
        let running = context.acquire().unwrap();
        assert_eq!(from_elsewhere(), (Err(()), Ok(())));
        assert_eq!(home.start(context.clone(), 1, |_| Err(2)), Err(2));
        assert_eq!(from_elsewhere(), (Err(()), Ok(())), "nothing was started");
        assert_eq!(home.start(context.clone(), (), |_| Ok(())), Ok(()));
        assert_eq!(from_elsewhere(), (Err(()), Err(())));
        assert_eq!(home.end((), || ()), Ok(()));
        drop(running);
        assert_eq!(from_elsewhere(), (Ok(()), Ok(())));
    }
}
