//! Ties C's instance and class structs to the Rust classes, and finds them again for virtual functions.

use glib::object::ObjectType;
use glib::prelude::*;
use glib::subclass::ObjectImplRef;
use glib::subclass::prelude::*;
use glib::translate::*;

/// Declares the C structs of a class: `object_structs!(Config: GVirSandboxConfig, GVirSandboxConfigClass)`.
///
/// Both must be `repr(C)` and begin with the parent's struct.
macro_rules! object_structs {
    ($class:ty: $instance:ty, $class_struct:ty) => {
        // SAFETY: `repr(C)`, and the first member is the parent's instance struct.
        unsafe impl glib::subclass::types::InstanceStruct for $instance {
            type Type = <$class as glib::object::ObjectSubclassIs>::Subclass;
        }

        // SAFETY: `repr(C)`, and the first member is the parent's class struct.
        unsafe impl glib::subclass::types::ClassStruct for $class_struct {
            type Type = <$class as glib::object::ObjectSubclassIs>::Subclass;
        }
    };
}

pub(crate) use object_structs;

/// The class of `object` itself: its slots hold what the most derived class overrides.
pub(crate) fn class_of<T: ObjectType>(object: &T) -> &T::GlibClassType {
    // SAFETY: an instance starts with the pointer to its class struct, which starts with T's and is never freed.
    unsafe {
        let instance = object.as_ptr().cast::<glib::gobject_ffi::GTypeInstance>();
        &*(*instance).g_class.cast()
    }
}

/// The class above `T`, as the class struct of its ancestor `P`: where `T` chains up to.
pub(crate) fn parent_class<T: ObjectSubclass<Type: IsA<P>>, P: ObjectType>()
-> &'static P::GlibClassType {
    // P itself would chain up to something that has no slots of P.
    assert_ne!(T::type_(), P::static_type());
    // SAFETY: T is a P and not P itself, so its parent's class struct starts with P's; classes are never freed.
    unsafe { &*T::type_data().as_ref().parent_class().cast() }
}

/// The Rust implementation behind the instance that a virtual function of `T` was called on, or nothing when it is NULL or
/// not a `T`. What is returned keeps the instance alive: the virtual function may give up the last other reference.
///
/// # Safety
///
/// `instance` is NULL or points to a live GObject.
pub(crate) unsafe fn imp_of<T: ObjectSubclass, P>(instance: *mut P) -> Option<ObjectImplRef<T>> {
    // SAFETY: g_type_check_instance_is_a accepts NULL; what passes it is a T.
    unsafe {
        let is_a =
            glib::gobject_ffi::g_type_check_instance_is_a(instance.cast(), T::type_().into_glib());
        (is_a != glib::ffi::GFALSE).then(|| (*instance.cast::<T::Instance>()).imp().ref_counted())
    }
}

/// Whether objects of exactly this class cannot be created.
pub(crate) fn is_abstract(class: glib::Type) -> bool {
    // SAFETY: the function answers for any type.
    unsafe {
        glib::gobject_ffi::g_type_test_flags(
            class.into_glib(),
            glib::gobject_ffi::G_TYPE_FLAG_ABSTRACT,
        ) != glib::ffi::GFALSE
    }
}
