//! References for callbacks that may run in another thread than the one that asked for them.

use glib::WeakRef;
use glib::object::ObjectType;
use glib::prelude::*;

/// A weak reference that any thread can hold, and the thread that runs the callback can use.
#[derive(Debug)]
pub(crate) struct AnyThreadWeak<T: ObjectType>(WeakRef<T>);

// SAFETY: GObject counts references, strong and weak, atomically. The object behind them is used by one thread at a time,
// which C's contract for objects of this library demands: a callback runs in the thread that owns the main context, and
// `HomeContext` keeps every other thread out of what callbacks use.
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
