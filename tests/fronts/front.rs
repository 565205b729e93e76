//! What the tests ask of the library, whichever way they reach it.

use std::ffi::{CStr, CString};

use gio_unix::{InputStream, OutputStream};
use glib::Object;
use libvirt_glib::gobject::Connection;

/// The message of an error.
pub type Message = String;

/// A way to reach the library. Objects are plain ones: GObject tells the rest.
pub trait Front {
    fn config(&self, name: &CStr) -> Object;
    fn load(&self, data: &CStr) -> Result<Object, Message>;
    fn save(&self, config: &Object) -> String;
    fn name(&self, config: &Object) -> CString;
    fn set_command(&self, config: &Object, command: &[&CStr]);
    fn command(&self, config: &Object) -> Vec<CString>;
    fn add_env(&self, config: &Object, option: &CStr) -> Result<(), Message>;
    fn envs(&self, config: &Object) -> Vec<(CString, CString)>;
    fn add_mount(&self, config: &Object, option: &CStr) -> Result<(), Message>;
    fn mounts(&self, config: &Object) -> Vec<Object>;
    fn add_disk(&self, config: &Object, option: &CStr) -> Result<(), Message>;
    fn add_network(&self, config: &Object, option: &CStr) -> Result<(), Message>;
    fn set_security(&self, config: &Object, option: &CStr) -> Result<(), Message>;
    fn image_format(&self, path: &CStr) -> Result<i32, Message>;

    fn context(&self, connection: &Connection, config: &Object) -> Object;
    fn start(&self, context: &Object) -> Result<(), Message>;
    fn stop(&self, context: &Object) -> Result<(), Message>;
    fn is_attached(&self, context: &Object) -> bool;
    fn app_console(&self, context: &Object) -> Result<Object, Message>;
    fn attach(
        &self,
        console: &Object,
        stdin: Option<&InputStream>,
        stdout: Option<&OutputStream>,
        stderr: Option<&OutputStream>,
    ) -> Result<(), Message>;
}

/// The Rust API, or the C functions of the shared library that `LIBVIRT_SANDBOX_FRONT` names: one process can't have both,
/// each registers the classes.
pub fn front() -> Box<dyn Front> {
    match std::env::var_os("LIBVIRT_SANDBOX_FRONT") {
        None => Box::new(crate::rust::RustFront::new()),
        Some(library) => Box::new(crate::c::CFront::open(&library)),
    }
}
