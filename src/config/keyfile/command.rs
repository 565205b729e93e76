//! The group `[command]`: the program to run and its arguments.

use std::ffi::CString;

use glib::KeyFile;

use super::value;
use crate::config::ConfigError;

const GROUP: &str = "command";

/// Reads the arguments up to the first gap; a command without a group has none.
pub(in crate::config) fn load(file: &KeyFile) -> Result<Vec<CString>, ConfigError> {
    (0..)
        .map(|index| value::text(file, GROUP, &format!("argv.{index}")))
        .take_while(|argument| !matches!(argument, Ok(None)))
        .filter_map(Result::transpose)
        .collect()
}

/// Writes the arguments.
pub(in crate::config) fn save(command: &[CString], file: &KeyFile) {
    for (index, argument) in command.iter().enumerate() {
        value::set_text(file, GROUP, &format!("argv.{index}"), argument);
    }
}
