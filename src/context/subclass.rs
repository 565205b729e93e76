//! What a context class written in Rust overrides, and how it chains up.

use glib::prelude::*;
use glib::subclass::prelude::*;

use super::Context;
use crate::abi::context_slots::{self, ContextSlots};
use crate::abi::{Dispatch, subclassable};

/// What a context class written in Rust can override.
pub trait ContextImpl: ObjectImpl + ObjectSubclass<Type: IsA<Context>> {
    /// Starts the sandbox.
    fn start(&self) -> Result<(), glib::Error> {
        self.parent_start()
    }

    /// Stops the sandbox at once.
    fn stop(&self) -> Result<(), glib::Error> {
        self.parent_stop()
    }

    /// Looks for the domain of a sandbox that somebody else has started.
    fn attach(&self) -> Result<(), glib::Error> {
        self.parent_attach()
    }

    /// Lets go of the domain, and leaves it running.
    fn detach(&self) -> Result<(), glib::Error> {
        self.parent_detach()
    }
}

/// What an override written in Rust chains up to.
pub trait ContextImplExt: ContextImpl {
    /// Chains up to the parent class.
    fn parent_start(&self) -> Result<(), glib::Error> {
        let started = Dispatch::above::<_, Context>(self).start();
        started.unwrap_or_else(|| self.obj().upcast_ref::<Context>().refuse())
    }

    /// Chains up to the parent class.
    fn parent_stop(&self) -> Result<(), glib::Error> {
        let stopped = Dispatch::above::<_, Context>(self).stop();
        stopped.unwrap_or_else(|| self.obj().upcast_ref::<Context>().refuse())
    }

    /// Chains up to the parent class.
    fn parent_attach(&self) -> Result<(), glib::Error> {
        let attached = Dispatch::above::<_, Context>(self).attach();
        attached.unwrap_or_else(|| self.obj().upcast_ref::<Context>().refuse())
    }

    /// Chains up to the parent class.
    fn parent_detach(&self) -> Result<(), glib::Error> {
        let detached = Dispatch::above::<_, Context>(self).detach();
        detached.unwrap_or_else(|| self.obj().upcast_ref::<Context>().refuse())
    }
}

impl<T: ContextImpl> ContextImplExt for T {}

impl<T: ContextImpl> ContextSlots for T {
    fn start(&self) -> Result<(), glib::Error> {
        ContextImpl::start(self)
    }

    fn stop(&self) -> Result<(), glib::Error> {
        ContextImpl::stop(self)
    }

    fn attach(&self) -> Result<(), glib::Error> {
        ContextImpl::attach(self)
    }

    fn detach(&self) -> Result<(), glib::Error> {
        ContextImpl::detach(self)
    }
}

subclassable!(Context: ContextImpl, context_slots::install);
