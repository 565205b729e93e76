//! C API of `GVirSandboxBuilderInitrd`.

use glib::ffi::{GError, GFALSE, GType, gboolean};
use glib::prelude::*;
use glib::translate::*;

use crate::abi::builder::GVirSandboxBuilderInitrd;
use crate::abi::config::GVirSandboxConfigInitrd;
use crate::abi::{gchar, instance_or_return, str_or_return, succeed};
use crate::builder::BuilderInitrd;
use crate::config::ConfigInitrd;
use crate::cstring_cell::as_path;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_builder_initrd_get_type() -> GType {
    BuilderInitrd::static_type().into_glib()
}

/// gvir_sandbox_builder_initrd_new:
///
/// Creates a builder of initial RAM disks.
///
/// Returns: (transfer full): a new builder; release it with g_object_unref()
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_builder_initrd_new() -> *mut GVirSandboxBuilderInitrd {
    BuilderInitrd::default().into_glib_ptr()
}

/// gvir_sandbox_builder_initrd_construct:
/// @builder: (transfer none): the builder
/// @config: (transfer none): what goes into the initial RAM disk
/// @outputfile: the path of the file that is written; one that exists is replaced when the new one is complete
/// @error: where an error is left
///
/// Writes an initial RAM disk for a kernel: a cpio archive with the init as `/init`, the modules and those that they
/// depend on as uncompressed files in `/modules`, and the names of these files in the order to load them, one a line,
/// in `/modules.load`. Modules that are built into the kernel are left out.
///
/// What @config leaves open is the version of the running kernel, its modules in `/lib/modules`, and the init that
/// comes with the library. That one also needs a plan, which a second archive after this one can bring.
///
/// Fails with `gvir-sandbox-builder-initrd`, code 0, when the init or a module cannot be found or read, or the file
/// cannot be written.
///
/// Returns: true on success, false with @error set
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_builder_initrd_construct(
    builder: *mut GVirSandboxBuilderInitrd,
    config: *mut GVirSandboxConfigInitrd,
    outputfile: *mut gchar,
    error: *mut *mut GError,
) -> gboolean {
    let builder = instance_or_return!(builder: BuilderInitrd, GFALSE);
    let config = instance_or_return!(config: ConfigInitrd, GFALSE);
    let outputfile = as_path(str_or_return!(outputfile, GFALSE));
    // SAFETY: the caller passes a place for the error, or NULL.
    unsafe { succeed(builder.construct(&config, outputfile), error) }
}
