//! C API of the list of sandboxes.

use glib::ffi::{GError, GVariant};
use glib::prelude::*;

use crate::abi::variant_or_null;
use crate::context::list::list;

/// gvir_sandbox_list:
/// @error: where an error is left
///
/// Lists the sandboxes that the calling user runs, on whatever driver and from whatever process, and the services that
/// the user has defined. For services their connections to libvirt are opened, and closed again.
///
/// Each is a dictionary with these keys, of which it has those that are known:
///
/// - `name` (`s`): the name
/// - `kind` (`s`): `interactive` for a program that somebody waits for, or `service`
/// - `uri` (`s`): the URI of the connection that it is on
/// - `driver` (`s`): `lxc` for a container, `qemu` for a virtual machine
/// - `state` (`s`): `running`; and of services also `stopped`, `undefined` when libvirt has none of its name any more,
///   or `unknown` when the connection cannot be opened
/// - `pid` (`u`): the process that started it; not of services
/// - `since` (`x`): when it was started, in seconds since 1970; not of services
/// - `command` (`as`): the program and its arguments, with U+FFFD for what is not UTF-8
///
/// Fails with `gvir-sandbox-context`, code 0, when the directories of the sandboxes cannot be read.
///
/// Returns: (transfer full): the list, of the type `aa{sv}`, or %NULL with @error set; release it with g_variant_unref()
///
/// Since: 0.9.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_list(error: *mut *mut GError) -> *mut GVariant {
    let list = list().map(|list| list.to_variant());
    // SAFETY: the caller passes a place for the error, or NULL.
    unsafe { variant_or_null(list, error) }
}
