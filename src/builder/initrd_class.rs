//! The class that writes initial RAM disks for users of the library.

mod imp {
    use glib::subclass::prelude::*;

    use crate::capi::builder_initrd::{GVirSandboxBuilderInitrd, GVirSandboxBuilderInitrdClass};

    #[derive(Default)]
    pub struct BuilderInitrd;

    #[glib::object_subclass]
    impl ObjectSubclass for BuilderInitrd {
        const NAME: &'static str = "GVirSandboxBuilderInitrd";
        type Type = super::BuilderInitrd;
        type Instance = GVirSandboxBuilderInitrd;
        type Class = GVirSandboxBuilderInitrdClass;
    }

    impl ObjectImpl for BuilderInitrd {}
}

glib::wrapper! {
    /// Writes the initial RAM disk of a virtual machine.
    pub struct BuilderInitrd(ObjectSubclass<imp::BuilderInitrd>);
}

impl Default for BuilderInitrd {
    fn default() -> Self {
        glib::Object::new()
    }
}
