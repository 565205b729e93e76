//! Signals whose default handler is a slot of the class struct.

use std::ffi::CStr;

use glib::gobject_ffi::{
    G_SIGNAL_RUN_FIRST, G_TYPE_NONE, GObjectClass, g_signal_newv, g_signal_type_cclosure_new,
};
use glib::translate::*;

/// Adds a signal with one parameter to the class that `class` begins.
///
/// # Safety
///
/// The class struct has, `slot` bytes from its beginning, a pointer to a function that takes the instance and a
/// `parameter` and returns nothing, or NULL.
pub(crate) unsafe fn add_signal(
    class: &GObjectClass,
    name: &CStr,
    slot: u32,
    parameter: glib::Type,
) {
    let mut parameter = parameter.into_glib();
    // SAFETY: the class is being initialised, the name is valid, and the slot is what the contract above says.
    unsafe {
        let class_type = class.g_type_class.g_type;
        g_signal_newv(
            name.as_ptr(),
            class_type,
            G_SIGNAL_RUN_FIRST,
            g_signal_type_cclosure_new(class_type, slot),
            None,
            std::ptr::null_mut(),
            None,
            G_TYPE_NONE,
            1,
            &mut parameter,
        );
    }
}
