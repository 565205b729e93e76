//! The library as Rust programs use it.

use std::ffi::{CStr, CString};

use gio_unix::{InputStream, OutputStream};
use glib::Object;
use glib::object::IsA;
use glib::prelude::*;
use glib::translate::IntoGlib;
use libvirt_glib::gobject::Connection;
use libvirt_sandbox::config::{Config, ConfigExt, ConfigInteractive, ConfigPropertiesExt};
use libvirt_sandbox::console::{Console, ConsoleExt};
use libvirt_sandbox::context::{Context, ContextExt, ContextInteractive};

use crate::front::{Front, Message};

pub struct RustFront;

impl RustFront {
    pub fn new() -> Self {
        libvirt_sandbox::init().unwrap();
        Self
    }
}

fn the<T: IsA<Object>>(object: &Object) -> &T {
    object.downcast_ref().unwrap()
}

fn told<T, E: Into<glib::Error>>(result: Result<T, E>) -> Result<T, Message> {
    result.map_err(|error| error.into().message().to_owned())
}

impl Front for RustFront {
    fn config(&self, name: &CStr) -> Object {
        ConfigInteractive::new(name).upcast()
    }

    fn load(&self, data: &CStr) -> Result<Object, Message> {
        told(Config::load_from_data(data.to_bytes())).map(Config::upcast)
    }

    fn save(&self, config: &Object) -> String {
        the::<Config>(config).save_to_data().into()
    }

    fn name(&self, config: &Object) -> CString {
        let name = the::<Config>(config).name().unwrap();
        CString::new(name.into_os_string().into_encoded_bytes()).unwrap()
    }

    fn set_command(&self, config: &Object, command: &[&CStr]) {
        let command = command.iter().map(|&word| word.to_owned()).collect();
        the::<ConfigInteractive>(config).set_command(command);
    }

    fn command(&self, config: &Object) -> Vec<CString> {
        the::<Config>(config).command()
    }

    fn add_env(&self, config: &Object, option: &CStr) -> Result<(), Message> {
        told(the::<Config>(config).add_env_opts(option))
    }

    fn envs(&self, config: &Object) -> Vec<(CString, CString)> {
        the::<Config>(config).envs()
    }

    fn add_mount(&self, config: &Object, option: &CStr) -> Result<(), Message> {
        told(the::<Config>(config).add_mount_opts(option))
    }

    fn mounts(&self, config: &Object) -> Vec<Object> {
        let mounts = the::<Config>(config).mounts();
        mounts.into_iter().map(Cast::upcast).collect()
    }

    fn add_disk(&self, config: &Object, option: &CStr) -> Result<(), Message> {
        told(the::<Config>(config).add_disk_opts(option))
    }

    fn add_network(&self, config: &Object, option: &CStr) -> Result<(), Message> {
        told(the::<Config>(config).add_network_opts(option))
    }

    fn set_security(&self, config: &Object, option: &CStr) -> Result<(), Message> {
        told(the::<Config>(config).set_security_opts(option))
    }

    fn image_format(&self, path: &CStr) -> Result<i32, Message> {
        told(libvirt_sandbox::config::guess_image_format(path)).map(IntoGlib::into_glib)
    }

    fn context(&self, connection: &Connection, config: &Object) -> Object {
        ContextInteractive::new(connection, the(config)).upcast()
    }

    fn start(&self, context: &Object) -> Result<(), Message> {
        told(the::<Context>(context).start())
    }

    fn stop(&self, context: &Object) -> Result<(), Message> {
        told(the::<Context>(context).stop())
    }

    fn is_attached(&self, context: &Object) -> bool {
        the::<Context>(context).is_attached()
    }

    fn app_console(&self, context: &Object) -> Result<Object, Message> {
        told(the::<ContextInteractive>(context).app_console()).map(Cast::upcast)
    }

    fn attach(
        &self,
        console: &Object,
        stdin: Option<&InputStream>,
        stdout: Option<&OutputStream>,
        stderr: Option<&OutputStream>,
    ) -> Result<(), Message> {
        told(the::<Console>(console).attach(stdin, stdout, stderr))
    }
}
