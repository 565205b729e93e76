//! Connections to `qemu:///embed`, which libvirt can't open without a directory: they get a URI with one.

use std::ffi::CStr;
use std::panic::catch_unwind;
use std::sync::OnceLock;

use glib::gobject_ffi as gobject;
use glib::prelude::*;
use glib::translate::*;

use crate::{ffi, wait_for_children};

type Make = fn() -> Option<String>;

type SetProperty = unsafe extern "C" fn(
    *mut gobject::GObject,
    u32,
    *mut gobject::GValue,
    *mut gobject::GParamSpec,
);

/// What makes URIs, and what libvirt-glib does with a property.
static HOOK: OnceLock<(Make, SetProperty)> = OnceLock::new();

/// Has each connection that is made from now on for `qemu:///embed`, in whatever language, lead to the URI that `make` makes. Where
/// that is none, libvirt says what it lacks. Only the first call counts.
pub fn replace_embedded_uri(make: Make) {
    // SAFETY: the class exists as long as the process, since its reference is never given up; its URI is a property that is set
    // only while an object is made.
    unsafe {
        let class = gobject::g_type_class_ref(ffi::gvir_connection_get_type());
        let class = class.cast::<gobject::GObjectClass>();
        if let Some(original) = (*class).set_property
            && HOOK.set((make, original)).is_ok()
        {
            (*class).set_property = Some(set_property);
        }
    }
}

unsafe extern "C" fn set_property(
    object: *mut gobject::GObject,
    id: u32,
    value: *mut gobject::GValue,
    spec: *mut gobject::GParamSpec,
) {
    let Some((make, original)) = HOOK.get() else {
        return;
    };
    // SAFETY: GObject passes an object of the class, and a value of the type of the property, whose name it is.
    unsafe {
        let is_uri = CStr::from_ptr((*spec).name) == c"uri";
        let text = is_uri.then(|| gobject::g_value_get_string(value));
        let is_embedded =
            text.is_some_and(|text| !text.is_null() && CStr::from_ptr(text) == c"qemu:///embed");
        if !is_embedded {
            return original(object, id, value, spec);
        }
        wait_for_children();
        // A panic must not get into C.
        match catch_unwind(make).ok().flatten() {
            Some(uri) => original(object, id, uri.to_value().to_glib_none_mut().0, spec),
            None => original(object, id, value, spec),
        }
    }
}
