//! C API of `GVirSandboxConfigService`.

use glib::ffi::GType;
use glib::prelude::*;
use glib::translate::*;

use crate::config::ConfigService;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn gvir_sandbox_config_service_get_type() -> GType {
    ConfigService::static_type().into_glib()
}
