//! Strings and lists across the C boundary.

use std::ffi::{CStr, CString, c_char};
use std::path::Path;
use std::ptr;

use glib::ffi::{GList, gpointer};
use glib::prelude::*;
use glib::translate::*;

use crate::cstring_cell::as_path;

/// The string behind a C argument that may be NULL, as the setter of a string property takes it.
macro_rules! opt_str {
    ($argument:ident) => {
        // SAFETY: the string argument of a C function is NULL or NUL-terminated, and lives as long as the call.
        unsafe { $crate::abi::str_from_c($argument) }
    };
}

pub(crate) use opt_str;

/// A C string as a string property takes it; NULL is `None`.
///
/// # Safety
///
/// `text` is NULL or NUL-terminated and outlives `'a`.
pub(crate) unsafe fn str_from_c<'a>(text: *const c_char) -> Option<&'a Path> {
    if text.is_null() {
        return None;
    }
    // SAFETY: by the contract above.
    let text = unsafe { CStr::from_ptr(text) };
    Some(as_path(text))
}

/// Copies a NULL-terminated array of strings; NULL is an empty one.
///
/// # Safety
///
/// `strings` is NULL or a NULL-terminated array of NUL-terminated strings.
pub(crate) unsafe fn strv_from_c(strings: *const *mut c_char) -> Vec<CString> {
    let mut copies = Vec::new();
    if strings.is_null() {
        return copies;
    }
    // SAFETY: the walk ends at the NULL that terminates the array.
    unsafe {
        let mut next = strings;
        while !(*next).is_null() {
            copies.push(CStr::from_ptr(*next).to_owned());
            next = next.add(1);
        }
    }
    copies
}

/// Copies a NULL-terminated array of strings and frees it.
///
/// # Safety
///
/// As for [`strv_from_c`], and the array was allocated by GLib and belongs to the caller.
pub(crate) unsafe fn take_strv(strings: *mut *mut c_char) -> Vec<CString> {
    // SAFETY: by the contract above.
    unsafe {
        let copies = strv_from_c(strings);
        glib::ffi::g_strfreev(strings);
        copies
    }
}

/// A NULL-terminated array of strings that the C caller frees with `g_strfreev`.
pub(crate) fn strv(strings: &[CString]) -> *mut *mut c_char {
    // SAFETY: room for every string and the terminating NULL, all of which are written.
    unsafe {
        let array = glib::ffi::g_malloc_n(strings.len() + 1, size_of::<*mut c_char>())
            .cast::<*mut c_char>();
        for (index, string) in strings.iter().enumerate() {
            array.add(index).write(glib::ffi::g_strdup(string.as_ptr()));
        }
        array.add(strings.len()).write(ptr::null_mut());
        array
    }
}

/// A list of the items, in their order, that the C caller frees with `g_list_free`.
pub(crate) fn list(items: impl DoubleEndedIterator<Item = gpointer>) -> *mut GList {
    items.rev().fold(ptr::null_mut(), |list, item| {
        // SAFETY: NULL or a list that only this function knows.
        unsafe { glib::ffi::g_list_prepend(list, item) }
    })
}

/// A list of references to the objects, in their order, that the C caller unrefs and frees.
pub(crate) fn object_list<T: IsA<glib::Object>>(objects: &[T]) -> *mut GList {
    list(objects.iter().map(|object| {
        let object: *mut glib::gobject_ffi::GObject =
            object.upcast_ref::<glib::Object>().to_glib_full();
        object.cast()
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn string_arrays_survive_the_round_trip() {
        let strings = [c"ls".to_owned(), c"\xff".to_owned()];
        let array = strv(&strings);
        // SAFETY: a NULL-terminated array that is ours to free.
        unsafe {
            assert_eq!(strv_from_c(array), strings);
            glib::ffi::g_strfreev(array);
            assert!(strv_from_c(ptr::null()).is_empty());
        }
    }

    #[test]
    fn lists_keep_the_order() {
        let mut items = [1u8, 2];
        let [first, second] = items.each_mut().map(|item| ptr::from_mut(item).cast());
        let built = list([first, second].into_iter());
        // SAFETY: a list of two items that is ours to free.
        unsafe {
            assert_eq!((*built).data, first);
            assert_eq!((*(*built).next).data, second);
            glib::ffi::g_list_free(built);
        }
    }
}
