//! The virtual functions of `GVirSandboxContextService`: defaults, dispatch, and overrides written in Rust.

use std::ptr;

use glib::ffi::{GError, GFALSE, gboolean};
use glib::prelude::*;
use glib::subclass::prelude::*;

use super::context_service::{GVirSandboxContextService, GVirSandboxContextServiceClass};
use super::{check, class_of, imp_or_return, instance_or_return, parent_class, succeed};
use crate::context::{ContextService, ContextServiceImpl};

/// Every virtual function of a service has this form.
type Slot = unsafe extern "C" fn(*mut GVirSandboxContextService, *mut *mut GError) -> gboolean;

/// Fills the slots.
pub(crate) fn install_defaults(class: &mut GVirSandboxContextServiceClass) {
    class.define = Some(default_define);
    class.undefine = Some(default_undefine);
}

/// Calls the `define` of the most derived class.
pub(crate) fn define(ctxt: &ContextService) -> Result<(), glib::Error> {
    call(class_of(ctxt).define, ctxt, ContextService::define_domain)
}

/// Calls the `undefine` of the most derived class.
pub(crate) fn undefine(ctxt: &ContextService) -> Result<(), glib::Error> {
    call(
        class_of(ctxt).undefine,
        ctxt,
        ContextService::undefine_domain,
    )
}

/// What an override written in Rust chains up to.
pub trait ContextServiceImplExt: ContextServiceImpl {
    /// Chains up to the parent class.
    fn parent_define(&self) -> Result<(), glib::Error> {
        let slot = parent_class::<Self, ContextService>().define;
        call(slot, self.obj().upcast_ref(), ContextService::define_domain)
    }

    /// Chains up to the parent class.
    fn parent_undefine(&self) -> Result<(), glib::Error> {
        let slot = parent_class::<Self, ContextService>().undefine;
        call(
            slot,
            self.obj().upcast_ref(),
            ContextService::undefine_domain,
        )
    }
}

impl<T: ContextServiceImpl> ContextServiceImplExt for T {}

// SAFETY: the class struct of a subclass starts with GVirSandboxContextServiceClass.
unsafe impl<T: ContextServiceImpl> IsSubclassable<T> for ContextService {
    fn class_init(class: &mut glib::Class<Self>) {
        Self::parent_class_init::<T>(class);
        let class = class.as_mut();
        class.define = Some(override_define::<T>);
        class.undefine = Some(override_undefine::<T>);
    }
}

/// A subclass that cleared the slot gets what the class does by default.
fn call(
    slot: Option<Slot>,
    ctxt: &ContextService,
    default: fn(&ContextService) -> Result<(), glib::Error>,
) -> Result<(), glib::Error> {
    let Some(function) = slot else {
        return default(ctxt);
    };
    let mut error = ptr::null_mut();
    // SAFETY: the slot belongs to a class of the instance; an error it leaves is ours.
    unsafe {
        let done = function(ctxt.as_ptr(), &mut error);
        check(done, error)
    }
}

unsafe extern "C" fn default_define(
    ctxt: *mut GVirSandboxContextService,
    error: *mut *mut GError,
) -> gboolean {
    let ctxt = instance_or_return!(ctxt: ContextService, GFALSE);
    // SAFETY: the caller lends a place for the error.
    unsafe { succeed(ctxt.define_domain(), error) }
}

unsafe extern "C" fn default_undefine(
    ctxt: *mut GVirSandboxContextService,
    error: *mut *mut GError,
) -> gboolean {
    let ctxt = instance_or_return!(ctxt: ContextService, GFALSE);
    // SAFETY: the caller lends a place for the error.
    unsafe { succeed(ctxt.undefine_domain(), error) }
}

unsafe extern "C" fn override_define<T: ContextServiceImpl>(
    ctxt: *mut GVirSandboxContextService,
    error: *mut *mut GError,
) -> gboolean {
    let imp = imp_or_return!(ctxt: T, GFALSE);
    // SAFETY: the caller lends a place for the error.
    unsafe { succeed(imp.define(), error) }
}

unsafe extern "C" fn override_undefine<T: ContextServiceImpl>(
    ctxt: *mut GVirSandboxContextService,
    error: *mut *mut GError,
) -> gboolean {
    let imp = imp_or_return!(ctxt: T, GFALSE);
    // SAFETY: the caller lends a place for the error.
    unsafe { succeed(imp.undefine(), error) }
}
