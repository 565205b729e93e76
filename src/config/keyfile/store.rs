//! From a file or a text to a configuration object, and back.

use std::ffi::CString;
use std::path::Path;

use gio::prelude::*;
use glib::subclass::prelude::*;
use glib::{KeyFile, KeyFileFlags};

use super::{command, value};
use crate::abi::{Dispatch, is_abstract};
use crate::config::{
    Config, ConfigError, ConfigInteractive, ConfigServiceGeneric, ConfigServiceSystemd,
};

const API: &str = "api";

/// Creates the configuration that the file at `path` describes, with the name `name` where that is given.
pub(in crate::config) fn load_from_path(
    path: &Path,
    name: Option<&Path>,
) -> Result<Config, ConfigError> {
    let file = KeyFile::new();
    file.load_from_file(path, KeyFileFlags::NONE)
        .and_then(|()| check_text(&glib::file_get_contents(path)?))
        .map_err(ConfigError::KeyFile)
        .and_then(|()| load(&file, name))
        .map_err(|reason| ConfigError::Load {
            path: path.to_owned(),
            reason: reason.into(),
        })
}

/// The program and its arguments that the key file at `path` has, whatever its class is.
pub(crate) fn saved_command(path: &Path) -> Result<Vec<CString>, ConfigError> {
    let file = KeyFile::new();
    file.load_from_file(path, KeyFileFlags::NONE)
        .map_err(ConfigError::KeyFile)?;
    command::load(&file)
}

/// Creates the configuration that the text of a key file describes.
pub(in crate::config) fn load_from_data(data: &[u8]) -> Result<Config, ConfigError> {
    check_text(data)?;
    let file = KeyFile::new();
    file.load_from_bytes(&glib::Bytes::from(data), KeyFileFlags::NONE)?;
    load(&file, None)
}

/// Refuses what GLib takes for the end of a value, so that a shorter one would come out of it.
fn check_text(data: &[u8]) -> Result<(), glib::Error> {
    let Some(place) = data.iter().position(|byte| *byte == 0) else {
        return Ok(());
    };
    let line = 1 + data[..place].iter().filter(|byte| **byte == b'\n').count();
    let message = tr!("line {line} has a NUL character, remove it", line);
    Err(glib::Error::new(glib::KeyFileError::Parse, &message))
}

/// The text of the key file that describes `config`.
pub(in crate::config) fn save_to_data(config: &Config) -> glib::GString {
    save(config).to_data()
}

/// Writes the key file that describes `config` to a new file.
pub(in crate::config) fn save_to_path(config: &Config, path: &Path) -> Result<(), ConfigError> {
    // The environment is where passwords travel.
    let flags = if !config.imp().envs.borrow().is_empty() {
        gio::FileCreateFlags::PRIVATE
    } else {
        gio::FileCreateFlags::NONE
    };
    let file = gio::File::for_path(path);
    let stream = file.create(flags, gio::Cancellable::NONE);
    stream
        .and_then(|stream| {
            write(&stream, save_to_data(config).as_bytes()).inspect_err(|_| {
                // What is left of the file is of no use; the error that matters is the first.
                let _ = file.delete(gio::Cancellable::NONE);
            })
        })
        .map_err(|reason| ConfigError::Save {
            path: path.to_owned(),
            reason,
        })
}

fn write(stream: &gio::FileOutputStream, data: &[u8]) -> Result<(), glib::Error> {
    let (_, partial) = stream.write_all(data, gio::Cancellable::NONE)?;
    if let Some(error) = partial {
        return Err(error);
    }
    stream.close(gio::Cancellable::NONE)
}

fn load(file: &KeyFile, name: Option<&Path>) -> Result<Config, ConfigError> {
    let class = value::required(file, API, "class")?;
    let class = class.to_string_lossy();
    register_classes();
    let class_type = glib::Type::from_name(class.as_ref())
        .ok_or_else(|| ConfigError::UnknownClass(class.clone().into_owned()))?;
    if !class_type.is_a(Config::static_type()) || is_abstract(class_type) {
        return Err(ConfigError::NotAConfig(class.into_owned()));
    }
    let name = match name {
        Some(name) => Some(name.to_owned()),
        None => value::path(file, "core", "name")?,
    };
    let config = glib::Object::builder_with_type(class_type)
        .property("name", name)
        .build();
    let config: Config = config
        .downcast()
        .map_err(|_| ConfigError::NotAConfig(class.into_owned()))?;
    Dispatch::of(&config).load_config(file)?;
    Ok(config)
}

fn save(config: &Config) -> KeyFile {
    let file = KeyFile::new();
    file.set_string(API, "class", config.type_().name());
    file.set_string(API, "version", env!("CARGO_PKG_VERSION"));
    Dispatch::of(config).save_config(&file);
    file
}

/// GObject finds a class by its name only after somebody has used it.
fn register_classes() {
    ConfigInteractive::ensure_type();
    ConfigServiceGeneric::ensure_type();
    ConfigServiceSystemd::ensure_type();
}
