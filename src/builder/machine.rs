//! Builds a virtual machine.

use libvirt_glib::gobject::Connection;

use super::Builder;

mod imp {
    use glib::subclass::prelude::*;

    use crate::builder::{Builder, BuilderImpl};
    use crate::capi::builder_machine::{GVirSandboxBuilderMachine, GVirSandboxBuilderMachineClass};

    #[derive(Default)]
    pub struct BuilderMachine;

    #[glib::object_subclass]
    impl ObjectSubclass for BuilderMachine {
        const NAME: &'static str = "GVirSandboxBuilderMachine";
        type Type = super::BuilderMachine;
        type ParentType = Builder;
        type Instance = GVirSandboxBuilderMachine;
        type Class = GVirSandboxBuilderMachineClass;
    }

    impl ObjectImpl for BuilderMachine {}

    impl BuilderImpl for BuilderMachine {}
}

glib::wrapper! {
    /// Builds a virtual machine.
    pub struct BuilderMachine(ObjectSubclass<imp::BuilderMachine>)
        @extends Builder;
}

impl BuilderMachine {
    /// Creates a builder for `connection`.
    pub fn new(connection: &Connection) -> Self {
        glib::Object::builder()
            .property("connection", connection)
            .build()
    }
}
