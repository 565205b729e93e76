//! From an object to the slots of its class, or of the class above one that is written in Rust.

use glib::Object;
use glib::object::ObjectType;
use glib::prelude::*;
use glib::subclass::prelude::*;
use glib::translate::*;

/// An object and the struct of one of its classes, whose slots are called on it.
///
/// It keeps the object alive: what a slot calls may give up the last reference of the caller.
pub(crate) struct Dispatch<C: 'static> {
    object: Object,
    /// Never freed.
    pub(super) class: &'static C,
}

impl<C> Dispatch<C> {
    /// The class of `object` itself: its slots hold what the most derived class overrides.
    pub(crate) fn of<O: ObjectType<GlibClassType = C> + IsA<Object>>(object: &O) -> Self {
        // SAFETY: an instance starts with the pointer to its class struct, which starts with O's and is never freed.
        let class = unsafe {
            let instance = object.as_ptr().cast::<glib::gobject_ffi::GTypeInstance>();
            &*(*instance).g_class.cast()
        };
        Self {
            object: object.clone().upcast(),
            class,
        }
    }

    /// The class above `T`, which is a `P`: where `imp` chains up to.
    pub(crate) fn above<T, P>(imp: &T) -> Self
    where
        T: ObjectSubclass<Type: IsA<P>>,
        P: ObjectType<GlibClassType = C> + IsA<Object>,
    {
        // P itself would chain up to something that has no slots of P.
        assert_ne!(T::type_(), P::static_type());
        // SAFETY: T is a P and not P itself, so its parent's class struct starts with P's; classes are never freed.
        let class = unsafe { &*T::type_data().as_ref().parent_class().cast() };
        Self {
            object: imp.obj().upcast_ref::<P>().clone().upcast(),
            class,
        }
    }

    /// The object as its slots take it: `I` is the instance struct that belongs to `C`.
    pub(super) fn instance<I>(&self) -> *mut I {
        let object: *mut glib::gobject_ffi::GObject = self.object.to_glib_none().0;
        object.cast()
    }
}
