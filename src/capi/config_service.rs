//! C API of `GVirSandboxConfigService`.

use glib::ffi::{GType, gpointer};
use glib::prelude::*;
use glib::subclass::prelude::*;
use glib::translate::*;

use super::config::{GVirSandboxConfig, GVirSandboxConfigClass};
use super::{LIBVIRT_SANDBOX_CLASS_PADDING, object_structs};
use crate::config::{ConfigImpl, ConfigService};

/// GVirSandboxConfigService:
///
/// The configuration of a sandbox that runs a service: a domain that libvirt keeps, and starts when it is asked to.
#[repr(C)]
pub struct GVirSandboxConfigService {
    parent: GVirSandboxConfig,
    priv_: gpointer,
}

/// GVirSandboxConfigServiceClass:
///
/// Class of #GVirSandboxConfigService.
#[repr(C)]
pub struct GVirSandboxConfigServiceClass {
    parent_class: GVirSandboxConfigClass,
    padding: [gpointer; LIBVIRT_SANDBOX_CLASS_PADDING],
}

object_structs!(ConfigService: GVirSandboxConfigService, GVirSandboxConfigServiceClass);

// SAFETY: the class has no virtual functions of its own, those of its parent are filled by the parent.
unsafe impl<T: ConfigImpl> IsSubclassable<T> for ConfigService {}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_service_get_type() -> GType {
    ConfigService::static_type().into_glib()
}
