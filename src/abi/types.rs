//! GLib's basic types, and how much room every class struct has for more slots.

/// LIBVIRT_SANDBOX_CLASS_PADDING:
///
/// The reserved slots at the end of every class struct.
pub const LIBVIRT_SANDBOX_CLASS_PADDING: usize = 20;

pub type gchar = std::ffi::c_char;
pub type gint = std::ffi::c_int;
pub type guint = std::ffi::c_uint;
pub type guint64 = u64;
