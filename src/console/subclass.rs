//! What a console class written in Rust overrides, and how it chains up.

use gio_unix::{InputStream, OutputStream};
use glib::prelude::*;
use glib::subclass::prelude::*;

use super::Console;
use crate::abi::console_slots::{self, ConsoleSlots};
use crate::abi::{Dispatch, subclassable};

/// What a console class written in Rust can override.
pub trait ConsoleImpl: ObjectImpl + ObjectSubclass<Type: IsA<Console>> {
    /// Connects the console with the streams.
    fn attach(
        &self,
        stdin: Option<&InputStream>,
        stdout: Option<&OutputStream>,
        stderr: Option<&OutputStream>,
    ) -> Result<(), glib::Error> {
        self.parent_attach(stdin, stdout, stderr)
    }

    /// Disconnects the console from its streams.
    fn detach(&self) -> Result<(), glib::Error> {
        self.parent_detach()
    }

    /// Runs first when the console was closed.
    fn closed(&self, error: bool) {
        self.parent_closed(error);
    }
}

/// What an override written in Rust chains up to.
pub trait ConsoleImplExt: ConsoleImpl {
    /// Chains up to the parent class.
    fn parent_attach(
        &self,
        stdin: Option<&InputStream>,
        stdout: Option<&OutputStream>,
        stderr: Option<&OutputStream>,
    ) -> Result<(), glib::Error> {
        let attached = Dispatch::above::<_, Console>(self).attach(stdin, stdout, stderr);
        attached.unwrap_or_else(|| self.obj().upcast_ref::<Console>().refuse("attach"))
    }

    /// Chains up to the parent class.
    fn parent_detach(&self) -> Result<(), glib::Error> {
        let detached = Dispatch::above::<_, Console>(self).detach();
        detached.unwrap_or_else(|| self.obj().upcast_ref::<Console>().refuse("detach"))
    }

    /// Chains up to the parent class.
    fn parent_closed(&self, error: bool) {
        Dispatch::above::<_, Console>(self).closed(error);
    }
}

impl<T: ConsoleImpl> ConsoleImplExt for T {}

impl<T: ConsoleImpl> ConsoleSlots for T {
    fn attach(
        &self,
        stdin: Option<&InputStream>,
        stdout: Option<&OutputStream>,
        stderr: Option<&OutputStream>,
    ) -> Result<(), glib::Error> {
        ConsoleImpl::attach(self, stdin, stdout, stderr)
    }

    fn detach(&self) -> Result<(), glib::Error> {
        ConsoleImpl::detach(self)
    }

    fn closed(&self, error: bool) {
        ConsoleImpl::closed(self, error);
    }
}

subclassable!(Console: ConsoleImpl, console_slots::install);
