//! How much memory a sandbox gets.

use crate::config::{Config, ConfigPropertiesExt};

/// What a sandbox gets that asks for nothing, in bytes.
const MEMORY: u64 = 512 << 20;

/// How much memory a sandbox gets, in bytes.
pub(crate) fn memory(config: &Config) -> u64 {
    match config.memory() {
        0 => MEMORY,
        memory => memory,
    }
}
