//! The slots of `GVirSandboxContextClass` and `GVirSandboxContextServiceClass`: how they are called, and how a class written
//! in Rust fills them.

use std::ptr;

use glib::ffi::{GError, GFALSE, gboolean};
use glib::subclass::prelude::*;

use super::context::{
    GVirSandboxContext, GVirSandboxContextClass, GVirSandboxContextService,
    GVirSandboxContextServiceClass,
};
use super::{Dispatch, check, imp_or_return, succeed};

/// What a class written in Rust does when its slots are called.
pub(crate) trait ContextSlots: ObjectSubclass {
    fn start(&self) -> Result<(), glib::Error>;
    fn stop(&self) -> Result<(), glib::Error>;
    fn attach(&self) -> Result<(), glib::Error>;
    fn detach(&self) -> Result<(), glib::Error>;
}

/// What a service written in Rust does, beyond what a context does.
pub(crate) trait ContextServiceSlots: ObjectSubclass {
    fn define(&self) -> Result<(), glib::Error>;
    fn undefine(&self) -> Result<(), glib::Error>;
}

/// Fills every slot of a context.
pub(crate) fn install<T: ContextSlots>(class: &mut GVirSandboxContextClass) {
    class.start = Some(start::<T>);
    class.stop = Some(stop::<T>);
    class.attach = Some(attach::<T>);
    class.detach = Some(detach::<T>);
}

/// Fills every slot that a service has beyond those of a context.
pub(crate) fn install_service<T: ContextServiceSlots>(class: &mut GVirSandboxContextServiceClass) {
    class.define = Some(define::<T>);
    class.undefine = Some(undefine::<T>);
}

/// What every slot looks like.
type Slot<I> = unsafe extern "C" fn(*mut I, *mut *mut GError) -> gboolean;

/// A slot that a class left empty gives nothing.
impl Dispatch<GVirSandboxContextClass> {
    /// Calls `start`.
    pub(crate) fn start(&self) -> Option<Result<(), glib::Error>> {
        self.call(self.class.start)
    }

    /// Calls `stop`.
    pub(crate) fn stop(&self) -> Option<Result<(), glib::Error>> {
        self.call(self.class.stop)
    }

    /// Calls `attach`.
    pub(crate) fn attach(&self) -> Option<Result<(), glib::Error>> {
        self.call(self.class.attach)
    }

    /// Calls `detach`.
    pub(crate) fn detach(&self) -> Option<Result<(), glib::Error>> {
        self.call(self.class.detach)
    }
}

/// A slot that a class left empty gives nothing.
impl Dispatch<GVirSandboxContextServiceClass> {
    /// Calls `define`.
    pub(crate) fn define(&self) -> Option<Result<(), glib::Error>> {
        self.call(self.class.define)
    }

    /// Calls `undefine`.
    pub(crate) fn undefine(&self) -> Option<Result<(), glib::Error>> {
        self.call(self.class.undefine)
    }
}

impl<C> Dispatch<C> {
    /// Calls a slot of `C`, which takes the instance struct `I`.
    fn call<I>(&self, slot: Option<Slot<I>>) -> Option<Result<(), glib::Error>> {
        let function = slot?;
        let mut error = ptr::null_mut();
        // SAFETY: the slot belongs to a class of the instance; an error it leaves is ours.
        Some(unsafe {
            let done = function(self.instance(), &mut error);
            check(done, error)
        })
    }
}

/// What is in the slots.
macro_rules! functions {
    ($instance:ty, $slots:ident: $($name:ident)*) => {
        $(unsafe extern "C" fn $name<T: $slots>(
            ctxt: *mut $instance,
            error: *mut *mut GError,
        ) -> gboolean {
            let imp = imp_or_return!(ctxt: T, GFALSE);
            // SAFETY: the caller lends a place for the error.
            unsafe { succeed(imp.$name(), error) }
        })*
    };
}

functions!(GVirSandboxContext, ContextSlots: start stop attach detach);
functions!(GVirSandboxContextService, ContextServiceSlots: define undefine);
