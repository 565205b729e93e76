//! Builds a container.

use libvirt_glib::gobject::Connection;

use super::Builder;

mod imp {
    use glib::subclass::prelude::*;

    use crate::builder::{Builder, BuilderImpl};
    use crate::capi::builder_container::{
        GVirSandboxBuilderContainer, GVirSandboxBuilderContainerClass,
    };

    #[derive(Default)]
    pub struct BuilderContainer;

    #[glib::object_subclass]
    impl ObjectSubclass for BuilderContainer {
        const NAME: &'static str = "GVirSandboxBuilderContainer";
        type Type = super::BuilderContainer;
        type ParentType = Builder;
        type Instance = GVirSandboxBuilderContainer;
        type Class = GVirSandboxBuilderContainerClass;
    }

    impl ObjectImpl for BuilderContainer {}

    impl BuilderImpl for BuilderContainer {}
}

glib::wrapper! {
    /// Builds a container.
    pub struct BuilderContainer(ObjectSubclass<imp::BuilderContainer>)
        @extends Builder;
}

impl BuilderContainer {
    /// Creates a builder for `connection`.
    pub fn new(connection: &Connection) -> Self {
        glib::Object::builder()
            .property("connection", connection)
            .build()
    }
}
