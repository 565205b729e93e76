//! A table of strings as C sees it: a `GHashTable` that owns its keys and values.

use std::ffi::CStr;

use glib::ffi::{
    GHashTable, g_free, g_hash_table_insert, g_hash_table_new_full, g_hash_table_unref,
    g_str_equal, g_str_hash, g_strdup,
};

/// A table of strings by strings.
#[derive(Debug)]
pub(crate) struct StringTable(*mut GHashTable);

impl Default for StringTable {
    fn default() -> Self {
        // SAFETY: the hash, equality and free functions are those of strings that GLib allocated.
        Self(unsafe {
            g_hash_table_new_full(
                Some(g_str_hash),
                Some(g_str_equal),
                Some(g_free),
                Some(g_free),
            )
        })
    }
}

impl Drop for StringTable {
    fn drop(&mut self) {
        // SAFETY: a reference of our own, which is given up.
        unsafe { g_hash_table_unref(self.0) }
    }
}

impl StringTable {
    /// Sets the value of `key`.
    pub(crate) fn insert(&self, key: &CStr, value: &CStr) {
        // SAFETY: a live table, which takes the copies.
        unsafe {
            g_hash_table_insert(
                self.0,
                g_strdup(key.as_ptr()).cast(),
                g_strdup(value.as_ptr()).cast(),
            );
        }
    }

    /// The table for a C caller, valid as long as `self`.
    pub(crate) fn as_ptr(&self) -> *mut GHashTable {
        self.0
    }

    /// The table for a C caller, who unrefs it.
    pub(crate) fn into_ptr(self) -> *mut GHashTable {
        // SAFETY: a live table; the new reference is the caller's, ours is given up by `drop`.
        unsafe { glib::ffi::g_hash_table_ref(self.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_values_by_the_text_of_the_key() {
        let table = StringTable::default();
        table.insert(c"a", c"1");
        table.insert(c"a", c"2");
        // SAFETY: a live table of strings.
        let value = unsafe {
            CStr::from_ptr(
                glib::ffi::g_hash_table_lookup(table.as_ptr(), c"a".as_ptr().cast()).cast(),
            )
        };
        assert_eq!(value, c"2");
    }
}
