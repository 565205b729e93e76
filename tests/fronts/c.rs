//! The library as C programs use it: the functions that the shared library exports.
#![allow(
    unsafe_code,
    reason = "the functions of the shared library are called as C does"
)]

use std::ffi::{CStr, CString, OsStr, c_char, c_int, c_void};
use std::ptr::{null_mut, without_provenance};

use gio_unix::{InputStream, OutputStream};
use glib::Object;
use glib::ffi::{GError, GHashTable, GList};
use glib::gobject_ffi::GObject;
use glib::prelude::*;
use glib::translate::*;
use libloading::{Library, Symbol};
use libvirt_glib::gobject::Connection;

use crate::front::{Front, Message};

/// Pointers of every kind, as all these functions take them.
type Pointer = *mut c_void;
type Fallible = unsafe extern "C" fn(Pointer, *mut *mut GError) -> c_int;
type Option1 = unsafe extern "C" fn(Pointer, *const c_char, *mut *mut GError) -> c_int;
type Getter = unsafe extern "C" fn(Pointer) -> Pointer;

pub struct CFront(Library);

impl CFront {
    pub fn open(path: &OsStr) -> Self {
        // SAFETY: the library under test, whose initialisation can be called with NULL.
        unsafe {
            let front = Self(Library::new(path).unwrap());
            let init: Symbol<unsafe extern "C" fn(Pointer, Pointer)> = front.function("init");
            init(null_mut(), null_mut());
            front
        }
    }

    /// The function `gvir_sandbox_NAME`.
    ///
    /// # Safety
    ///
    /// `F` is its type.
    unsafe fn function<F>(&self, name: &str) -> Symbol<'_, F> {
        // SAFETY: by the contract above.
        unsafe { self.0.get(format!("gvir_sandbox_{name}").as_bytes()) }.unwrap()
    }

    fn fallible(&self, name: &str, object: &Object) -> Result<(), Message> {
        let mut error = null_mut();
        // SAFETY: a method that takes nothing but a place for an error.
        let done = unsafe { self.function::<Fallible>(name)(pointer(object), &mut error) };
        told(done != 0, error)
    }

    fn add(&self, name: &str, object: &Object, option: &CStr) -> Result<(), Message> {
        let mut error = null_mut();
        let name = format!("config_{name}");
        // SAFETY: a method that takes a string and a place for an error.
        let done = unsafe {
            self.function::<Option1>(&name)(pointer(object), option.as_ptr(), &mut error)
        };
        told(done != 0, error)
    }

    fn get(&self, name: &str, object: &Object) -> Pointer {
        // SAFETY: a method without arguments that returns a pointer.
        unsafe { self.function::<Getter>(name)(pointer(object)) }
    }
}

fn pointer(object: &Object) -> Pointer {
    object.as_ptr().cast()
}

fn owned(object: Pointer) -> Object {
    // SAFETY: an object that the function gave to its caller.
    unsafe { from_glib_full(object.cast::<GObject>()) }
}

/// An error goes with a failure, and never with a success.
fn told(done: bool, error: *mut GError) -> Result<(), Message> {
    assert_eq!(done, error.is_null());
    match done {
        true => Ok(()),
        // SAFETY: the error belongs to the caller.
        false => Err(unsafe { glib::Error::from_glib_full(error) }
            .message()
            .to_owned()),
    }
}

fn copied(text: Pointer) -> CString {
    // SAFETY: a C string that lives as long as its object.
    unsafe { CStr::from_ptr(text.cast()) }.to_owned()
}

impl Front for CFront {
    fn config(&self, name: &CStr) -> Object {
        // SAFETY: the constructor takes a string.
        owned(unsafe {
            self.function::<Getter>("config_interactive_new")(name.as_ptr() as Pointer)
        })
    }

    fn load(&self, data: &CStr) -> Result<Object, Message> {
        type Load = unsafe extern "C" fn(*const c_char, *mut *mut GError) -> Pointer;
        let mut error = null_mut();
        // SAFETY: a string, and a place for the error.
        let config =
            unsafe { self.function::<Load>("config_load_from_data")(data.as_ptr(), &mut error) };
        told(!config.is_null(), error).map(|()| owned(config))
    }

    fn save(&self, config: &Object) -> String {
        type Save = unsafe extern "C" fn(Pointer, *mut *mut GError) -> *mut c_char;
        // SAFETY: the string belongs to the caller.
        unsafe {
            let data = self.function::<Save>("config_save_to_data")(pointer(config), null_mut());
            glib::GString::from_glib_full(data).into()
        }
    }

    fn name(&self, config: &Object) -> CString {
        copied(self.get("config_get_name", config))
    }

    fn set_command(&self, config: &Object, command: &[&CStr]) {
        type Set = unsafe extern "C" fn(Pointer, *const *const c_char);
        let mut argv: Vec<_> = command.iter().map(|word| word.as_ptr()).collect();
        argv.push(without_provenance(0));
        // SAFETY: an array that ends with NULL.
        unsafe {
            self.function::<Set>("config_interactive_set_command")(pointer(config), argv.as_ptr());
        }
    }

    fn command(&self, config: &Object) -> Vec<CString> {
        let argv = self.get("config_get_command", config).cast::<*mut c_char>();
        let mut command = Vec::new();
        // SAFETY: an array that ends with NULL and belongs to the caller.
        unsafe {
            while let Some(word) = argv.add(command.len()).read().as_ref() {
                command.push(CStr::from_ptr(word).to_owned());
            }
            glib::ffi::g_strfreev(argv);
        }
        command
    }

    fn add_env(&self, config: &Object, option: &CStr) -> Result<(), Message> {
        self.add("add_env_opts", config, option)
    }

    fn envs(&self, config: &Object) -> Vec<(CString, CString)> {
        let table = self.get("config_get_envs", config).cast::<GHashTable>();
        let mut envs = Vec::new();
        // SAFETY: a table of strings that belongs to the caller, with a list of its keys that does so, too.
        unsafe {
            let keys = glib::ffi::g_hash_table_get_keys(table);
            let mut next = keys;
            while !next.is_null() {
                let key = (*next).data;
                let value = glib::ffi::g_hash_table_lookup(table, key);
                envs.push((copied(key), copied(value)));
                next = (*next).next;
            }
            glib::ffi::g_list_free(keys);
            glib::ffi::g_hash_table_unref(table);
        }
        envs
    }

    fn add_mount(&self, config: &Object, option: &CStr) -> Result<(), Message> {
        self.add("add_mount_opts", config, option)
    }

    fn mounts(&self, config: &Object) -> Vec<Object> {
        let mounts = self.get("config_get_mounts", config).cast::<GList>();
        // SAFETY: a list of objects that belongs to the caller.
        unsafe { FromGlibPtrContainer::from_glib_full(mounts) }
    }

    fn add_disk(&self, config: &Object, option: &CStr) -> Result<(), Message> {
        self.add("add_disk_opts", config, option)
    }

    fn add_network(&self, config: &Object, option: &CStr) -> Result<(), Message> {
        self.add("add_network_opts", config, option)
    }

    fn set_security(&self, config: &Object, option: &CStr) -> Result<(), Message> {
        self.add("set_security_opts", config, option)
    }

    fn image_format(&self, path: &CStr) -> Result<i32, Message> {
        type Guess = unsafe extern "C" fn(*const c_char, *mut *mut GError) -> c_int;
        let mut error = null_mut();
        // SAFETY: a string, and a place for the error.
        let format =
            unsafe { self.function::<Guess>("util_guess_image_format")(path.as_ptr(), &mut error) };
        told(format >= 0, error).map(|()| format)
    }

    fn context(&self, connection: &Connection, config: &Object) -> Object {
        type New = unsafe extern "C" fn(Pointer, Pointer) -> Pointer;
        // SAFETY: a connection and a configuration.
        owned(unsafe {
            self.function::<New>("context_interactive_new")(
                connection.as_ptr().cast(),
                pointer(config),
            )
        })
    }

    fn start(&self, context: &Object) -> Result<(), Message> {
        self.fallible("context_start", context)
    }

    fn stop(&self, context: &Object) -> Result<(), Message> {
        self.fallible("context_stop", context)
    }

    fn is_attached(&self, context: &Object) -> bool {
        type Is = unsafe extern "C" fn(Pointer) -> c_int;
        // SAFETY: a method without arguments that returns a truth value.
        unsafe { self.function::<Is>("context_is_attached")(pointer(context)) != 0 }
    }

    fn app_console(&self, context: &Object) -> Result<Object, Message> {
        type Get = unsafe extern "C" fn(Pointer, *mut *mut GError) -> Pointer;
        let mut error = null_mut();
        // SAFETY: a method that takes nothing but a place for an error.
        let console = unsafe {
            let get = self.function::<Get>("context_interactive_get_app_console");
            get(pointer(context), &mut error)
        };
        told(!console.is_null(), error).map(|()| owned(console))
    }

    fn attach(
        &self,
        console: &Object,
        stdin: Option<&InputStream>,
        stdout: Option<&OutputStream>,
        stderr: Option<&OutputStream>,
    ) -> Result<(), Message> {
        type Attach =
            unsafe extern "C" fn(Pointer, Pointer, Pointer, Pointer, *mut *mut GError) -> c_int;
        let output = |stream: Option<&OutputStream>| {
            stream.map_or(null_mut(), |stream| stream.as_ptr().cast())
        };
        let input = stdin.map_or(null_mut(), |stream| stream.as_ptr().cast());
        let mut error = null_mut();
        // SAFETY: streams or NULL, and a place for the error.
        let done = unsafe {
            let attach = self.function::<Attach>("console_attach");
            attach(
                pointer(console),
                input,
                output(stdout),
                output(stderr),
                &mut error,
            )
        };
        told(done != 0, error)
    }
}
