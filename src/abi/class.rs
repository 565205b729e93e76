//! Ties C's instance and class structs to the Rust classes, and finds those again for virtual functions.

use glib::subclass::ObjectImplRef;
use glib::subclass::prelude::*;
use glib::translate::*;

/// Declares the C structs of a class, next to its `ObjectSubclass`: `object_structs!(Config: GVirSandboxConfig,
/// GVirSandboxConfigClass)`.
///
/// Both must be `repr(C)` and begin with the parent's struct.
macro_rules! object_structs {
    ($class:ty: $instance:ty, $class_struct:ty) => {
        #[allow(
            unsafe_code,
            reason = "the layout of the structs of this library is tested"
        )]
        // SAFETY: `repr(C)`, and the first member is the parent's instance struct.
        unsafe impl glib::subclass::types::InstanceStruct for $instance {
            type Type = $class;
        }

        #[allow(
            unsafe_code,
            reason = "the layout of the structs of this library is tested"
        )]
        // SAFETY: `repr(C)`, and the first member is the parent's class struct.
        unsafe impl glib::subclass::types::ClassStruct for $class_struct {
            type Type = $class;
        }
    };
}

/// Lets classes be derived in Rust: `subclassable!(Config: ConfigImpl, install)` from `Config` those that are a `ConfigImpl`,
/// whose slots `install` fills. A class that adds no virtual functions to those of its parent has nothing to fill.
macro_rules! subclassable {
    ($class:ty: $implementation:path $(, $($install:ident)::+)?) => {
        #[allow(unsafe_code, reason = "every class here has structs by `object_structs!`")]
        // SAFETY: the class struct of a subclass starts with that of the class.
        unsafe impl<T: $implementation> glib::subclass::types::IsSubclassable<T> for $class {
            fn class_init(class: &mut glib::Class<Self>) {
                glib::subclass::types::IsSubclassableExt::parent_class_init::<T>(class);
                $($($install)::+::<T>(class.as_mut());)?
            }
        }
    };
}

pub(crate) use {object_structs, subclassable};

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
