//! The instance and class structs of the contexts.

use glib::ffi::{GError, gboolean, gpointer};
use glib::gobject_ffi::{GObject, GObjectClass};

use super::types::LIBVIRT_SANDBOX_CLASS_PADDING;

/// GVirSandboxContext:
///
/// A sandbox that is started, used and stopped. The subclass says what runs in it.
#[repr(C)]
pub struct GVirSandboxContext {
    parent: GObject,
    priv_: gpointer,
}

/// GVirSandboxContextClass:
///
/// Class of #GVirSandboxContext.
#[repr(C)]
pub struct GVirSandboxContextClass {
    pub(crate) parent_class: GObjectClass,
    /// GVirSandboxContextClass::start:
    /// @ctxt: (transfer none): the context
    /// @error: where an error is left
    ///
    /// Starts the sandbox.
    ///
    /// Fails with an error of the class.
    ///
    /// Returns: true on success, false with @error set
    pub(crate) start: Option<
        unsafe extern "C" fn(ctxt: *mut GVirSandboxContext, error: *mut *mut GError) -> gboolean,
    >,
    /// GVirSandboxContextClass::stop:
    /// @ctxt: (transfer none): the context
    /// @error: where an error is left
    ///
    /// Stops the sandbox.
    ///
    /// Fails with an error of the class.
    ///
    /// Returns: true on success, false with @error set
    pub(crate) stop: Option<
        unsafe extern "C" fn(ctxt: *mut GVirSandboxContext, error: *mut *mut GError) -> gboolean,
    >,
    /// GVirSandboxContextClass::attach:
    /// @ctxt: (transfer none): the context
    /// @error: where an error is left
    ///
    /// Looks for the domain of a sandbox that runs.
    ///
    /// Fails with an error of the class.
    ///
    /// Returns: true on success, false with @error set
    pub(crate) attach: Option<
        unsafe extern "C" fn(ctxt: *mut GVirSandboxContext, error: *mut *mut GError) -> gboolean,
    >,
    /// GVirSandboxContextClass::detach:
    /// @ctxt: (transfer none): the context
    /// @error: where an error is left
    ///
    /// Lets go of the domain, and leaves it running.
    ///
    /// Fails with an error of the class.
    ///
    /// Returns: true on success, false with @error set
    pub(crate) detach: Option<
        unsafe extern "C" fn(ctxt: *mut GVirSandboxContext, error: *mut *mut GError) -> gboolean,
    >,
    padding: [gpointer; LIBVIRT_SANDBOX_CLASS_PADDING],
}

/// GVirSandboxContextInteractive:
///
/// A sandbox that runs a program with its input and output connected, and ends with the program or with the process
/// that started it.
#[repr(C)]
pub struct GVirSandboxContextInteractive {
    parent: GVirSandboxContext,
    priv_: gpointer,
}

/// GVirSandboxContextInteractiveClass:
///
/// Class of #GVirSandboxContextInteractive.
#[repr(C)]
pub struct GVirSandboxContextInteractiveClass {
    parent_class: GVirSandboxContextClass,
    padding: [gpointer; LIBVIRT_SANDBOX_CLASS_PADDING],
}

/// GVirSandboxContextService:
///
/// A sandbox that libvirt keeps: it is defined once, and started whenever it is needed.
///
/// Nobody has to wait for a service. It runs until its program ends or gvir_sandbox_context_stop() ends it, also when
/// the context, the connection and the process that started it are gone, and what it writes goes to its log console.
/// Another process finds it with gvir_sandbox_context_attach().
///
/// gvir_sandbox_context_stop() ends a service at once. Only one that boots systemd in a container is asked to shut down,
/// and gets ten seconds for it.
///
/// What a definition needs is in a directory named like the service, below `/etc/libvirt-sandbox/services` for root and
/// below `libvirt-sandbox/services` in the user's configuration directory for others. Its configuration is in the file
/// `config/sandbox.cfg` there.
#[repr(C)]
pub struct GVirSandboxContextService {
    parent: GVirSandboxContext,
    priv_: gpointer,
}

/// GVirSandboxContextServiceClass:
///
/// Class of #GVirSandboxContextService.
#[repr(C)]
pub struct GVirSandboxContextServiceClass {
    parent_class: GVirSandboxContextClass,
    /// GVirSandboxContextServiceClass::define:
    /// @ctxt: (transfer none): the context
    /// @error: where an error is left
    ///
    /// Builds the domain of the service and its files, and hands it to libvirt.
    ///
    /// Fails with an error of the class.
    ///
    /// Returns: true on success, false with @error set
    pub(crate) define: Option<
        unsafe extern "C" fn(
            ctxt: *mut GVirSandboxContextService,
            error: *mut *mut GError,
        ) -> gboolean,
    >,
    /// GVirSandboxContextServiceClass::undefine:
    /// @ctxt: (transfer none): the context
    /// @error: where an error is left
    ///
    /// Takes the service away from libvirt, and removes its files.
    ///
    /// Fails with an error of the class.
    ///
    /// Returns: true on success, false with @error set
    pub(crate) undefine: Option<
        unsafe extern "C" fn(
            ctxt: *mut GVirSandboxContextService,
            error: *mut *mut GError,
        ) -> gboolean,
    >,
    padding: [gpointer; LIBVIRT_SANDBOX_CLASS_PADDING],
}
