//! The virtual functions of `GVirSandboxContext`: defaults, dispatch, and overrides written in Rust.

use std::ptr;

use glib::ffi::{GError, GFALSE, gboolean};
use glib::prelude::*;
use glib::subclass::prelude::*;

use super::context::{GVirSandboxContext, GVirSandboxContextClass};
use super::{check, class_of, imp_or_return, instance_or_return, parent_class, succeed};
use crate::context::{Context, ContextImpl};

/// Every virtual function of a context has this form.
type Slot = unsafe extern "C" fn(*mut GVirSandboxContext, *mut *mut GError) -> gboolean;

/// Fills the slots that the base class implements itself.
pub(crate) fn install_defaults(class: &mut GVirSandboxContextClass) {
    class.start = Some(default_start);
    class.stop = Some(default_stop);
    class.attach = Some(default_attach);
    class.detach = Some(default_detach);
}

/// Calls the `start` of the most derived class.
pub(crate) fn start(ctxt: &Context) -> Result<(), glib::Error> {
    call(class_of(ctxt).start, ctxt)
}

/// Calls the `stop` of the most derived class.
pub(crate) fn stop(ctxt: &Context) -> Result<(), glib::Error> {
    call(class_of(ctxt).stop, ctxt)
}

/// Calls the `attach` of the most derived class.
pub(crate) fn attach(ctxt: &Context) -> Result<(), glib::Error> {
    call(class_of(ctxt).attach, ctxt)
}

/// Calls the `detach` of the most derived class.
pub(crate) fn detach(ctxt: &Context) -> Result<(), glib::Error> {
    call(class_of(ctxt).detach, ctxt)
}

/// What an override written in Rust chains up to.
pub trait ContextImplExt: ContextImpl {
    /// Chains up to the parent class.
    fn parent_start(&self) -> Result<(), glib::Error> {
        call(
            parent_class::<Self, Context>().start,
            self.obj().upcast_ref(),
        )
    }

    /// Chains up to the parent class.
    fn parent_stop(&self) -> Result<(), glib::Error> {
        call(
            parent_class::<Self, Context>().stop,
            self.obj().upcast_ref(),
        )
    }

    /// Chains up to the parent class.
    fn parent_attach(&self) -> Result<(), glib::Error> {
        call(
            parent_class::<Self, Context>().attach,
            self.obj().upcast_ref(),
        )
    }

    /// Chains up to the parent class.
    fn parent_detach(&self) -> Result<(), glib::Error> {
        call(
            parent_class::<Self, Context>().detach,
            self.obj().upcast_ref(),
        )
    }
}

impl<T: ContextImpl> ContextImplExt for T {}

// SAFETY: the class struct of a subclass starts with GVirSandboxContextClass.
unsafe impl<T: ContextImpl> IsSubclassable<T> for Context {
    fn class_init(class: &mut glib::Class<Self>) {
        Self::parent_class_init::<T>(class);
        let class = class.as_mut();
        class.start = Some(override_start::<T>);
        class.stop = Some(override_stop::<T>);
        class.attach = Some(override_attach::<T>);
        class.detach = Some(override_detach::<T>);
    }
}

fn call(slot: Option<Slot>, ctxt: &Context) -> Result<(), glib::Error> {
    let Some(function) = slot else {
        return ctxt.refuse();
    };
    // A handler may give up the last reference of the caller.
    let ctxt = ctxt.clone();
    let mut error = ptr::null_mut();
    // SAFETY: the slot belongs to a class of the instance; an error it leaves is ours.
    unsafe {
        let done = function(ctxt.as_ptr(), &mut error);
        check(done, error)
    }
}

unsafe extern "C" fn default_start(
    ctxt: *mut GVirSandboxContext,
    error: *mut *mut GError,
) -> gboolean {
    let ctxt = instance_or_return!(ctxt: Context, GFALSE);
    // SAFETY: the caller lends a place for the error.
    unsafe { succeed(ctxt.refuse_start(), error) }
}

unsafe extern "C" fn default_stop(
    ctxt: *mut GVirSandboxContext,
    error: *mut *mut GError,
) -> gboolean {
    let ctxt = instance_or_return!(ctxt: Context, GFALSE);
    // SAFETY: the caller lends a place for the error.
    unsafe { succeed(ctxt.stop_domain(), error) }
}

unsafe extern "C" fn default_attach(
    ctxt: *mut GVirSandboxContext,
    error: *mut *mut GError,
) -> gboolean {
    let ctxt = instance_or_return!(ctxt: Context, GFALSE);
    // SAFETY: the caller lends a place for the error.
    unsafe { succeed(ctxt.find_domain(), error) }
}

unsafe extern "C" fn default_detach(
    ctxt: *mut GVirSandboxContext,
    error: *mut *mut GError,
) -> gboolean {
    let ctxt = instance_or_return!(ctxt: Context, GFALSE);
    // SAFETY: the caller lends a place for the error.
    unsafe { succeed(ctxt.forget_domain(), error) }
}

unsafe extern "C" fn override_start<T: ContextImpl>(
    ctxt: *mut GVirSandboxContext,
    error: *mut *mut GError,
) -> gboolean {
    let imp = imp_or_return!(ctxt: T, GFALSE);
    // SAFETY: the caller lends a place for the error.
    unsafe { succeed(imp.start(), error) }
}

unsafe extern "C" fn override_stop<T: ContextImpl>(
    ctxt: *mut GVirSandboxContext,
    error: *mut *mut GError,
) -> gboolean {
    let imp = imp_or_return!(ctxt: T, GFALSE);
    // SAFETY: the caller lends a place for the error.
    unsafe { succeed(imp.stop(), error) }
}

unsafe extern "C" fn override_attach<T: ContextImpl>(
    ctxt: *mut GVirSandboxContext,
    error: *mut *mut GError,
) -> gboolean {
    let imp = imp_or_return!(ctxt: T, GFALSE);
    // SAFETY: the caller lends a place for the error.
    unsafe { succeed(imp.attach(), error) }
}

unsafe extern "C" fn override_detach<T: ContextImpl>(
    ctxt: *mut GVirSandboxContext,
    error: *mut *mut GError,
) -> gboolean {
    let imp = imp_or_return!(ctxt: T, GFALSE);
    // SAFETY: the caller lends a place for the error.
    unsafe { succeed(imp.detach(), error) }
}
