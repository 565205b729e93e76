//! What a service class written in Rust overrides, and how it chains up.

use glib::prelude::*;
use glib::subclass::prelude::*;

use super::{ContextImpl, ContextService};
use crate::abi::context_slots::{self, ContextServiceSlots};
use crate::abi::{Dispatch, subclassable};

/// What a service class written in Rust can override.
pub trait ContextServiceImpl: ContextImpl + ObjectSubclass<Type: IsA<ContextService>> {
    /// Hands the service to libvirt.
    fn define(&self) -> Result<(), glib::Error> {
        self.parent_define()
    }

    /// Takes the service away from libvirt.
    fn undefine(&self) -> Result<(), glib::Error> {
        self.parent_undefine()
    }
}

/// What an override written in Rust chains up to.
pub trait ContextServiceImplExt: ContextServiceImpl {
    /// Chains up to the parent class.
    fn parent_define(&self) -> Result<(), glib::Error> {
        let defined = Dispatch::above::<_, ContextService>(self).define();
        defined.unwrap_or_else(|| self.obj().upcast_ref::<ContextService>().define_domain())
    }

    /// Chains up to the parent class.
    fn parent_undefine(&self) -> Result<(), glib::Error> {
        let undefined = Dispatch::above::<_, ContextService>(self).undefine();
        undefined.unwrap_or_else(|| self.obj().upcast_ref::<ContextService>().undefine_domain())
    }
}

impl<T: ContextServiceImpl> ContextServiceImplExt for T {}

impl<T: ContextServiceImpl> ContextServiceSlots for T {
    fn define(&self) -> Result<(), glib::Error> {
        ContextServiceImpl::define(self)
    }

    fn undefine(&self) -> Result<(), glib::Error> {
        ContextServiceImpl::undefine(self)
    }
}

subclassable!(ContextService: ContextServiceImpl, context_slots::install_service);
