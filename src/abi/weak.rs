//! References for callbacks that may run in another thread than the one that asked for them.

use glib::WeakRef;
use glib::object::ObjectType;
use glib::prelude::*;

/// A weak reference that any thread can hold, and the thread that runs the callback can use.
#[derive(Debug)]
pub(crate) struct AnyThreadWeak<T: ObjectType>(WeakRef<T>);

// SAFETY: GObject counts references, strong and weak, atomically. Of the object behind them a callback, which runs in the
// thread that owns the main context, uses two kinds of fields. Some are behind a lock, atomic, or never change. Every other
// is used by methods only through `HomeContext`, which keeps all threads out but the one that owns the main context.
unsafe impl<T: ObjectType> Send for AnyThreadWeak<T> {}
// SAFETY: as above.
unsafe impl<T: ObjectType> Sync for AnyThreadWeak<T> {}

impl<T: ObjectType> AnyThreadWeak<T> {
    /// A weak reference to `object`.
    pub(crate) fn new(object: &T) -> Self {
        Self(object.downgrade())
    }

    /// The object, unless it is gone.
    pub(crate) fn upgrade(&self) -> Option<T> {
        self.0.upgrade()
    }
}
